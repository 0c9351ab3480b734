"""What stands in JSON for the values of a column, exactly: each form is read as what was written.

Numbers that JSON has are numbers; ``numeric`` is text, since most readers of JSON would make a
float of it. Times are ISO 8601, bytes are base64 for URLs, NaN and infinity are those words, as in
PostgreSQL's own JSON. What a class of its own stands for is what the driver would be given.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast
from uuid import UUID

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.typed_documents import JSON_TYPES, own_document

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.value_types import ValueType

Convert: TypeAlias = Callable[[Any], object]


class JsonForm(NamedTuple):
    """From what the driver is given to JSON, and back; neither meets ``None``.

    A class of values that is sent as something else than text or an integer says its form by a
    class method ``__json_form__``, which gets the type of the values.

    Attributes:
        write: What stands for a value.
        read: The value that something stands for.
        kinds: The classes of values that can be written; empty where ``write`` knows.
    """

    write: Convert
    read: Convert
    kinds: tuple[type, ...] = ()

    def written(self, value: object) -> object:
        """What stands for a value.

        Raises:
            ValueRefused: It is of a class that reading would not give.
        """
        if self.kinds and not isinstance(value, self.kinds):
            raise _without_form(value)
        return self.write(value)


def to_json(column: ModelColumn, value: object) -> object:
    """What stands for a value of a column.

    Raises:
        ValueRefused: The column cannot hold the value, or JSON has no form for it.
    """
    sent = column.value_type.send(value)
    if sent is None:
        return None
    try:
        return form_of(column.value_type).written(sent)
    except ValueRefused as error:
        raise _at(column.attribute, error) from error


def value_to_json(value: Any) -> object:  # noqa: ANN401 - of whatever an annotation is
    """What stands for a value that belongs to no column.

    Raises:
        ValueRefused: JSON has no form for it.
    """
    if value is None:
        return None
    if isinstance(value, Enum):
        return value_to_json(value.value)
    if isinstance(value, list):
        return [value_to_json(one) for one in cast("list[object]", value)]
    bases: tuple[type, ...] = type(value).__mro__
    form = next((_BY_CLASS[base] for base in bases if base in _BY_CLASS), _UNKNOWN)
    return form.written(own_document(value) if form is _DOCUMENT else value)


def from_json(column: ModelColumn, found: object, place: str) -> object:
    """The value that something stands for.

    Args:
        column: Whose value it is.
        found: JSON, as Python's reader gives it, with decimals for fractions.
        place: What an error calls the column.

    Raises:
        ValueRefused: It stands for no value of the column.
    """
    value_type = column.value_type
    if found is None:
        return None
    try:
        read = form_of(value_type).read(found)
        if value_type.decode is not None:
            return value_type.decode(read)
        return value_type.send(read)
    except ValueRefused as error:
        raise _at(place, error, column.attribute) from error


def _at(place: str, error: ValueRefused, said: str = "") -> ValueRefused:
    message = error.message.removeprefix(f'column "{said}": ')
    return ValueRefused(f'column "{place}": {message}', hint=error.hint)


def form_of(value_type: ValueType) -> JsonForm:
    """The form of a type's values."""
    stored, kind = value_type.stored, value_type.python
    if stored is not None and stored.name in JSON_TYPES and not stored.dimensions:
        return _DOCUMENT
    if value_type.element is not None:
        return _array(form_of(value_type.element))
    known = _BY_CLASS.get(kind) if kind is not None else None
    if known is None and stored is not None:
        known = _BY_NAME.get(stored.name)
    if known is not None:
        return known
    said: Callable[[ValueType], JsonForm] | None = getattr(kind, "__json_form__", None)
    if said is not None:
        return said(value_type)
    return _AS_SENT if value_type.decode is not None else _UNKNOWN


def _without_form(value: object) -> ValueRefused:
    return ValueRefused(
        f"JSON has no form for a value of type {type(value).__name__}",
        hint="leave the column out by exclude=[...], or annotate it with a class that says more",
    )


def _refused(what: str, found: object) -> ValueRefused:
    return ValueRefused(f"{what}, and no JSON of type {_named(found)}")


def _named(found: object) -> str:
    kinds: Mapping[type, str] = {
        dict: "object",
        list: "array",
        str: "string",
        bool: "boolean",
        int: "number",
        Decimal: "number",
    }
    return kinds.get(type(found), type(found).__name__)


def _text(what: str, kinds: tuple[type, ...], convert: Convert, write: Convert = str) -> JsonForm:
    """Values that are text; ``what`` says of which kind, and shows one."""

    def read(found: object) -> object:
        if not isinstance(found, str):
            raise _refused(what, found)
        try:
            return convert(found)
        except (ValueError, InvalidOperation, Base64Error, OverflowError):
            raise ValueRefused(f"{what}, and not this text") from None

    return JsonForm(write, read, kinds)


def _plain(kind: type, what: str, write: Convert | None = None) -> JsonForm:
    def read(found: object) -> object:
        if type(found) is not kind:
            raise _refused(what, found)
        return found

    return JsonForm(write or _same, read, (kind,))


def _same(value: object) -> object:
    return value


_NOT_FINITE = {"NaN", "Infinity", "-Infinity"}


def _write_float(value: float) -> object:
    if isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124


def _read_float(found: object) -> float:
    what = 'a float is a number, "NaN", "Infinity" or "-Infinity"'
    if isinstance(found, str) and found in _NOT_FINITE:
        return float(found)
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise _refused(what, found)
    return _finite(found)


