"""What a form in JSON is, and the forms that are text or one of JSON's own kinds."""

from __future__ import annotations

from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, TypeAlias

from ferrule_core.errors import ValueRefused

Convert: TypeAlias = Callable[[Any], object]


class JsonForm(NamedTuple):
    """From what the driver is given to JSON, and back; neither meets ``None``.

    A class of values that is sent as something else than text or an integer says its form by a
    class method ``__json_form__``, which gets the type of the values.

    Attributes:
        write: What stands for a value.
        read: The value that something stands for.
        kinds: The classes of values that can be written; empty where ``write`` knows.
        is_one: Of a form that is an array itself: tells one of it from an array of such.
    """

    write: Convert
    read: Convert
    kinds: tuple[type, ...] = ()
    is_one: Callable[[list[Any]], bool] | None = None

    def written(self, value: object) -> object:
        """What stands for a value.

        Raises:
            ValueRefused: It is of a class that reading would not give.
        """
        if self.kinds and not isinstance(value, self.kinds):
            raise without_form(value)
        return self.write(value)


def without_form(value: object) -> ValueRefused:
    """That nothing in JSON stands for a value."""
    return ValueRefused(
        f"JSON has no form for a value of type {type(value).__name__}",
        hint="leave the column out by exclude=[...], or annotate it with a class that says more",
    )


def refused(what: str, found: object) -> ValueRefused:
    """That something is of another kind than what ``what`` says."""
    return ValueRefused(f"{what}, and no JSON of type {_named(found)}")


def _named(found: object) -> str:
    kinds: Mapping[type, str] = {
        dict: "object",
        list: "array",
        str: "string",
        bool: "boolean",
        int: "number",
        Decimal: "number",
        type(None): "null",
    }
    return kinds.get(type(found), type(found).__name__)


def text_form(
    what: str, kinds: tuple[type, ...], convert: Convert, write: Convert = str
) -> JsonForm:
    """Values that are text; ``what`` says of which kind, and shows one."""

    def read(found: object) -> object:
        if not isinstance(found, str):
            raise refused(what, found)
        try:
            return convert(found)
        except (ValueError, InvalidOperation, Base64Error, OverflowError):
            raise ValueRefused(f"{what}, and not this text") from None

    return JsonForm(write, read, kinds)


def plain_form(kind: type, what: str, write: Convert | None = None) -> JsonForm:
    """Values that JSON has."""

    def read(found: object) -> object:
        if type(found) is not kind:
            raise refused(what, found)
        return found

    return JsonForm(write or as_it_is, read, (kind,))


def as_it_is(value: object) -> object:
    """The same."""
    return value
