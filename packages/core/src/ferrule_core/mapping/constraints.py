"""Constraints as a class lists them: over several columns, or with more to say than one has room.

::

    class Book(Model, table="book"):
        __constraints__ = (unique("author_id", "title"), check("price >= 0", name="book_price"))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.mapping.deferring import refuse_undeferrable
from ferrule_core.mapping.indexes import Element, as_element
from ferrule_core.mapping.relations import ForeignKeyOptions, foreign_key_options

if TYPE_CHECKING:
    from typing import Unpack

    from ferrule_core.mapping.relations import ForeignKeyKeywords


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueConstraint:
    """See ``unique``."""

    columns: tuple[str, ...]
    name: str | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    without_overlaps: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConstraint:
    """See ``check``."""

    sql: str
    name: str | None = None
    no_inherit: bool = False
    validated: bool = True
    enforced: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNullConstraint:
    """See ``not_null``."""

    column: str
    name: str | None = None
    no_inherit: bool = False
    validated: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryKeyConstraint:
    """See ``primary_key``."""

    columns: tuple[str, ...]
    name: str | None = None
    include: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    without_overlaps: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionConstraint:
    """See ``exclude``."""

    elements: tuple[tuple[Element, str], ...]
    method: str = "gist"
    name: str | None = None
    where: str | None = None
    include: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceConstraint:
    """See ``references``."""

    options: ForeignKeyOptions
    table: str
    schema: str | None = None

    @property
    def name(self) -> str | None:
        """Name of the constraint, where one is said."""
        return self.options.name


TableConstraint: TypeAlias = (
    UniqueConstraint
    | CheckConstraint
    | NotNullConstraint
    | PrimaryKeyConstraint
    | ExclusionConstraint
    | ReferenceConstraint
)


def unique(  # noqa: PLR0913 - what a constraint can say
    *columns: str,
    name: str | None = None,
    include: Sequence[str] = (),
    nulls_not_distinct: bool = False,
    deferrable: bool = False,
    initially_deferred: bool = False,
    without_overlaps: bool = False,
    comment: str | None = None,
) -> UniqueConstraint:
    """A unique constraint over several columns, named by their attributes.

    Args:
        *columns: Attributes of the class.
        name: Name of the constraint; without one it gets that which the server would give.
        include: Attributes whose columns the index carries as payload.
        nulls_not_distinct: Whether a NULL equals another NULL (PostgreSQL 15).
        deferrable: Whether the constraint can wait for the end of the transaction.
        initially_deferred: Whether it does so unless told otherwise.
        without_overlaps: Whether the last column is a range, and rows that agree in the others may
            not overlap in it (PostgreSQL 18).
        comment: Kept in the database.

    Raises:
        ModelError: No column is named, or the constraint is deferred and not deferrable.
    """
    _refuse_nothing("a unique constraint", columns)
    refuse_undeferrable(deferrable=deferrable, initially_deferred=initially_deferred)
    return UniqueConstraint(
        columns=columns,
        name=name,
        include=tuple(include),
        nulls_not_distinct=nulls_not_distinct,
        deferrable=deferrable,
        initially_deferred=initially_deferred,
        without_overlaps=without_overlaps,
        comment=comment,
    )


def check(
    sql: str,
    *,
    name: str | None = None,
    no_inherit: bool = False,
    validated: bool = True,
    enforced: bool = True,
    comment: str | None = None,
) -> CheckConstraint:
    """A condition, in SQL, that each row must not fail.

    Args:
        sql: The condition, with the columns' own names.
        name: Name of the constraint; without one it gets that which the server would give.
        no_inherit: Whether tables that inherit from this one are exempt.
        validated: Whether rows that are there already met it too: false is ``NOT VALID``.
        enforced: Whether the server holds rows to it at all (PostgreSQL 18).
        comment: Kept in the database.
    """
    return CheckConstraint(
        sql=sql,
        name=name,
        no_inherit=no_inherit,
        validated=validated and enforced,
        enforced=enforced,
        comment=comment,
    )


def not_null(
    column: str,
    *,
    name: str | None = None,
    no_inherit: bool = False,
    validated: bool = True,
    comment: str | None = None,
) -> NotNullConstraint:
    """A ``NOT NULL`` with more to say than an annotation without ``None`` does (PostgreSQL 18).

    Args:
        column: An attribute of the class.
        name: Name of the constraint; without one it gets that which the server would give.
        no_inherit: Whether tables that inherit from this one are exempt.
        validated: Whether rows that are there already met it too: false is ``NOT VALID``.
        comment: Kept in the database.
    """
    return NotNullConstraint(
        column=column, name=name, no_inherit=no_inherit, validated=validated, comment=comment
    )


def primary_key(
    *columns: str,
    name: str | None = None,
    include: Sequence[str] = (),
    deferrable: bool = False,
    initially_deferred: bool = False,
    without_overlaps: bool = False,
    comment: str | None = None,
) -> PrimaryKeyConstraint:
    """The primary key, where its order, name or options are not what the columns alone say.

    Args:
        *columns: Attributes of the class, in the order of the key.
        name: Name of the constraint.
        include: Attributes whose columns the index carries as payload.
        deferrable: Whether the constraint can wait for the end of the transaction.
        initially_deferred: Whether it does so unless told otherwise.
        without_overlaps: Whether the last column is a range, and rows that agree in the others may
            not overlap in it (PostgreSQL 18).
        comment: Kept in the database.

    Raises:
        ModelError: No column is named, or the constraint is deferred and not deferrable.
    """
    _refuse_nothing("a primary key", columns)
    refuse_undeferrable(deferrable=deferrable, initially_deferred=initially_deferred)
    return PrimaryKeyConstraint(
        columns=columns,
        name=name,
        include=tuple(include),
        deferrable=deferrable,
        initially_deferred=initially_deferred,
        without_overlaps=without_overlaps,
        comment=comment,
    )


def exclude(  # noqa: PLR0913 - what a constraint can say
    *elements: tuple[str | Element, str],
    method: str = "gist",
    name: str | None = None,
    where: str | None = None,
    include: Sequence[str] = (),
    deferrable: bool = False,
    initially_deferred: bool = False,
    comment: str | None = None,
) -> ExclusionConstraint:
    """Of any two rows, not all of these comparisons may hold: ``exclude(("during", "&&"))``.

    Args:
        *elements: What is compared, an attribute of the class, an expression in parentheses or
            ``element(...)``, and by which operator: ``("room", "=")``.
        method: Of the index behind it; ``=`` on plain types needs the extension ``btree_gist``
            there.
        name: Name of the constraint; without one it gets that which the server would give.
        where: The rows that it is about, in SQL.
        include: Attributes whose columns the index carries as payload.
        deferrable: Whether the constraint can wait for the end of the transaction.
        initially_deferred: Whether it does so unless told otherwise.
        comment: Kept in the database.

    Raises:
        ModelError: Nothing is compared, or the constraint is deferred and not deferrable.
    """
    _refuse_nothing("an exclusion", elements)
    refuse_undeferrable(deferrable=deferrable, initially_deferred=initially_deferred)
    return ExclusionConstraint(
        elements=tuple((as_element(what), operator) for what, operator in elements),
        method=method,
        name=name,
        where=where,
        include=tuple(include),
        deferrable=deferrable,
        initially_deferred=initially_deferred,
        comment=comment,
    )


def references(
    *columns: str,
    table: str,
    target_columns: Sequence[str],
    schema: str | None = None,
    on_delete_columns: Sequence[str] = (),
    **options: Unpack[ForeignKeyKeywords],
) -> ReferenceConstraint:
    """A foreign key that makes no relation: to a table without a model, or a second one.

    Args:
        *columns: Attributes of the class.
        table: Name of the table that they refer to.
        target_columns: Names of its columns, in the same order.
        schema: Its schema; that of this model, where nothing is said.
        on_delete_columns: Attributes that ``set null`` and ``set default`` touch, where that is
            not all of them (PostgreSQL 15).
        **options: ``name``, ``on_delete`` and the others of ``foreign_key``.

    Raises:
        ModelError: There are not as many columns on both sides, or the options have no meaning
            together.
    """
    if len(columns) != len(target_columns):
        raise ModelError(
            f"a foreign key has {len(columns)} columns, and refers to {len(target_columns)}"
        )
    said = foreign_key_options(columns, tuple(target_columns), on_delete_columns, **options)
    return ReferenceConstraint(options=said, table=table, schema=schema)


def _refuse_nothing(what: str, columns: Sequence[object]) -> None:
    if not columns:
        raise ModelError(f"{what} needs the columns that it is over")
