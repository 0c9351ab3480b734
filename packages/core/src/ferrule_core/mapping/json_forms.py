"""What stands in JSON for the values of a column, exactly: each form is read as what was written.

Numbers that JSON has are numbers; ``numeric`` is text, since most readers of JSON would make a
float of it. Times are ISO 8601, bytes are base64 for URLs, NaN and infinity are those words, as in
PostgreSQL's own JSON. What a class of its own stands for is what the driver would be given.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
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
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.json_documents import DOCUMENT
from ferrule_core.mapping.json_form import (
    JsonForm,
    as_it_is,
    plain_form,
    refused,
    text_form,
    without_form,
)
from ferrule_core.mapping.json_times import TIMES
from ferrule_core.mapping.json_values import JSON_NULL
from ferrule_core.mapping.kinds.forms import kind_form
from ferrule_core.mapping.moments import Beyond, Infinite
from ferrule_core.mapping.typed_documents import JSON_TYPES, own_document
from ferrule_core.mapping.value_types import ValueType, shape_of

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn


def to_json(column: ModelColumn, value: object) -> object:
    """What stands for a value of a column.

    Raises:
        ValueRefused: The column cannot hold the value, or JSON has no form for it.
    """
    sent = column.value_type.send(value)
    if sent is None:
        return None
    try:
        return column.json_form.written(sent)
    except ValueRefused as error:
        raise _at(column.attribute, error) from error


def value_to_json(  # noqa: PLR0911 - each kind of value its rule
    value: Any,  # noqa: ANN401 - of whatever an annotation is
) -> object:
    """What stands for a value that belongs to no column.

    Raises:
        ValueRefused: JSON has no form for it.
    """
    if value is None:
        return None
    if isinstance(value, Infinite | Beyond | Interval):
        return TIMES[Interval if isinstance(value, Interval) else datetime].written(value)
    if value is JSON_NULL:
        return DOCUMENT.written(value)
    if isinstance(value, Enum):
        return value_to_json(value.value)
    if isinstance(value, list):
        return [value_to_json(one) for one in cast("list[object]", value)]
    if hasattr(cast("object", type(value)), "__value_type__"):
        return _own_to_json(value)
    bases: tuple[type, ...] = type(value).__mro__
    form = next((_BY_CLASS[base] for base in bases if base in _BY_CLASS), _UNKNOWN)
    return form.written(own_document(value) if form is DOCUMENT else value)


def _own_to_json(value: object) -> object:
    """Of a class that says itself how its values travel."""
    from ferrule_core.mapping.annotations import value_type_of
    from ferrule_core.mapping.exact import exact_type

    value_type = exact_type(value_type_of(type(value)), None)
    if value_type.inner is not None:  # of what kind its ends are, the value alone does not say
        form = kind_form(value_type, lambda _: JsonForm(value_to_json, as_it_is), _FLOAT)
    else:
        form = form_of(value_type)
    return (form or _UNKNOWN).written(value_type.send(value))


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
        return _value_of(value_type, column.json_form.read(found))
    except ValueRefused as error:
        raise _at(place, error, column.attribute) from error


def _value_of(value_type: ValueType, read: object) -> object:
    """What an instance has for what was read, which is as the driver would give it."""
    if value_type.decode is not None:
        return value_type.decode(read)
    value: object = value_type.own(read) if value_type.mutable else read
    value_type.send(value)  # which refuses what the column cannot hold
    return value


def _at(place: str, error: ValueRefused, said: str = "") -> ValueRefused:
    message = error.message.removeprefix(f'column "{said}": ')
    return ValueRefused(f'column "{place}": {message}', hint=error.hint)


def form_of(value_type: ValueType) -> JsonForm:  # noqa: PLR0911 - each kind of type its rule
    """The form of a type's values."""
    stored, kind = value_type.stored, value_type.python
    if stored is not None and stored.name in JSON_TYPES and not stored.dimensions:
        return DOCUMENT
    if value_type.element is not None:
        return _array(form_of(value_type.element))
    own = kind_form(value_type, form_of, _FLOAT)
    if own is not None:
        return own
    known = _BY_CLASS.get(kind) if kind is not None else None
    if known is None and stored is not None:
        known = _BY_NAME.get(stored.name)
    if known is not None:
        return known if value_type.decode is None else _checked(known, value_type)
    said: Callable[[ValueType], JsonForm] | None = getattr(kind, "__json_form__", None)
    if said is not None:
        return said(value_type)
    if kind is not None and issubclass(kind, Enum):
        return _checked(_AS_SENT, value_type)
    return _AS_SENT if value_type.decode is not None else _UNKNOWN


