"""What a column of a certain type of PostgreSQL can hold exactly; all else is refused.

The driver, or the server after it, would store something else without a word: ``1`` for ``1.5`` in
an ``integer``, the client's time zone for that of a naive time, infinity for the last of all days.
Comparisons are held to the type; what is stored is held to its length and precision, too.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from ipaddress import IPv6Address
from typing import Any
from uuid import UUID

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.typed_documents import JSON_TYPES, own_document
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
_DIGITS_BEFORE = 131_072
_DIGITS_AFTER = 16_383
"""Of ``numeric`` without precision; from the manual, section 8.1.2."""

_NAME_BYTES = 63
_LAST_YEAR = 9999
_FEW_DIGITS = 1000
_SHOWN_CHOICES = 10

_PLAIN: Mapping[type, str] = {bool: "type(v) is bool", UUID: "type(v) is UUID"}
_PLAIN_TIMES: Mapping[str, str] = {
    "timestamptz": "type(v) is datetime and v.tzinfo is UTC and 1 < v.year < 9999",
    "timestamp": "type(v) is datetime and v.tzinfo is None and 1 < v.year < 9999",
}
"""Tests that a value ``v`` is sent as it is, for binders, which know these names."""

_MEANT: Mapping[type, str] = {int: "int8", datetime: "timestamptz", time: "time", dict: "jsonb"}
"""The type that an annotation means where nothing else is said."""


def exact_type(value_type: ValueType, declared: TypeRef | None) -> ValueType:
    """The type of values, held to what a column of the type ``declared`` can be compared with."""
    if declared is not None:
        value_type = replace(value_type, stored=declared)
    stored = value_type.stored
    if value_type.element is not None:
        if stored is not None and stored.name in JSON_TYPES and not stored.dimensions:
            return replace(value_type, encode=own_document, element=None)
        element = None if stored is None else replace(stored, dimensions=0)
        array = array_type(exact_type(value_type.element, element))
        return replace(array, nullable=value_type.nullable, stored=stored)
    kind = value_type.python
    name = _MEANT.get(kind, "") if stored is None and kind is not None else ""
    if stored is not None and stored.schema == PG_CATALOG:
        name = stored.name
    if name in _INTEGERS and kind is int:
        return _integer(value_type, name)
    encode = _encode(value_type, name)
    if encode is None:
        return value_type
    plain = _PLAIN_TIMES.get(name) or (None if kind is None else _PLAIN.get(kind))
    return replace(value_type, encode=encode, plain=plain, all_plain=None)


def _encode(value_type: ValueType, name: str) -> Encode | None:  # noqa: PLR0911 - each its rule
    """How a value is checked; ``None`` where nothing is added to what its class says."""
    kind = value_type.python
    if name == "inet" and value_type.encode is None:
        return _address
    if name in JSON_TYPES and value_type.encode is None:
        return own_document
    if kind is datetime:
        return _naive if name == "timestamp" else _aware if name == "timestamptz" else None
    if kind is time:
        return _time_with_zone if name == "timetz" else _time if name == "time" else None
    if kind is float and name == "float4":
        return _single
    if kind is str and name == "name":
        return _name
    return None if kind is None else _BY_CLASS.get(kind)


def stored_limit(declared: TypeRef | None) -> Callable[[Any], None] | None:
    """Refuses what does not fit a length or a precision, which the server would cut or round."""
    if declared is None or declared.schema != PG_CATALOG or not declared.arguments:
        return None
    numbers = [argument for argument in declared.arguments if isinstance(argument, int)]
    if declared.name in ("varchar", "bpchar"):
        return lambda value: _fit_length(value, numbers[0])
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
    encode, decode = value_type.encode, value_type.decode
    return replace(
        value_type,
        encode=None if encode is None else _naming(encode, column),
        decode=None if decode is None else _naming(decode, column),
    )


def _naming(convert: Callable[[Any], Any], column: str) -> Callable[[Any], Any]:
    def naming(value: Any) -> Any:  # noqa: ANN401 - the caller's, or the driver's
        try:
            return convert(value)
        except ValueRefused as error:
            raise ValueRefused(f'column "{column}": {error.message}', hint=error.hint) from error

    return naming


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


def _refuse_class(what: str, value: object) -> ValueRefused:
    return ValueRefused(f"{what} cannot be made of a value of type {type(value).__name__}")


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    raise _refuse_class("a boolean", value)


def _float(value: Any) -> object:  # noqa: ANN401 - the caller's
    if isinstance(value, float):
        return value
    if not isinstance(value, int | Decimal):
        raise _refuse_class("a float", value)
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
    number: Any = _float(value)
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
        raise _refuse_class("a number", value)
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
    raise _refuse_class("bytea", value)


def _date(value: object) -> object:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _refuse_class("a date", value)
    if value in (date.max, date.min):
        raise ValueRefused("the first and the last date of Python would be stored as infinity")
    return value


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise _refuse_class("a point in time", value)
    if value.replace(tzinfo=None) in (datetime.max, datetime.min):  # noqa: DTZ901
        raise ValueRefused("the first and the last moment of Python would be stored as infinity")
    return value


def _naive(value: object) -> object:
    moment = _moment(value)
    if moment.tzinfo is None:
        return moment
    raise ValueRefused(
        "a timestamp without time zone cannot hold the zone of the value",
        hint="take the zone away in the way that you mean, or make the column a timestamptz",
    )


def _aware(value: object) -> object:
    moment = _moment(value)
    if moment.utcoffset() is None:
        raise ValueRefused(
            "a timestamptz needs to know the time zone of the value",
            hint="say it, as in datetime.now(UTC); "
            "or write column(type=types.Timestamp()) for one without",
        )
    if 1 < moment.year < _LAST_YEAR:  # no offset leads from there to the first or the last day
        return moment
    try:
        in_utc = moment.astimezone(UTC)
    except OverflowError:
        raise ValueRefused("the value is beyond the years 1 to 9999 in UTC") from None
    _moment(in_utc)
    return moment


def _time(value: object) -> object:
    if not isinstance(value, time):
        raise _refuse_class("a time", value)
    if value.tzinfo is None:
        return value
    raise ValueRefused("a time without time zone cannot hold the zone of the value")


def _time_with_zone(value: object) -> object:
    if not isinstance(value, time):
        raise _refuse_class("a time", value)
    offset = value.utcoffset()
    if offset is None:
        raise ValueRefused("a timetz needs to know the offset of the value from UTC")
    if offset.seconds % 60 or offset.microseconds:
        raise ValueRefused("the seconds of the offset would be lost when the value is read")
    return value


def _uuid(value: object) -> object:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str):
        raise _refuse_class("a UUID", value)
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
    float: _float,
    Decimal: _decimal,
    bytes: _bytes,
    date: _date,
    UUID: _uuid,
}
