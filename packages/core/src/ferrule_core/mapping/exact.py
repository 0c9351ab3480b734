"""What a column of a certain type of PostgreSQL can hold exactly; all else is refused.

The driver, or the server after it, would store something else without a word: ``1`` for ``1.5`` in
an ``integer``, the client's time zone for that of a naive time, infinity for the last of all days.
Comparisons are held to the type; what is stored is held to its length and precision, too.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv6Address
from typing import Any
from uuid import UUID

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.exact_times import PLAIN_TIMES, refused_class, time_sender
from ferrule_core.mapping.json_values import (
    JSON_NULL,
    JsonNull,
    own_document_only,
    own_json,
    with_decimals,
)
from ferrule_core.mapping.kinds.refs import DomainType
from ferrule_core.mapping.odd_times import GUARDED
from ferrule_core.mapping.typed_documents import JSON_TYPES, own_decimal_document, own_document
from ferrule_core.mapping.value_types import (
    INTEGER,
    TEXT,
    Encode,
    ValueType,
    array_type,
)

_INTEGERS: Mapping[str, tuple[int, int]] = {
    "int2": (-(2**15), 2**15 - 1),
    "int4": (-(2**31), 2**31 - 1),
    "int8": (-(2**63), 2**63 - 1),
    "oid": (0, 2**32 - 1),
    "xid": (0, 2**32 - 1),
    "cid": (0, 2**32 - 1),
    "pg_lsn": (0, 2**64 - 1),
    "xid8": (0, 2**64 - 1),
}
_SPECIAL = frozenset({"char", "macaddr", "macaddr8", "money", "xml"})
"""Types of which ``mapping.kinds.special`` knows more than what the class of the values says."""

_DIGITS_BEFORE = 131_072
_DIGITS_AFTER = 16_383
"""Of ``numeric`` without precision; from the manual, section 8.1.2."""

_NAME_BYTES = 63
_FEW_DIGITS = 1000
_SHOWN_CHOICES = 10

_PLAIN: Mapping[type, str] = {
    bool: "type(v) is bool",
    UUID: "type(v) is UUID",
    date: "type(v) is date",
    timedelta: "type(v) is timedelta",
}
_MEANT: Mapping[type, str] = {int: "int8", datetime: "timestamptz", time: "time", dict: "jsonb"}
"""The type that an annotation means where nothing else is said."""


def exact_type(  # noqa: C901, PLR0911 - each kind of type its rule
    value_type: ValueType, declared: TypeRef | None
) -> ValueType:
    """The type of values, held to what a column of the type ``declared`` can be compared with."""
    if isinstance(declared, DomainType):
        declared = declared.resolved
    if declared is not None:
        value_type = replace(value_type, stored=declared)
    stored = value_type.stored
    if value_type.held is not None:
        return replace(value_type.held(stored), nullable=value_type.nullable)
    if value_type.element is not None:
        if stored is not None and stored.name in JSON_TYPES and not stored.dimensions:
            return _document(replace(value_type, element=None))
        element = None if stored is None else replace(stored, dimensions=0)
        array = array_type(exact_type(value_type.element, element))
        return replace(array, nullable=value_type.nullable, stored=stored)
    if stored is not None and (stored.name in _SPECIAL or not stored.builtin):
        from ferrule_core.mapping.kinds.special import special_type  # few programs need it

        special = special_type(value_type, stored)
        if special is not None:
            return special
    kind = value_type.python
    name = _MEANT.get(kind, "") if stored is None and kind is not None else ""
    if stored is not None and stored.schema == PG_CATALOG:
        name = stored.name
    if name in _INTEGERS and kind is int:
        return _integer(value_type, name)
    if name in JSON_TYPES and value_type.encode is None:
        return _document(value_type)
    return _checked(value_type, name)


def _checked(value_type: ValueType, name: str) -> ValueType:
    kind = value_type.python
    encode = _encode(value_type, name)
    if encode is None:
        return value_type
    plain = PLAIN_TIMES.get(name) or (None if kind is None else _PLAIN.get(kind))
    fits = value_type.all_plain if kind in (date, timedelta) else None
    return replace(value_type, encode=encode, plain=plain, all_plain=fits)


def _encode(value_type: ValueType, name: str) -> Encode | None:
    """How a value is checked; ``None`` where nothing is added to what its class says."""
    kind = value_type.python
    if name == "inet" and value_type.encode is None:
        return _address
    if kind in GUARDED:
        return time_sender(value_type, name)
    if kind is float and name == "float4":
        return _single
    if kind is str and name == "name":
        return _name
    return None if kind is None else _BY_CLASS.get(kind)


def _document(value_type: ValueType) -> ValueType:
    """Documents of no class; JSON's null is one where the annotation is not narrower."""
    if value_type.decode is with_decimals:
        return replace(value_type, encode=own_decimal_document)
    may_be_null = value_type.python is None or JsonNull in value_type.allows
    copied = own_json if may_be_null else own_document_only

    def send(value: object) -> object:
        if value is JSON_NULL and not may_be_null:
            raise ValueRefused(
                "JSON's null is not allowed by the annotation",
                hint="Column[dict[str, Any] | JsonNull] allows it; None is NULL",
            )
        return own_document(value)

    return replace(value_type, encode=send, copy=copied)


