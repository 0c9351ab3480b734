"""Types as columns and domains refer to them."""

from __future__ import annotations

from collections.abc import Iterable

from ferrule_core.catalog import TypeRef
from ferrule_introspect.rows import ModifierRow, TypeRow


class TypeNames:
    """Turns OID, modifier and dimensions into a reference by name."""

    def __init__(self, types: Iterable[TypeRow], modifiers: Iterable[ModifierRow]) -> None:
        self._types = {row.oid: row for row in types}
        self._arguments = {
            (row.type, row.modifier): read_arguments(row.plain, row.modified) for row in modifiers
        }
        self._known: dict[tuple[int, int, int], TypeRef] = {}

    def reference(self, oid: int, modifier: int = -1, dimensions: int = 0) -> TypeRef:
        """The type of that OID.

        An array that was declared through a view or ``CREATE TABLE AS`` has no count of
        dimensions in ``pg_attribute``; it has one all the same.
        """
        key = (oid, modifier, dimensions)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._refer(oid, modifier, dimensions)
        return found

    def _refer(self, oid: int, modifier: int, dimensions: int) -> TypeRef:
        used = self._types[oid]
        element = used if used.element is None else self._types[used.element]
        return TypeRef(
            element.schema,
            element.name,
            self._arguments.get((oid, modifier), ()),
            0 if used.element is None else max(dimensions, 1),
        )


def read_arguments(plain: str, modified: str) -> tuple[int | str, ...]:
    """The arguments of a type, from its printed name without and with them.

    ``timestamp(3) without time zone`` is ``timestamp without time zone`` with ``(3)`` put in; an
    interval may have its fields put in before that.
    """
    pairs = zip(plain, modified, strict=False)
    start = next((i for i, (a, b) in enumerate(pairs) if a != b), len(plain))
    inserted = modified[start : start + len(modified) - len(plain)]
    fields, _, listed = inserted.partition("(")
    arguments = listed.removesuffix(")").split(",") if listed else []
    words = [fields.strip()] if fields.strip() else []
    return (*words, *(_number_or_text(argument.strip()) for argument in arguments))


def _number_or_text(argument: str) -> int | str:
    digits = argument.removeprefix("-")
    return int(argument) if digits.isascii() and digits.isdigit() else argument
