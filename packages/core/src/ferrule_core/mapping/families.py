"""Which look-ups a value has: those of its family of types."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

from ferrule_core.errors import QueryError
from ferrule_core.mapping.kinds.refs import TextRef

if TYPE_CHECKING:
    from ferrule_core.mapping.operands import Operand
    from ferrule_core.mapping.value_types import ValueType


class Family(Enum):
    """Types that are asked in one way."""

    PLAIN = "a plain value"
    TEXT = "text"
    ARRAY = "an array"
    JSON = "JSON"
    RANGE = "a range"
    SEARCH = "a tsvector"
    NETWORK = "a network address"
    UNKNOWN = "a value of unknown type"

    __hash__ = object.__hash__


_RANGES = tuple(
    f"{subtype}{kind}"
    for kind in ("range", "multirange")
    for subtype in ("int4", "int8", "num", "ts", "tstz", "date")
)
_BY_NAME: Mapping[str, Family] = {
    "json": Family.JSON,
    "jsonb": Family.JSON,
    "tsvector": Family.SEARCH,
    "inet": Family.NETWORK,
    "cidr": Family.NETWORK,
    **dict.fromkeys(_RANGES, Family.RANGE),
}


def family_of(value_type: ValueType | None) -> Family:  # noqa: PLR0911 - each kind its rule
    """The family of values of a type."""
    if value_type is None:
        return Family.UNKNOWN
    stored, kind = value_type.stored, value_type.python
    if stored is not None and stored.dimensions == 0:
        found = _BY_NAME.get(stored.name)
        if isinstance(stored, TextRef):
            return Family.PLAIN
        if found is not None:
            return found
    if value_type.element is not None:
        return Family.ARRAY
    if kind is None:
        return Family.UNKNOWN
    if value_type.inner is not None:
        return Family.RANGE
    if issubclass(kind, dict):
        return Family.PLAIN if stored is not None and stored.name == "hstore" else Family.JSON
    return Family.TEXT if issubclass(kind, str) else Family.PLAIN


def require(operand: Operand, what: str, *families: Family) -> Family:
    """The family of an operand, which must be one of these.

    Raises:
        QueryError: It is another one, so the server would not know the operator.
    """
    found = family_of(operand.value_type)
    if found in families or found is Family.UNKNOWN:
        return families[0] if found is Family.UNKNOWN else found
    wanted = " or ".join(family.value for family in families)
    raise QueryError(f"{what} is asked of {wanted}, not of {found.value}")
