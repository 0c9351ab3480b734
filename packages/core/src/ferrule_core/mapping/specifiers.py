"""Columns that the server fills, counts or computes, as a class body says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ferrule_core.catalog.columns import Generated, Identity, SequenceOptions
from ferrule_core.catalog.types import TypeRef
from ferrule_core.mapping.model_columns import ColumnOptions

if TYPE_CHECKING:
    from ferrule_core.mapping.indexes import ObjectName

# A specifier's parameters are what it can say, and a checker reads its call, not a dictionary.


def version_column(
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002
    comment: str | None = None,
) -> Any:  # noqa: ANN401
    """A number that each update of the row counts up, by which writers notice each other.

    ``version: Column[int] = version_column()``. It begins at 1. An instance is saved and deleted
    only where the row still has the number that it was read with; else ``StaleObject`` is raised.

    Args:
        name: Name in the table, where the attribute cannot be called so.
        type: ``types.Integer()``, where it is not ``bigint``.
        comment: Kept in the database.
    """
    return ColumnOptions(name=name, type=type, default=1, comment=comment, version=True)


def identity(  # noqa: PLR0913
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002
    primary_key: bool = True,
    always: bool = False,
    options: SequenceOptions | None = None,
    sequence: str | None = None,
    comment: str | None = None,
) -> Any:  # noqa: ANN401
    """A number that the server counts up.

    Args:
        name: Name in the table, where the attribute cannot be called so.
        type: ``types.Integer()``, where it is not ``bigint``.
        primary_key: Whether it is the key, or a part of it.
        always: Refuse values of the caller.
        options: How the sequence counts.
        sequence: Name of the sequence, where the server is not to choose it.
        comment: Kept in the database.
    """
    return ColumnOptions(
        name=name,
        type=type,
        primary_key=primary_key,
        identity=Identity(always=always, options=options or SequenceOptions()),
        sequence=sequence,
        comment=comment,
    )


def server_default(  # noqa: PLR0913
    sql: str,
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002
    primary_key: bool = False,
    unique: bool = False,
    index: bool = False,
    check: str | None = None,
    collation: ObjectName | None = None,
    comment: str | None = None,
) -> Any:  # noqa: ANN401
    """A column that the server fills where the caller does not: ``server_default("now()")``.

    Args:
        sql: The default's expression, in SQL.
        name: Name in the table, where the attribute cannot be called so.
        type: The SQL type, where the annotation leaves a choice.
        primary_key: Whether it is the key, or a part of it.
        unique: A unique constraint over this column alone.
        index: An index over this column alone.
        check: A condition in SQL.
        collation: Name of the collation; of one of your own, schema and name.
        comment: Kept in the database.
    """
    return ColumnOptions(
        name=name,
        type=type,
        primary_key=primary_key,
        unique=unique,
        index=index,
        server_default=sql,
        check=check,
        collation=collation,
        comment=comment,
    )


def generated(  # noqa: PLR0913
    sql: str,
    *,
    name: str | None = None,
    type: TypeRef | None = None,  # noqa: A002
    storage: Literal["stored", "virtual"] = "stored",
    primary_key: bool = False,
    unique: bool = False,
    index: bool = False,
    collation: ObjectName | None = None,
    comment: str | None = None,
    init: Literal[False] = False,  # noqa: ARG001 - for checkers: no constructor takes it
) -> Any:  # noqa: ANN401
    """A column that the server computes from others, and nobody writes.

    Args:
        sql: The expression, in SQL.
        name: Name in the table, where the attribute cannot be called so.
        type: The SQL type, where the annotation leaves a choice.
        storage: ``virtual`` columns came with PostgreSQL 18.
        primary_key: Whether it is the key, or a part of it.
        unique: A unique constraint over this column alone.
        index: An index over this column alone.
        collation: Name of the collation; of one of your own, schema and name.
        comment: Kept in the database.
        init: For type checkers only.
    """
    return ColumnOptions(
        name=name,
        type=type,
        primary_key=primary_key,
        unique=unique,
        index=index,
        generated=Generated(expression=sql, storage=storage),
        collation=collation,
        comment=comment,
    )