def stored_limit(declared: TypeRef | None) -> Callable[[Any], None] | None:
    """Refuses what does not fit a length or a precision, which the server would cut or round."""
    if isinstance(declared, DomainType):
        declared = declared.resolved
    if declared is None or declared.schema != PG_CATALOG or not declared.arguments:
        return None
    numbers = [argument for argument in declared.arguments if isinstance(argument, int)]
    if declared.name in ("varchar", "bpchar"):
        return lambda value: _fit_length(value, numbers[0])
    if declared.name in ("bit", "varbit"):
        from ferrule_core.mapping.kinds.special import fit_bits

        return lambda value: fit_bits(value, numbers[0], fixed=declared.name == "bit")
    if declared.name == "numeric":
        precision, scale = (*numbers, 0)[:2]
        return lambda value: _fit_digits(value, precision, scale)
    return None


def limited(value_type: ValueType, limit: Callable[[Any], None]) -> ValueType:
    """The type, with values that are also held to ``limit``."""
    if value_type.element is not None:
        array = array_type(limited(value_type.element, limit))
        return replace(array, nullable=value_type.nullable, stored=value_type.stored)

    def send(value: object) -> object:
        sent = value_type.send(value)
        limit(sent)
        return sent

    return replace(value_type, encode=send, plain=None, all_plain=None)


def chosen(value_type: ValueType, choices: Sequence[object]) -> ValueType:
    """The type, with no other values than these."""
    allowed = [value_type.send(choice) for choice in choices]
    known = ", ".join(map(repr, allowed[:_SHOWN_CHOICES]))
    more = ", ..." if len(allowed) > _SHOWN_CHOICES else ""

    def send(value: object) -> object:
        sent = value_type.send(value)
        if sent in allowed:
            return sent
        raise ValueRefused("the value is not one of the choices", hint=f"choices: {known}{more}")

    return replace(value_type, encode=send, plain=None, all_plain=None)


def named(value_type: ValueType, column: str) -> ValueType:
    """The type, whose refusals say which column they are about."""
    encode, decode, copied = value_type.encode, value_type.decode, value_type.copy
    return replace(
        value_type,
        encode=None if encode is None else naming(encode, column),
        decode=None if decode is None else naming(decode, column),
        copy=None if copied is None else naming(copied, column),
    )


def naming(convert: Callable[[Any], Any], column: str) -> Callable[[Any], Any]:
    """The same function, whose refusals say which column they are about."""

    def named(value: Any) -> Any:  # noqa: ANN401 - the caller's, or the driver's
        try:
            return convert(value)
        except ValueRefused as error:
            raise ValueRefused(f'column "{column}": {error.message}', hint=error.hint) from error

    return named


