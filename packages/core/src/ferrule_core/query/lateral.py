"""Rows that a query joins beside its own, which may depend on each of its rows: ``LATERAL``.

``latest = Book.filter(author_id=outer(Author.id)).order_by("-published").limit(3).lateral()``
``await Author.filter().join(latest).values_list(Author.name, latest[Book.title])``
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.errors import QueryError, nearest
from ferrule_core.mapping.annotations import value_type_of
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.operands import operand
from ferrule_core.mapping.paths import JoinedPath, OuterNamedPath, Path
from ferrule_core.mapping.value_types import ANY_VALUE, INTEGER, ValueType, nullable
from ferrule_core.query.annotating import SelectionNames
from ferrule_core.query.embedding import with_outer_names, within
from ferrule_core.query.select import annotation_alias, select_joined
from ferrule_core.query.where import joined_names
from ferrule_core.sql.nodes import (
    ColumnRef,
    Constant,
    FunctionCall,
    FunctionRef,
    Join,
    JoinedSource,
    JoinKind,
    Source,
    SubqueryRef,
)

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.mapping.deferred import Names
    from ferrule_core.query.selection import Selection

M = TypeVar("M", bound=Mapped)
T = TypeVar("T")

_PLACE = "place"


class Joinable:
    """What ``Query.join`` takes: ``lateral`` of a query, or ``rows_of`` a function.

    Attributes:
        name: What it is called in the statement.
        source: The rows.
        needs: What it uses of the query's own rows.
        path: What expressions for its columns reach through.
        optional: Whether rows stay for which it gives none.
    """

    def __init__(
        self,
        name: str,
        source: Source,
        needs: tuple[Path, ...],
        path: JoinedPath,
        *,
        optional: bool,
    ) -> None:
        self.name = name
        self.source = source
        self.needs = needs
        self.path = path
        self.optional = optional

    def met(self, names: Names) -> Joinable:
        """The same, with what ``OuterRef`` means in the query that joins it.

        Raises:
            UnknownColumn: The query has no such name.
        """
        if not any(isinstance(need, OuterNamedPath) for need in self.needs):
            return self
        source, needs = with_outer_names(self.source, self.needs, names)
        return Joinable(self.name, source, needs, self.path, optional=self.optional)

    def _column(self, name: str, kind: ValueType | None) -> Expr[Any]:
        known = ANY_VALUE if kind is None else kind
        value_type = nullable(known) if self.optional else known
        return Expr(ColumnRef(self.path.alias, name), self.path.reached, value_type)

    def __repr__(self) -> str:
        return f"<rows {self.name}>"


class _QueryRows(Joinable):
    """Rows of a query for each row of another one."""

    def __init__(self, selection: Selection, name: str | None, *, optional: bool) -> None:
        _refuse_parts(selection)
        name = name or selection.table.name
        path = _path(name)
        select, needs = within(*select_joined(selection))
        source = SubqueryRef(select, path.alias, lateral=True)
        super().__init__(name, source, needs, path, optional=optional)
        self._selection = selection

    def _found(self, column: Expr[Any] | str) -> Expr[Any]:
        """A column of these rows, or an annotation by its name.

        Raises:
            UnknownColumn: There is none of that name.
            QueryError: It is no column of the query's own model.
        """
        selection = self._selection
        if isinstance(column, str):
            names = list(selection.annotations)
            if column in names:
                kind = selection.annotations[column].value_type
                return self._column(annotation_alias(names.index(column)), kind)
            column = selection.table.path.column(column)
        if (
            isinstance(column, Column)
            and column.origin.parent is None
            and column.origin.table.ref == selection.table.ref
        ):
            return self._column(column.name, column.value_type)
        raise QueryError(
            f'"{self.name}" has the columns of {selection.table.model_name}, and not {column!r}',
            hint="annotate() the query with it, and name the annotation",
        )


class Lateral(_QueryRows, Generic[M]):
    """Rows of a query for each row of another one; ``Query.lateral`` makes it."""

    @overload
    def __getitem__(self, column: Expr[T], /) -> Expr[T]: ...
    @overload
    def __getitem__(self, column: str, /) -> Expr[Any]: ...
    def __getitem__(self, column: Expr[Any] | str, /) -> Expr[Any]:
        """A column of these rows, or an annotation by its name.

        Raises:
            UnknownColumn: There is none of that name.
            QueryError: It is no column of the query's own model.
        """
        return self._found(column)


class OptionalLateral(_QueryRows, Generic[M]):
    """The same, where there may be none of these rows: then its columns are ``None``."""

    @overload
    def __getitem__(self, column: Expr[T], /) -> Expr[T | None]: ...
    @overload
    def __getitem__(self, column: str, /) -> Expr[Any]: ...
    def __getitem__(self, column: Expr[Any] | str, /) -> Expr[Any]:
        """A column of these rows, or an annotation by its name; see ``Lateral``."""
        return self._found(column)


class Joining(Generic[M]):
    """The part of a query that joins others, and is joined by others."""

    __slots__ = ()

    _selection: Selection

    if TYPE_CHECKING:

        def _of(self, selection: Selection) -> Self: ...

    def join(self, *rows: Joinable) -> Self:
        """Further rows beside each row of this query, which comes once for each of them.

        ``latest = Book.filter(Book.author_id == outer(Author.id)).limit(3).lateral()`` and then
        ``Author.filter().join(latest).values_list(Author.name, latest[Book.title])``. Their
        columns may stand wherever those of the model do. ``rows_of`` joins a function's rows.

        Args:
            *rows: In this order; the later ones may depend on the ones before.

        Raises:
            QueryError: A name is joined already, or something depends on what is not there.
        """
        selection = self._selection
        for one in rows:
            selection = with_joined(selection, one)
        return self._of(selection)

    @overload
    def lateral(self, name: str | None = None, /) -> Lateral[M]: ...
    @overload
    def lateral(
        self, name: str | None = None, /, *, optional: Literal[True]
    ) -> OptionalLateral[M]: ...
    def lateral(
        self, name: str | None = None, /, *, optional: bool = False
    ) -> Lateral[M] | OptionalLateral[M]:
        """The rows of this query for each row of another one, for ``join``.

        ``outer(Author.id)`` in it means the row of that one; a limit is meant of each.

        Args:
            name: What errors and the statement call it; the table's name where it is left out.
            optional: Keep rows of the other query for which there is none of these.

        Raises:
            QueryError: The query loads relations or locks rows.
        """
        if optional:
            return OptionalLateral(self._selection, name, optional=True)
        return Lateral(self._selection, name, optional=False)


class FunctionRows(Joinable, Generic[T]):
    """Rows that a function gives for each row of a query; ``rows_of`` makes it.

    Attributes:
        value: The value of a row.
        place: Which row it is, from 1; for ``ordinality=True``.
    """

    def __init__(
        self,
        call: Expr[T],
        name: str,
        columns: Mapping[str, ValueType],
        *,
        ordinality: bool,
        optional: bool,
    ) -> None:
        node = operand(call).node
        if not isinstance(node, FunctionCall):
            raise QueryError(
                "rows_of() takes a call of a function", hint='func.call("unnest", ...)'
            )
        path = _path(name)
        self._columns = dict(columns)
        self._single = call.value_type
        self._ordinality = ordinality
        names = [*(columns or ("value",)), *([_PLACE] if ordinality else ())]
        source = FunctionRef(node, path.alias, tuple(names), ordinality)
        super().__init__(name, source, call.paths, path, optional=optional)

    @property
    def value(self) -> Expr[T]:
        """The value of a row.

        Raises:
            QueryError: The rows have columns.
        """
        if self._columns:
            raise QueryError(
                f'"{self.name}" has columns', hint=f"they are {', '.join(self._columns)}"
            )
        return self._column("value", self._single)

    @property
    def place(self) -> Expr[int]:
        """Which row it is, from 1.

        Raises:
            QueryError: The rows were not numbered.
        """
        if not self._ordinality:
            raise QueryError(f'the rows "{self.name}" are not numbered', hint="ordinality=True")
        return self._column(_PLACE, INTEGER)

    def __getitem__(self, column: str, /) -> Expr[Any]:
        """A column of these rows.

        Raises:
            QueryError: There is none of that name.
        """
        kind = self._columns.get(column)
        if kind is None:
            raise QueryError(
                f'"{self.name}" has no column "{column}"', hint=nearest(column, self._columns)
            )
        return self._column(column, kind)


def rows_of(
    call: Expr[T],
    name: str,
    /,
    *,
    ordinality: bool = False,
    optional: bool = False,
    columns: Mapping[str, Any] | None = None,
) -> FunctionRows[T]:
    """The rows that a function gives for each row of a query, for ``join``.

    ``each = rows_of(func.call("unnest", str, Book.keywords), "keyword")`` and then
    ``Book.filter().join(each).filter(each.value.startswith("s"))``.

    Args:
        call: The call; what it says of columns is meant of the query's own row.
        name: What errors and the statement call it.
        ordinality: Number the rows.
        optional: Keep rows of the query for which the function gives none.
        columns: Names and types of the columns, in their order, where it gives several:
            ``{"key": str, "value": str}``.

    Raises:
        QueryError: It is no call of a function.
    """
    kinds = {column: value_type_of(kind) for column, kind in (columns or {}).items()}
    return FunctionRows(call, name, kinds, ordinality=ordinality, optional=optional)


def with_joined(selection: Selection, joinable: Joinable) -> Selection:
    """A selection with further rows beside its own.

    Raises:
        QueryError: It joins something of that name already, or lacks what these rows depend on.
    """
    joinable = joinable.met(SelectionNames(selection))
    before = selection.source()
    present = joined_names(before)
    if joinable.path.alias in present:
        raise QueryError(
            f'the query joins "{joinable.name}" already', hint='name it: lateral("other")'
        )
    if selection.locking:
        raise QueryError(
            "a query that locks its rows joins no others",
            hint="lock them by their keys: Book.filter(Book.id.in_(query.column(Book.id)))",
        )
    if selection.cut:
        raise QueryError(
            "a query that takes only some of its rows joins no others",
            hint="join first, and then say limit, offset and distinct",
        )
    for need in joinable.needs:
        _refuse_need(selection, joinable, need, present)
    kind = JoinKind.LEFT if joinable.optional else JoinKind.CROSS
    on = Constant(value=True) if joinable.optional else None
    join = Join(joinable.source, on, kind)
    if isinstance(before, JoinedSource):
        return selection.changed(origin=JoinedSource(before.source, (*before.joins, join)))
    return selection.changed(origin=JoinedSource(before, (join,)))


def _refuse_need(
    selection: Selection, joinable: Joinable, need: Path, present: frozenset[str]
) -> None:
    if isinstance(need, JoinedPath):
        if need.alias not in present:
            raise QueryError(
                f'"{joinable.name}" depends on "{need}", which the query does not join',
                hint="join that first",
            )
    elif need.parent is not None:
        raise QueryError(
            f'"{joinable.name}" depends on "{need}", and may only on columns of '
            f"{selection.table.model_name} itself",
            hint="filter by the relation inside of it instead",
        )
    elif need.table.ref != selection.table.ref:
        raise QueryError(
            f'"{joinable.name}" depends on {need}, and the query is of {selection.table.model_name}'
        )


def _refuse_parts(selection: Selection) -> None:
    for what, there in (
        ("loads relations", selection.inclusion),
        ("locks rows", selection.locking),
    ):
        if there:
            raise QueryError(f"a query that {what} cannot be joined")


def _path(name: str) -> JoinedPath:
    path = JoinedPath(name)
    quote_identifier(path.alias)
    return path
