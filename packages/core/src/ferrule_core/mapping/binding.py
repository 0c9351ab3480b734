"""From instances to the parameters of statements, and back, by functions that are written."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from ferrule_core.mapping.values import same

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.layouts import Layout

_KNOWN: Mapping[str, Any] = {
    "UTC": UTC,
    "UUID": UUID,
    "date": date,
    "datetime": datetime,
    "time": time,
    "timedelta": timedelta,
}
"""What the sources that value types give may name; see ``ValueType.plain``."""

Binder = Callable[[Sequence[Any]], list[tuple[object, ...]]]
Adopter = Callable[[Sequence[Any], Sequence[Any], Sequence[Any]], None]
Taker = Callable[[Any, Any], None]
Comparer = Callable[[Mapping[str, Any], Any], "list[ModelColumn]"]


def make_binder(columns: Sequence[ModelColumn]) -> Binder:
    """Write the function that gives the values of these columns, ready to be sent.

    As with loaders, the source is made of attribute names that were shown to be identifiers when
    their class was made; all else is a constant that the function closes over.
    """
    constants: dict[str, object] = {}
    items: list[str] = []
    for number, column in enumerate(columns):
        value = f"o.{column.attribute}"
        written = column.written
        if written.encode is not None or written.needed_by is not None:
            constants[f"s{number}"] = written.send
            plain = "v is not None" if written.encode is None else written.plain
            if plain is None:
                value = f"s{number}({value})"
            else:  # a call costs more than all the rest that is done for a value
                value = f"(v if ((v := {value}) or True) and {plain} else s{number}(v))"
        items.append(f"{value},")
    source = f"def made(rows):\n    return [({' '.join(items)}) for o in rows]\n"
    return cast("Binder", _made(constants, source))


def make_adopter(
    layout: Layout, sent: Sequence[ModelColumn], returned: Sequence[ModelColumn]
) -> Adopter:
    """Write the function that takes what was sent and returned as what the server has now.

    The snapshot of an instance is made of both. A value that can be changed in place stands in it
    as a copy of its own.
    """
    constants: dict[str, object] = {}
    assignments: list[str] = []
    snapshot: list[str] = []
    for number, column in enumerate(layout.columns):
        late = column.attribute in layout.late
        value = _place("p", sent, column) or _place("r", returned, column)
        if column.value_type.decode is not None and not late:
            value_read = column.value_type.reading(value, str(number), constants)
            assignments.append(f"o.{column.attribute} = {value_read}")
        elif column in returned and not late:
            assignments.append(f"o.{column.attribute} = {value}")
        if late and column in sent and column.value_type.encode is None:
            constants[f"c{number}"] = column.value_type.own
            value = f"c{number}({value})"
        snapshot.append(f"{value},")
    lines = [*assignments, f"o.__row__ = ({' '.join(snapshot)})"]
    body = textwrap.indent("\n".join(lines), " " * 8)
    each = "for o, p, r in zip(rows, sent, returned, strict=True)"
    source = f"def made(rows, sent, returned):\n    {each}:\n{body}\n"
    return cast("Adopter", _made(constants, source))


def make_taker(layout: Layout) -> Taker:
    """Write the function that takes a row as what the server has of an instance now.

    An instance keeps the value that it has in a column of documents or arrays: whoever holds it may
    go on changing it, and the next ``save()`` sees that.
    """
    constants: dict[str, object] = {"layout": layout}
    lines: list[str] = []
    for column in layout.columns:
        if column.attribute in layout.late:
            continue
        place = layout.positions[column.attribute]
        value = column.value_type.reading(f"row[{place}]", str(place), constants)
        lines.append(f"    o.{column.attribute} = {value}")
    lines += ["    o.__row__ = row", "    if o.__layout__ is not layout: o.__layout__ = layout"]
    return cast("Taker", _made(constants, "\n".join(["def made(o, row):", *lines, ""])))


def make_comparer(layout: Layout) -> Comparer:
    """Write the function that gives the columns whose values the server does not have yet.

    Values that are the row's own objects are unchanged, whatever they are: those that can be
    changed in place were copied before the instance got them.
    """
    constants: dict[str, object] = {"missing": object(), "same": same}
    lines: list[str] = []
    for number, column in enumerate(layout.table.columns.values()):
        constants[f"c{number}"] = column
        lines.append(f"    v = values.get({column.attribute!r}, missing)")
        place = layout.positions.get(column.attribute)
        if place is None:
            lines.append(f"    if v is not missing: found.append(c{number})")
            continue
        had = column.value_type.reading(f"row[{place}]", str(number), constants)
        lines.append(
            f"    if v is not row[{place}] and v is not missing and not same({had}, v):"
            f" found.append(c{number})"
        )
    source = "\n".join(["def made(values, row):", "    found = []", *lines, "    return found", ""])
    return cast("Comparer", _made(constants, source))


def _place(name: str, columns: Sequence[ModelColumn], column: ModelColumn) -> str:
    return f"{name}[{columns.index(column)}]" if column in columns else ""


def _made(constants: dict[str, object], source: str) -> object:
    names: dict[str, Any] = dict(_KNOWN)
    outer = textwrap.indent(source, "    ")
    exec(f"def make({', '.join(constants)}):\n{outer}    return made\n", names)  # noqa: S102
    made: object = names["make"](**constants)
    return made
