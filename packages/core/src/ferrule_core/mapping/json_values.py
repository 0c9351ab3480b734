"""What a column of ``json`` or ``jsonb`` holds, where nothing more is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from math import isinf
from typing import Any, Final, Literal, Self, TypeAlias, Union, cast

from ferrule_core.errors import ValueRefused


class JsonNull(Enum):
    """The class of ``JSON_NULL``."""

    NULL = None

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "JSON_NULL"


JSON_NULL: Final = JsonNull.NULL
"""A document that is JSON's ``null``; ``None`` in a column of documents is NULL.

Within a document JSON's null is ``None``, since nothing else can be.
"""

JsonValue: TypeAlias = Union[  # noqa: UP007 - it refers to itself, which only text can
    bool,
    int,
    float,
    str,
    Sequence["JsonValue"],
    Mapping[str, "JsonValue"],
    Literal[JsonNull.NULL],
    None,
]
"""A document: a boolean, a number, text, a list or an object of such, ``JSON_NULL``, or ``None``.

Lists and objects are read as ``list`` and ``dict``; anything that is a sequence or a mapping can be
written. Look into one after asking what it is, or annotate the column with a type of your own.
"""

DecimalJson: TypeAlias = Union[  # noqa: UP007 - as above
    bool,
    int,
    Decimal,
    str,
    Sequence["DecimalJson"],
    Mapping[str, "DecimalJson"],
    Literal[JsonNull.NULL],
    None,
]
"""As ``JsonValue``, with numbers that have a fraction as ``Decimal``: all digits are kept."""


class WrittenFloat(float):
    """A number of a document that is a float in another spelling: ``1.10``, ``1E5``.

    It is equal to the float, and is written again as it was read. What is calculated of it is a
    plain float.
    """

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> Self:
        """The number of this text."""
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __reduce__(self) -> tuple[type[WrittenFloat], tuple[str]]:
        return WrittenFloat, (self.text,)

    __repr__ = float.__repr__


class UnreadJson:
    """A document of more levels than Python can follow: what is read of it is its text.

    A column refuses it by its name.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<JSON of {len(self.text)} characters, nested too deeply to be read>"

    def refused(self) -> ValueRefused:
        """What to raise where a document is needed."""
        return ValueRefused(
            "the document has more levels than Python can follow",
            hint="read it as text: sql('SELECT ...::text ...')",
        )


def read_fraction(text: str) -> float | Decimal:
    """A number with a fraction or an exponent: a float where that is exactly it."""
    number = float(text)
    if len(text) <= _SURE and not _has_exponent(text):
        return WrittenFloat(text) if text[-1] == "0" and text[-2:] != ".0" else number
    if repr(number) == text:
        return number
    if len(text.rstrip("0")) <= _SURE and not _has_exponent(text):
        return WrittenFloat(text)
    if isinf(number):
        return Decimal(text)
    written = Decimal(text)
    if Decimal(shown_float(number)).as_tuple() == written.as_tuple():
        return number
    return WrittenFloat(text) if Decimal(repr(number)) == written else written


_SURE = 16
"""Fifteen digits and a point: of so many a float is what was written."""


def _has_exponent(text: str) -> bool:
    return "e" in text or "E" in text


def shown_float(number: float) -> str:
    """A float as a number that has a fraction: without one it would be read as an integer."""
    text = repr(number)
    return f"{Decimal(text):f}.0" if "e+" in text else text


def read_integer(text: str) -> int | Decimal:
    """A number without a fraction, of more digits than Python would read as an ``int``, too."""
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def shown_decimal(number: Decimal) -> str:
    """A number as JSON has it."""
    return str(number).replace("E+", "e").replace("E", "e")


_ATOMS = frozenset({int, str, float, bool, type(None)})


def own_json(value: Any) -> Any:  # noqa: ANN401 - the driver's
    """A copy of a document that may be changed without changing the other.

    Raises:
        ValueRefused: A float cannot hold a number of it.
    """
    kind = cast("Any", type(value))
    if kind is dict:
        copied = value.copy()
        for key, one in value.items():
            if type(one) not in _ATOMS:
                copied[key] = own_json(one)
        return copied
    if kind is list:
        copied = value[:]
        for place, one in enumerate(value):
            if type(one) not in _ATOMS:
                copied[place] = own_json(one)
        return copied
    if kind is UnreadJson:
        raise value.refused()
    if kind is Decimal:
        raise ValueRefused(
            "a number in the document has more digits than a float can hold",
            hint="Column[DecimalJson] reads fractions as Decimal",
        )
    return value


def own_document_only(value: Any) -> Any:  # noqa: ANN401 - the driver's
    """As ``own_json``, where JSON's null is not allowed.

    Raises:
        ValueRefused: It is JSON's null, or a float cannot hold a number of it.
    """
    if value is JSON_NULL:
        raise ValueRefused(
            "the document is JSON's null, which the annotation does not allow",
            hint="add JsonNull to it: Column[dict[str, Any] | JsonNull]",
        )
    return own_json(value)


def with_decimals(value: Any) -> Any:  # noqa: ANN401 - the driver's
    """A copy of a document with the numbers that have a fraction as ``Decimal``."""
    kind = cast("Any", type(value))
    if kind is dict:
        return {key: with_decimals(one) for key, one in value.items()}
    if kind is list:
        return [with_decimals(one) for one in value]
    if kind is WrittenFloat:
        return Decimal(value.text)
    if kind is UnreadJson:
        raise value.refused()
    return Decimal(shown_float(value)) if kind is float else value


def with_digits(value: Any) -> Any:  # noqa: ANN401 - the driver's
    """A document in which a float that is written in another way is a ``Decimal``.

    The same object where there is none.
    """
    kind = cast("Any", type(value))
    if kind is WrittenFloat:
        return Decimal(value.text)
    if kind is dict:
        pairs: Any = value.items()
    elif kind is list:
        pairs = enumerate(value)
    else:
        return value
    changed = {
        place: made
        for place, one in pairs
        if type(one) not in _ATOMS and (made := with_digits(one)) is not one
    }
    if not changed:
        return value
    copied = value.copy()
    for place, made in changed.items():
        copied[place] = made
    return copied


def without_null(value: Any) -> Any:  # noqa: ANN401 - the driver's
    """A part of a document, ``None`` where it is JSON's null."""
    return None if value is JSON_NULL else value
