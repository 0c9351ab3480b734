"""Indexes, as a class lists them, and the elements that indexes and exclusions are made of.

::

    class Book(Model, table="book"):
        __indexes__ = (
            index("author_id", element("title", collation="C", nulls="first")),
            index("(lower(title))", name="book_by_title", where="price > 0"),
        )
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from ferrule_core.deferred import dataclass

ObjectName: TypeAlias = str | tuple[str, str]
"""The name of one of the server's own objects; of others, schema and name."""

ParameterValue: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """See ``element``."""

    text: str
    collation: ObjectName | None = None
    operator_class: ObjectName | None = None
    operator_class_parameters: tuple[tuple[str, str], ...] = ()
    descending: bool = False
    nulls: Literal["first", "last"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableIndex:
    """See ``index``."""

    elements: tuple[Element, ...]
    name: str | None = None
    method: str = "btree"
    unique: bool = False
    where: str | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    comment: str | None = None


def element(
    text: str,
    *,
    collation: ObjectName | None = None,
    operator_class: ObjectName | None = None,
    operator_class_parameters: Mapping[str, ParameterValue] | None = None,
    descending: bool = False,
    nulls: Literal["first", "last"] | None = None,
) -> Element:
    """One key of an index, where its column or expression alone does not say enough.

    Args:
        text: An attribute of the class, or an expression in parentheses: ``"(lower(title))"``; with
            ``-`` before it for descending order.
        collation: Name of the collation, ``"C"``; one of your own with its schema:
            ``("shop", "german")``.
        operator_class: The same for the operator class: ``"text_pattern_ops"``,
            ``("public", "gin_trgm_ops")``.
        operator_class_parameters: What the operator class takes: ``{"siglen": 32}``.
        descending: Whether the greatest come first.
        nulls: Where NULLs stand; by default last, and first in descending order.
    """
    return Element(
        text=text.removeprefix("-"),
        collation=collation,
        operator_class=operator_class,
        operator_class_parameters=written_parameters(operator_class_parameters),
        descending=descending or text.startswith("-"),
        nulls=nulls,
    )


def index(  # noqa: PLR0913 - what an index can say
    *elements: str | Element,
    name: str | None = None,
    method: str = "btree",
    unique: bool = False,
    where: str | None = None,
    include: Sequence[str] = (),
    nulls_not_distinct: bool = False,
    parameters: Mapping[str, ParameterValue] | None = None,
    comment: str | None = None,
) -> TableIndex:
    """An index over columns or expressions.

    Args:
        *elements: Attributes of the class, ``-`` before one for descending order, expressions in
            parentheses, ``"(lower(title))"``, or ``element(...)`` where there is more to say.
        name: Name of the index; without one it gets that which the server would give.
        method: ``btree``, ``gin``, ``gist``, ...
        unique: Whether two rows may not agree in all of it.
        where: The rows that it covers, in SQL.
        include: Attributes whose columns the index carries as payload.
        nulls_not_distinct: Whether a NULL equals another NULL.
        parameters: Storage parameters: ``{"fillfactor": 70}``.
        comment: Kept in the database.
    """
    return TableIndex(
        elements=tuple(map(as_element, elements)),
        name=name,
        method=method,
        unique=unique,
        where=where,
        include=tuple(include),
        nulls_not_distinct=nulls_not_distinct,
        parameters=written_parameters(parameters),
        comment=comment,
    )


def as_element(said: str | Element) -> Element:
    """The element that an attribute or an expression alone stands for."""
    return said if isinstance(said, Element) else element(said)


def written_parameters(
    values: Mapping[str, ParameterValue] | None,
) -> tuple[tuple[str, str], ...]:
    """Parameters as the server keeps them: as text."""
    return tuple((name, _written(value)) for name, value in (values or {}).items())


def _written(value: ParameterValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
