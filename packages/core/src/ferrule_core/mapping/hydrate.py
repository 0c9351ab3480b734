"""From rows to instances, by a function that is written for each model and set of columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ferrule_core.deferred import dataclass

if TYPE_CHECKING:
    from ferrule_core.mapping.layouts import Layout
    from ferrule_core.mapping.links import Link

Loader = Callable[[Sequence[Any]], list[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class JoinedLayout:
    """A relation to one row, whose columns stand in the same row of the result."""

    link: Link
    layout: Layout
    within: tuple[JoinedLayout, ...] = ()


def make_loader(layout: Layout, joined: tuple[JoinedLayout, ...], width: int) -> Loader:
    """Write the loader for rows of ``width`` columns.

    Each row is unpacked once, straight into the attributes of the instance, and kept by it as the
    snapshot of what the server has. Rows that are joined many times, as one author of many books,
    become one instance.

    The source is made of attribute names that were shown to be identifiers when their class was
    made, and of numbers; all else is a constant that the function closes over.
    """
    source = _LoaderSource(width)
    body = source.root(layout, joined)
    text = (
        f"def make({', '.join(source.constants)}):\n"
        "    def load(rows):\n"
        "        loaded = []\n"
        "        append = loaded.append\n"
        f"{textwrap.indent(source.seen(), ' ' * 8)}"
        "        for row in rows:\n"
        f"{textwrap.indent(body, ' ' * 12)}"
        "            append(o0)\n"
        "        return loaded\n"
        "    return load\n"
    )
    names: dict[str, Any] = {}
    exec(text, names)  # noqa: S102 - the docstring says why nothing can get in
    loader: Loader = names["make"](**source.constants)
    return loader


class _LoaderSource:
    """The lines of a loader, and the constants that they use."""

    def __init__(self, width: int) -> None:
        self.constants: dict[str, object] = {"new": object.__new__}
        self._targets = ["_"] * width
        self._instances = 0

    def seen(self) -> str:
        """One dictionary for each joined relation."""
        return "".join(f"s{number} = {{}}\n" for number in range(1, self._instances))

    def root(self, layout: Layout, joined: tuple[JoinedLayout, ...]) -> str:
        """An instance for each row."""
        lines = list(self._instance(layout, direct=True))
        for relation in joined:
            lines += self._relation("o0", relation)
        unpack = f"{', '.join(self._targets)}{',' if len(self._targets) == 1 else ''} = row"
        made = [line for line in lines if line.startswith("o0 = ")]
        rest = [line for line in lines if not line.startswith("o0 = ")]
        return "".join(f"{line}\n" for line in [*made, unpack, *rest])

    def _instance(self, layout: Layout, *, direct: bool) -> Iterator[str]:
        number = self._instances
        self._instances += 1
        self.constants[f"c{number}"] = layout.table.model
        yield f"o{number} = new(c{number})"
        for column in layout.columns:
            place = layout.positions[column.attribute]
            if column.attribute in layout.late:
                continue
            decode = column.value_type.decode
            if direct and decode is None:
                self._targets[place] = f"o{number}.{column.attribute}"
                continue
            self._targets[place] = f"v{place}"
            value = column.value_type.reading(f"v{place}", str(place), self.constants)
            yield f"o{number}.{column.attribute} = {value}"
        yield f"o{number}.__row__ = row"
        if layout is not layout.table.layout:
            self.constants[f"l{number}"] = layout
            yield f"o{number}.__layout__ = l{number}"

    def _relation(self, holder: str, relation: JoinedLayout) -> Iterator[str]:
        layout, link = relation.layout, relation.link
        places = [layout.positions[column.attribute] for column in link.remote]
        number = self._instances
        key = ", ".join(f"v{place}" for place in places)
        made = list(self._instance(layout, direct=False))
        for place in places:
            self._targets[place] = f"v{place}"
        for within in relation.within:
            made += self._relation(f"o{number}", within)
        missing = " or ".join(f"v{place} is None" for place in places)
        present = [
            f"k = {key if len(places) == 1 else f'({key})'}",
            f"o{number} = s{number}.get(k)",
            f"if o{number} is None:",
            *[f"    {line}" for line in made],
            f"    s{number}[k] = o{number}",
            f"{holder}.{link.attribute} = o{number}",
        ]
        yield f"if {missing}:"
        yield f"    {holder}.{link.attribute} = None" if link.nullable else "    pass"
        yield "else:"
        yield from [f"    {line}" for line in present]