def _integer(value_type: ValueType, name: str) -> ValueType:
    least, greatest = _INTEGERS[name]

    def send(value: object) -> object:
        sent: Any = INTEGER.send(value)
        if least <= sent <= greatest:
            return sent
        raise ValueRefused(f"the number is out of the range of {name}, {least} to {greatest}")

    def all_plain(values: list[Any]) -> bool:
        if not values:
            return True
        return set(map(type, values)) == {int} and (
            least <= min(values) and max(values) <= greatest
        )

    plain = f"type(v) is int and {least} <= v <= {greatest}"
    return replace(value_type, encode=send, plain=plain, all_plain=all_plain)


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    raise refused_class("a boolean", value)


def exact_float(value: Any) -> object:  # noqa: ANN401 - the caller's
    """The float that is this number.

    Raises:
        ValueRefused: There is none.
    """
    if isinstance(value, float):
        return value
    if not isinstance(value, int | Decimal):
        raise refused_class("a float", value)
    try:
        number = float(value)
    except (OverflowError, ValueError):
        number = None
    if number is not None and (
        number == value or (isinstance(value, Decimal) and Decimal(repr(number)) == value)
    ):
        return number
    raise ValueRefused(
        "a float cannot hold all digits of the number", hint="write float(...) of it"
    )


def _single(value: object) -> object:
    number: Any = exact_float(value)
    try:
        struct.pack("<f", number)
    except OverflowError:
        raise ValueRefused("the number is too great for single precision") from None
    return number


def _decimal(value: Any) -> object:  # noqa: ANN401 - the caller's
    if (
        type(value) is Decimal
        and -_FEW_DIGITS < value.adjusted() < _FEW_DIGITS
        and len(str(value)) < _FEW_DIGITS
        and not value.is_snan()
    ):
        return value  # as nearly every number is
    if isinstance(value, int | float):
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise refused_class("a number", value)
    if value.is_snan():
        raise ValueRefused("numeric has no signalling NaN")
    if value.is_finite():
        _fit_digits(value, _DIGITS_BEFORE + _DIGITS_AFTER, _DIGITS_AFTER)
    return value


def _fit_digits(value: Any, precision: int, scale: int) -> None:  # noqa: ANN401 - a number, checked
    if value is None or value.is_nan():
        return
    if value.is_infinite():
        raise ValueRefused(f"numeric({precision},{scale}) cannot hold infinity")
    _, digits, exponent = value.as_tuple()
    if value and value.adjusted() >= precision - scale:
        raise ValueRefused(f"the number has more than {precision - scale} digits before the point")
    beyond = max(0, -scale - exponent)
    if (beyond > 0 and any(digits[-beyond:])) or (value and beyond > len(digits)):
        raise ValueRefused(
            f"the number has more than {scale} digits after the point",
            hint="round it first, in the way that you mean",
        )


def _fit_length(value: Any, length: int) -> None:  # noqa: ANN401 - text, checked
    if value is not None and len(value) > length:
        raise ValueRefused(f"the text has more than {length} characters")


def _name(value: object) -> object:
    sent: Any = TEXT.send(value)
    if len(sent.encode()) > _NAME_BYTES:
        raise ValueRefused(f"a name has at most {_NAME_BYTES} bytes")
    return sent


def _bytes(value: Any) -> object:  # noqa: ANN401 - the caller's
    if type(value) in (bytes, bytearray, memoryview):
        return bytes(value)
    raise refused_class("bytea", value)


def _uuid(value: object) -> object:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str):
        raise refused_class("a UUID", value)
    try:
        return UUID(value)
    except ValueError:
        raise ValueRefused("the text is no UUID") from None


def _address(value: object) -> object:
    if isinstance(value, IPv6Address) and value.scope_id is not None:
        raise ValueRefused("inet cannot hold the zone of the address")
    return value


_BY_CLASS: Mapping[type, Encode] = {
    bool: _boolean,
    float: exact_float,
    Decimal: _decimal,
    bytes: _bytes,
    UUID: _uuid,
}
