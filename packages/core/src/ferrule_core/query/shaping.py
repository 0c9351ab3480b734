"""Rows as values of a type of the caller's: a dataclass, a NamedTuple, a TypedDict, pydantic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.errors import QueryError, nearest
from ferrule_core.mapping.expressions import Expr
from ferrule_core.query import values
from ferrule_core.query.annotating import value_named
from ferrule_core.query.row_classes import fields_of, maker_of

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
    any_kind: Any = kind  # a class, which can be hashed
    wanted = fields_of(any_kind)
    if wanted is None:
        raise QueryError(
            f"rows cannot be made values of {kind.__name__}",
            hint="give a dataclass, a NamedTuple, a TypedDict or a pydantic model",
        )
    known = {*selection.table.columns, *selection.annotations}
    for name in named:
        if name not in wanted:
            raise QueryError(
                f'{kind.__name__} has no field "{name}"', hint=nearest(name, wanted) or None
            )
    chosen = [name for name in wanted if name in named or name in known]
    for name, (_, required) in wanted.items():
        if required and name not in chosen:
            raise QueryError(
                f'{selection.table.model_name} has no column for the field "{name}" of '
                f"{kind.__name__}",
                hint=f"say what it is: into({kind.__name__}, {name}=...)",
            )
    expressions = [value_named(selection, named.get(name, name)) for name in chosen]
    rows = await values.fetch_tuples(selection, expressions)
    make: Callable[[dict[str, Any]], T] = maker_of(kind)
    return [make(dict(zip(chosen, row, strict=True))) for row in rows]
