"""Types whose values are of a plain class in Python and are no plain values: what they refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from ferrule_core.catalog.types import TypeRef
from ferrule_core.errors import ModelError, ValueRefused
from ferrule_core.lazy import pattern
from ferrule_core.mapping.kinds.equality import XML
from ferrule_core.mapping.kinds.macs import mac_octets, written_mac
from ferrule_core.mapping.kinds.refs import CompositeRef, TextRef
from ferrule_core.mapping.value_types import TEXT, ValueType
from ferrule_core.mapping.values import own_copy

_LEAST_MONEY, _GREATEST_MONEY = -(2**63), 2**63 - 1
_LTREE_LABEL = pattern(r"[\w-]+")
_LABEL_CHARACTERS = 1000


def special_type(value_type: ValueType, stored: TypeRef | None) -> ValueType | None:
    """How values of a type travel of which its name says more than the class of the values.

    Raises:
        ModelError: The annotation does not fit what was said of the type.
    """
    if stored is None or stored.dimensions:
        return None
    if isinstance(stored, CompositeRef):
        from ferrule_core.mapping.kinds.composites import composite_type

        return composite_type(value_type, stored)
    if isinstance(stored, TextRef):
        return _as_text(value_type, stored)
    kind = value_type.python
    found = None if kind is None else _SPECIAL.get((stored.name, kind))
    if found is not None and (stored.builtin or stored.name in _OF_EXTENSIONS):
        return found(value_type)
    if value_type.python is None and value_type.encode is None and not stored.builtin:
        return _of_unknown_type(value_type, stored)
    return None


def _of_unknown_type(value_type: ValueType, stored: TypeRef) -> ValueType:
    """Values of a class that the driver knows; what it gives as text is in a form of its own."""

    def known(value: object) -> object:
        if isinstance(value, str):
            raise ValueRefused(
                f"nothing is known of the values of the type {stored}",
                hint=f'annotate Column[str] and say type=types.AsText("{stored.name}", '
                f'schema="{stored.schema}") to take the server\'s text',
            )
        return value

    def receive(value: object) -> object:
        return own_copy(known(value))

    return replace(value_type, encode=known, decode=receive)


def _as_text(value_type: ValueType, stored: TextRef) -> ValueType:
    if value_type.python is not str:
        raise ModelError(
            f"values of the type {stored} are taken as text, which the annotation does not say",
            hint="annotate Column[str]",
        )

    def receive(value: object) -> object:
        if value is None or isinstance(value, str):
            return value
        raise ValueRefused(
            f"the driver reads values of the type {stored} as {type(value).__name__}, not as text",
            hint="select it with a cast to text, by sql(...)",
        )

    return replace(value_type, encode=TEXT.encode, plain=TEXT.plain, decode=receive)


def _hstore(value_type: ValueType) -> ValueType:
    def send(value: object) -> object:
        if not isinstance(value, Mapping):
            raise ValueRefused(
                f"an hstore cannot be made of a value of type {type(value).__name__}",
                hint="write a dict of text",
            )
        pairs = cast("Mapping[object, object]", value)
        return {
            TEXT.send(_text(key)): None if one is None else TEXT.send(one)
            for key, one in pairs.items()
        }

    return replace(value_type, encode=send)


def _text(key: object) -> object:
    if key is None:
        raise ValueRefused("a key of an hstore is text, and cannot be None")
    return key


def _money(value_type: ValueType) -> ValueType:
    def send(value: Any) -> object:  # noqa: ANN401 - the caller's
        number = Decimal(value) if type(value) is int else value
        if not isinstance(number, Decimal):
            raise ValueRefused(f"money cannot be made of a value of type {type(value).__name__}")
        if not number.is_finite():
            raise ValueRefused("money has no NaN and no infinity")
        if not _LEAST_MONEY <= number <= _GREATEST_MONEY:
            raise ValueRefused("the number is out of the range of money")
        return number

    return replace(value_type, encode=send, plain=None, all_plain=None)


def _hardware_address(size: int) -> Callable[[ValueType], ValueType]:
    def made(value_type: ValueType) -> ValueType:
        def send(value: object) -> object:
            return written_mac(mac_octets(value, size))

        return replace(value_type, encode=send, decode=_as_it_is, plain=None, all_plain=None)

    return made


def _as_it_is(value: object) -> object:
    """What was sent is what the server has: an instance takes it, in the server's spelling."""
    return value


def _xml(value_type: ValueType) -> ValueType:
    def send(value: object) -> object:
        text = TEXT.send(value)
        if str(text).lstrip().startswith("<?xml"):
            raise ValueRefused(
                "the server does not keep all of an XML declaration",
                hint="leave it out: the text of a column has the encoding of its database",
            )
        return text

    return replace(value_type, encode=send, plain=None, all_plain=None, equality=XML)


def _ltree(value_type: ValueType) -> ValueType:
    def send(value: object) -> object:
        text = str(TEXT.send(value))
        labels = text.split(".") if text else []
        for label in labels:
            if not _LTREE_LABEL.fullmatch(label) or len(label) > _LABEL_CHARACTERS:
                raise ValueRefused(
                    "a path of an ltree is made of labels with a dot between each two, "
                    "and a label of letters, digits, _ and -"
                )
        return text

    return replace(value_type, encode=send, plain=None, all_plain=None)


def _one_byte(value_type: ValueType) -> ValueType:
    def send(value: object) -> object:
        if isinstance(value, bytes) and len(value) == 1:
            return value
        raise ValueRefused('a "char" is one byte', hint=r'write b"a"; b"\0" is the empty one')

    return replace(value_type, encode=send, plain=None, all_plain=None)


def fit_bits(value: Any, length: int, *, fixed: bool) -> None:  # noqa: ANN401 - bits, checked
    """Refuse bits that a column of this length would not take.

    Raises:
        ValueRefused: There are too many, or too few where the length is fixed.
    """
    if value is None:
        return
    if value.length > length or (fixed and value.length < length):
        exactly = "" if fixed else "at most "
        raise ValueRefused(f"the column holds {exactly}{length} bits, and these are {value.length}")


_OF_EXTENSIONS = frozenset({"hstore", "ltree"})
_SPECIAL: Mapping[tuple[str, type], Callable[[ValueType], ValueType]] = {
    ("char", bytes): _one_byte,
    ("hstore", dict): _hstore,
    ("ltree", str): _ltree,
    ("macaddr", str): _hardware_address(6),
    ("macaddr8", str): _hardware_address(8),
    ("money", Decimal): _money,
    ("xml", str): _xml,
}
"""By the name of the type and the class that the annotation says."""
