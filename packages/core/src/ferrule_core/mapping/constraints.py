"""Constraints and indexes over several columns, as a class lists them.

::

    class Book(Model, table="book"):
        __constraints__ = (unique("author_id", "title"), check("price >= 0", name="book_price"))
        __indexes__ = (index("author_id", "title", where="price > 0"),)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueConstraint:
    """See ``unique``."""

    columns: tuple[str, ...]
    name: str | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    deferrable: bool = False
    initially_deferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConstraint:
    """See ``check``."""

    sql: str
    name: str | None = None
    no_inherit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryKeyConstraint:
    """See ``primary_key``."""

    columns: tuple[str, ...]
    name: str | None = None
    include: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableIndex:
    """See ``index``."""

    elements: tuple[str, ...]
    name: str | None = None
    method: str = "btree"
    unique: bool = False
    where: str | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False


TableConstraint: TypeAlias = UniqueConstraint | CheckConstraint | PrimaryKeyConstraint


def unique(
    *columns: str,
    name: str | None = None,
    include: Sequence[str] = (),
    nulls_not_distinct: bool = False,
    deferrable: bool = False,
    initially_deferred: bool = False,
) -> UniqueConstraint:
    """A unique constraint over several columns, named by their attributes.

    Args:
        *columns: Attributes of the class.
        name: Name of the constraint; the server finds one where nothing is said.
        include: Attributes whose columns the index carries as payload.
        nulls_not_distinct: Whether a NULL equals another NULL.
        deferrable: Whether the constraint can wait for the end of the transaction.
        initially_deferred: Whether it does so unless told otherwise.
    """
    return UniqueConstraint(
        columns=columns,
        name=name,
        include=tuple(include),
        nulls_not_distinct=nulls_not_distinct,
        deferrable=deferrable,
        initially_deferred=initially_deferred,
    )


def check(sql: str, *, name: str | None = None, no_inherit: bool = False) -> CheckConstraint:
    """A condition, in SQL, that each row must not fail.

    Args:
        sql: The condition, with the columns' own names.
        name: Name of the constraint; the server finds one where nothing is said.
        no_inherit: Whether tables that inherit from this one are exempt.
    """
    return CheckConstraint(sql=sql, name=name, no_inherit=no_inherit)


def primary_key(
    *columns: str,
    name: str | None = None,
    include: Sequence[str] = (),
    deferrable: bool = False,
    initially_deferred: bool = False,
) -> PrimaryKeyConstraint:
    """The primary key, where its order, name or options are not what the columns alone say.

    Args:
        *columns: Attributes of the class, in the order of the key.
        name: Name of the constraint.
        include: Attributes whose columns the index carries as payload.
        deferrable: Whether the constraint can wait for the end of the transaction.
        initially_deferred: Whether it does so unless told otherwise.
    """
    return PrimaryKeyConstraint(
        columns=columns,
        name=name,
        include=tuple(include),
        deferrable=deferrable,
        initially_deferred=initially_deferred,
    )


def index(
    *elements: str,
    name: str | None = None,
    method: str = "btree",
    unique: bool = False,
    where: str | None = None,
    include: Sequence[str] = (),
    nulls_not_distinct: bool = False,
) -> TableIndex:
    """An index over columns or expressions.

    Args:
        *elements: Attributes of the class, ``-`` before one for descending order, or expressions
            in parentheses: ``"(lower(title))"``.
        name: Name of the index; the server finds one where nothing is said.
        method: ``btree``, ``gin``, ``gist``, ...
        unique: Whether two rows may not agree in all of it.
        where: The rows that it covers, in SQL.
        include: Attributes whose columns the index carries as payload.
        nulls_not_distinct: Whether a NULL equals another NULL.
    """
    return TableIndex(
        elements=elements,
        name=name,
        method=method,
        unique=unique,
        where=where,
        include=tuple(include),
        nulls_not_distinct=nulls_not_distinct,
    )
