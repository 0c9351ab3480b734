"""Source in the formatter's layout: one line where it fits, else one item a line. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from ferrule_codegen.imports import MAX_WIDTH
from ferrule_codegen.quoting import python_string
from ferrule_core.deferred import dataclass

STEP = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Items between brackets: ``f(a, b)``, ``[a, b]``, ``(a, b)``.

    Attributes:
        opening: What stands before the items, with the bracket: ``f(``.
        items: Expressions, as source or as groups.
        closing: The other bracket, and what follows it.
        comma: Whether the last item has one where each stands on a line of its own.
    """

    opening: str
    items: tuple[str | Group, ...]
    closing: str = ")"
    comma: bool = True

    def in_line(self) -> str:
        """The group in one line."""
        items = [item if isinstance(item, str) else item.in_line() for item in self.items]
        only = "," if self.opening.endswith((" (", "=(")) or self.opening == "(" else ""
        tail = only if len(items) == 1 else ""
        return f"{self.opening}{', '.join(items)}{tail}{self.closing}"


def call(function: str, items: Sequence[str | Group]) -> Group:
    """A call of ``function``."""
    return Group(f"{function}(", tuple(items))


def keyword(name: str, value: str | Group) -> str | Group:
    """An argument by its name."""
    if isinstance(value, str):
        return f"{name}={value}"
    return Group(f"{name}={value.opening}", value.items, value.closing, value.comma)


def strings(texts: Iterable[str]) -> Group:
    """A list of string literals."""
    return Group("[", tuple(python_string(text) for text in texts), "]")


def lay_out(group: Group, *, indent: int = 0, before: str = "", after: str = "") -> str:
    """The group as it stands between ``before`` and ``after`` on a line at ``indent``.

    The result has neither of the two, and no blanks before its first line.
    """
    line = group.in_line()
    if not group.items or fits(before + line + after, indent):
        return line
    pad = " " * indent
    lines = [
        item if isinstance(item, str) else lay_out(item, indent=indent + STEP, after=",")
        for item in group.items
    ]
    inner = ",\n".join(f"{pad}{' ' * STEP}{line}" for line in lines)
    inner += ",\n" if group.comma else "\n"
    return f"{group.opening}\n{inner}{pad}{group.closing}"


def assign(target: str, group: Group, *, indent: int = 0) -> str:
    """``target = group``, where ``target`` may have an annotation.

    A target that leaves the group no room puts it in brackets of its own; one that is too long even
    for the first of these is broken in its annotation.
    """
    head = f"{target} = "
    pad, inner_pad = " " * indent, " " * (indent + STEP)
    if fits(head + group.opening, indent) or not group.items:
        return head + lay_out(group, indent=indent, before=head)
    name, bracket, inner = target.partition("[")
    if fits(f"{head}(", indent) or not bracket:
        return f"{head}(\n{inner_pad}{lay_out(group, indent=indent + STEP)}\n{pad})"
    broken = f"{name}[\n{inner_pad}{inner.removesuffix(']')}\n{pad}] = "
    return broken + lay_out(group, indent=indent, before="] = ")


def annotate(name: str, kind: str, *, indent: int) -> str:
    """``name: kind``, where ``kind`` is a union or has brackets."""
    line = f"{name}: {kind}"
    if fits(line, indent) or not ("[" in kind or " | " in kind):
        return line
    pad, inner_pad = " " * indent, " " * (indent + STEP)
    members = union_members(kind)
    outer, _, inner = kind.partition("[")
    if len(members) == 1 and fits(f"{name}: {outer}[", indent):
        return f"{name}: {outer}[\n{inner_pad}{inner.removesuffix(']')}\n{pad}]"
    union = kind if fits(kind, indent + STEP) else f"\n{inner_pad}| ".join(members)
    return f"{name}: (\n{inner_pad}{union}\n{pad})"


def union_members(kind: str) -> list[str]:
    """The members of a union that stand in no bracket."""
    members = [""]
    for part in kind.split(" | "):
        joined = f"{members[-1]} | {part}" if members[-1] else part
        members[-1] = joined
        if joined.count("[") == joined.count("]"):
            members.append("")
    return members[:-1]


def fits(line: str, indent: int) -> bool:
    """Whether a line that begins at ``indent`` is short enough."""
    return indent + _width(line) <= MAX_WIDTH


def _width(line: str) -> int:
    """Columns of a terminal, as the formatter counts: wide characters take two."""
    if line.isascii():
        return len(line)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line
    )