def _finite(number: int | Decimal) -> float:
    try:
        found = float(number)
    except OverflowError:
        found = float("inf")
    if not isfinite(found):
        raise ValueRefused("the number is too great for a float")
    return found


def _read_decimal(found: object) -> object:
    if type(found) is int or isinstance(found, Decimal):
        return Decimal(found)
    return _DECIMAL.read(found)


_DECIMAL = _text('a number is text such as "1.10", or a number', (Decimal,), Decimal)

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+)D)?(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?"
    r"(?:(?P<seconds>\d+)(?:\.(?P<fraction>\d{1,6}))?S)?)?",
    re.ASCII,
)


def _write_duration(value: timedelta) -> str:
    sign, length = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}" if length.microseconds else ""
    return f"{sign}P{length.days}DT{hours}H{minutes}M{seconds}{fraction}S"


def _read_duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None or text[-1] in "PT":
        raise ValueError(text)
    length = timedelta(
        microseconds=int((match["fraction"] or "").ljust(6, "0")),
        **{unit: int(match[unit] or 0) for unit in ("days", "hours", "minutes", "seconds")},
    )
    return -length if match["sign"] else length


def _write_bytes(value: bytes) -> str:
    return urlsafe_b64encode(value).decode()


def _read_bytes(text: str) -> bytes:
    if not re.fullmatch(r"[\w+/=-]*", text, re.ASCII):
        raise ValueError(text)
    return urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))


def _read_document(found: Any) -> object:  # noqa: ANN401 - JSON is anything
    """A document with floats for fractions, as the database gives them."""
    if isinstance(found, Decimal):
        return _finite(found)
    if isinstance(found, list):
        return [_read_document(one) for one in cast("list[object]", found)]
    if isinstance(found, dict):
        members = cast("dict[str, object]", found)
        return {key: _read_document(one) for key, one in members.items()}
    return found


def _array(element: JsonForm) -> JsonForm:
    def write(values: Any) -> object:  # noqa: ANN401 - a list, ready to be sent
        return [
            None if one is None else write(one) if type(one) is list else element.written(one)
            for one in values
        ]

    def read(found: Any) -> object:  # noqa: ANN401
        if not isinstance(found, list):
            raise _refused("an array is one of JSON", found)
        return [
            None if one is None else read(one) if isinstance(one, list) else element.read(one)
            for one in cast("list[object]", found)
        ]

    return JsonForm(write, read)


def _write_tuple(value: Any) -> object:  # noqa: ANN401 - of numbers, and of such tuples
    return [_write_tuple(one) if isinstance(one, tuple) else _write_float(one) for one in value]


def _read_tuple(found: Any) -> object:  # noqa: ANN401
    if not isinstance(found, list):
        raise _refused("a tuple is an array", found)
    return tuple(
        _read_tuple(one) if isinstance(one, list) else one if type(one) is int else _read_float(one)
        for one in cast("list[object]", found)
    )


def _write_unknown(value: object) -> object:
    if type(value) in (bool, int, str) or (type(value) is float and isfinite(value)):
        return value
    raise _without_form(value)


def _read_unknown(found: object) -> object:
    if isinstance(found, Decimal):
        return _finite(found)
    if type(found) in (bool, int, str):
        return found
    raise _refused("what the annotation of the column does not tell is a text or a number", found)


def _read_sent(found: object) -> object:
    if type(found) in (int, str):
        return found
    raise _refused("the value is a text or a number", found)


def _read_address(text: str) -> object:
    return ip_interface(text) if "/" in text else ip_address(text)


_DOCUMENT = JsonForm(_same, _read_document)
_AS_SENT = JsonForm(_same, _read_sent, (int, str))
_UNKNOWN = JsonForm(_write_unknown, _read_unknown)
_ADDRESS = _text(
    'an address is text such as "10.0.0.1"',
    (IPv4Address, IPv4Interface, IPv6Address, IPv6Interface),
    _read_address,
)
_NETWORK = _text('a network is text such as "10.0.0.0/8"', (IPv4Network, IPv6Network), ip_network)

_BY_CLASS: Mapping[type, JsonForm] = {
    bool: _plain(bool, "a boolean is true or false"),
    int: _plain(int, "an integer is a number without fraction", int),
    str: _plain(str, "text is a string"),
    float: JsonForm(_write_float, _read_float, (float,)),
    Decimal: JsonForm(str, _read_decimal, (Decimal,)),
    datetime: _text(
        'a time is text such as "2024-02-29T12:30:00+00:00"',
        (datetime,),
        datetime.fromisoformat,
        datetime.isoformat,
    ),
    date: _text('a date is text such as "2024-02-29"', (date,), date.fromisoformat, date.isoformat),
    time: _text(
        'a time of day is text such as "12:30:00"', (time,), time.fromisoformat, time.isoformat
    ),
    timedelta: _text(
        'an interval is text such as "P1DT12H30M0S"',
        (timedelta,),
        _read_duration,
        _write_duration,
    ),
    UUID: _text("a UUID is text of 32 hexadecimal digits", (UUID,), UUID),
    bytes: _text("bytes are text in base64", (bytes,), _read_bytes, _write_bytes),
    dict: _DOCUMENT,
    tuple: JsonForm(_write_tuple, _read_tuple, (tuple,)),
    **dict.fromkeys((IPv4Address, IPv4Interface, IPv6Address, IPv6Interface), _ADDRESS),
    **dict.fromkeys((IPv4Network, IPv6Network), _NETWORK),
}
_BY_NAME: Mapping[str, JsonForm] = {"inet": _ADDRESS, "cidr": _NETWORK}