def _checked(form: JsonForm, value_type: ValueType) -> JsonForm:
    """The form, which reads what the type can hold and nothing else.

    What decodes a value of the driver's does not look: the server would not have held it.
    """

    def read(found: object) -> object:
        return value_type.send(form.read(found))

    return form._replace(read=read)


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
        raise refused(what, found)
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


_DECIMAL = text_form('a number is text such as "1.10", or a number', (Decimal,), Decimal)


def _write_bytes(value: bytes) -> str:
    return urlsafe_b64encode(value).decode()


def _read_bytes(text: str) -> bytes:
    if not re.fullmatch(r"[\w+/=-]*", text, re.ASCII):
        raise ValueError(text)
    return urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))


def _array(element: JsonForm) -> JsonForm:
    is_one = element.is_one or _never

    def write(values: Any) -> object:  # noqa: ANN401 - a list, ready to be sent
        return [
            None if one is None else write(one) if type(one) is list else element.written(one)
            for one in values
        ]

    def part(found: Any) -> object:  # noqa: ANN401
        if isinstance(found, list) and not is_one(cast("list[object]", found)):
            return [None if one is None else part(one) for one in cast("list[object]", found)]
        return element.read(found)

    def read(found: Any) -> object:  # noqa: ANN401
        if not isinstance(found, list):
            raise refused("an array is one of JSON", found)
        parts = [None if one is None else part(one) for one in cast("list[object]", found)]
        shape_of(parts)
        return parts

    return JsonForm(write, read)


def _never(_: list[Any]) -> bool:
    return False


def _write_tuple(value: Any) -> object:  # noqa: ANN401 - of numbers, and of such tuples
    return [_write_tuple(one) if isinstance(one, tuple) else _write_float(one) for one in value]


def _read_tuple(found: Any) -> object:  # noqa: ANN401
    if not isinstance(found, list):
        raise refused("a tuple is an array", found)
    return tuple(
        _read_tuple(one) if isinstance(one, list) else one if type(one) is int else _read_float(one)
        for one in cast("list[object]", found)
    )


def _write_unknown(value: object) -> object:
    if type(value) in (bool, int, str) or (type(value) is float and isfinite(value)):
        return value
    raise without_form(value)


def _read_unknown(found: object) -> object:
    if isinstance(found, Decimal):
        return _finite(found)
    if type(found) in (bool, int, str):
        return found
    raise refused("what the annotation of the column does not tell is a text or a number", found)


def _read_sent(found: object) -> object:
    if type(found) in (int, str):
        return found
    raise refused("the value is a text or a number", found)


def _read_address(text: str) -> object:
    return ip_interface(text) if "/" in text else ip_address(text)


_FLOAT = JsonForm(_write_float, _read_float, (float,))
_AS_SENT = JsonForm(as_it_is, _read_sent, (int, str))
_UNKNOWN = JsonForm(_write_unknown, _read_unknown)
_ADDRESS = text_form(
    'an address is text such as "10.0.0.1"',
    (IPv4Address, IPv4Interface, IPv6Address, IPv6Interface),
    _read_address,
)
_NETWORK = text_form(
    'a network is text such as "10.0.0.0/8"', (IPv4Network, IPv6Network), ip_network
)

_BY_CLASS: Mapping[type, JsonForm] = {
    bool: plain_form(bool, "a boolean is true or false"),
    int: plain_form(int, "an integer is a number without fraction", int),
    str: plain_form(str, "text is a string"),
    float: _FLOAT,
    Decimal: JsonForm(str, _read_decimal, (Decimal,)),
    **TIMES,
    UUID: text_form("a UUID is text of 32 hexadecimal digits", (UUID,), UUID),
    bytes: text_form("bytes are text in base64", (bytes,), _read_bytes, _write_bytes),
    dict: DOCUMENT,
    tuple: JsonForm(_write_tuple, _read_tuple, (tuple,)),
    **dict.fromkeys((IPv4Address, IPv4Interface, IPv6Address, IPv6Interface), _ADDRESS),
    **dict.fromkeys((IPv4Network, IPv6Network), _NETWORK),
}
_BY_NAME: Mapping[str, JsonForm] = {"inet": _ADDRESS, "cidr": _NETWORK}
