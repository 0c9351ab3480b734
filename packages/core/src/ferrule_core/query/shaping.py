"""Rows as values of a type of the caller's: a dataclass, a NamedTuple, a TypedDict, pydantic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast, is_typeddict

from ferrule_core.errors import QueryError, nearest
from ferrule_core.mapping.expressions import Expr
from ferrule_core.query import values
from ferrule_core.query.annotating import value_named

if TYPE_CHECKING:
    from ferrule_core.query.selection import Selection

T = TypeVar("T")


class Shaping:
    """``into`` of a query."""

    __slots__ = ()

    _selection: Selection

    async def into(self, kind: type[T], /, **named: Expr[Any] | str) -> list[T]:
        """Each row as a value of a type, whose fields are columns and annotations of that name.

        ``await Book.filter().into(BookRow, author=Book.author.name)``

        Args:
            kind: A dataclass, a ``NamedTuple``, a ``TypedDict``, or a pydantic model, which
                validates each row.
            **named: What fields of other names stand for.

        Raises:
            QueryError: A field has no column, or a name is no field; or the type is no such.
        """
        return await fetch_into(self._selection, kind, named)


async def fetch_into(
    selection: Selection, kind: type[T], named: Mapping[str, Expr[Any] | str]
) -> list[T]:
    """The rows of a selection as values of a type; see ``Shaping.into``."""
    wanted, optional, make = _fields_of(kind)
    known = {*selection.table.columns, *selection.annotations}
    for name in named:
        if name not in wanted:
            raise QueryError(
                f'{kind.__name__} has no field "{name}"', hint=nearest(name, wanted) or None
            )
    chosen = [name for name in wanted if name in named or name in known]
    for name in wanted:
        if name not in chosen and name not in optional:
            raise QueryError(
                f'{selection.table.model_name} has no column for the field "{name}" of '
                f"{kind.__name__}",
                hint=f"say what it is: into({kind.__name__}, {name}=...)",
            )
    expressions = [value_named(selection, named.get(name, name)) for name in chosen]
    rows = await values.fetch_tuples(selection, expressions)
    return [make(dict(zip(chosen, row, strict=True))) for row in rows]


def _fields_of(
    kind: type[T],
) -> tuple[list[str], frozenset[str], Callable[[dict[str, Any]], T]]:
    """The fields of a type, those that may be left out, and what makes a value of it."""
    any_kind: Any = kind
    if is_dataclass(kind):
        own = [field for field in fields(kind) if field.init]
        optional = frozenset(field.name for field in own if _has_default(field))
        return [field.name for field in own], optional, lambda row: any_kind(**row)
    if is_typeddict(kind):
        names = list(any_kind.__annotations__)
        return names, any_kind.__optional_keys__, lambda row: cast("T", row)
    if hasattr(any_kind, "_field_defaults"):
        defaults = frozenset(any_kind._field_defaults)
        return list(any_kind._fields), defaults, lambda row: any_kind(**row)
    if hasattr(any_kind, "model_validate"):
        found: Mapping[str, Any] = any_kind.model_fields
        optional = frozenset(name for name, field in found.items() if not field.is_required())
        return list(found), optional, lambda row: any_kind.model_validate(row, by_name=True)
    raise QueryError(
        f"rows cannot be made values of {kind.__name__}",
        hint="give a dataclass, a NamedTuple, a TypedDict or a pydantic model",
    )


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING
