"""How the values of one type travel between Python and the driver."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ValueRefused, nearest
from ferrule_core.mapping.json_values import own_json, with_decimals
from ferrule_core.mapping.odd_times import GUARDED, reader_of
from ferrule_core.mapping.values import own_array, own_copy

if TYPE_CHECKING:
    from ferrule_core.mapping.kinds.equality import Equality

Encode = Callable[[Any], object]
Decode = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type of values, as far as Python's side of the border needs to know it.

    Attributes:
        python: The class of the values; ``None`` where it is not known, or is a union.
        nullable: Whether ``None`` is among them.
        encode: What is done to a value, never ``None``, before the driver gets it. It refuses
            what the driver would change silently.
        decode: What is done to what the driver gave, ``None`` included.
        mutable: Whether a value can be changed in place, so that a loaded row must not be shared
            with the instance.
        element: Of an array: the type of what is in it.
        stored: The type in PostgreSQL, where a column says it.
        compared: How values travel that the server is to compare with its own, where that differs:
            it refuses those of which no two are equal there.
        plain: Source of a test that a value called ``v`` is sent as it is, which spares the call of
            ``encode``.
        all_plain: Tells a list whose values are all sent as they are.
        as_is: The class of those values of the driver that ``decode`` leaves as they are, which
            spares its call.
        copy: Of what can be changed in place: how the user gets an own copy of the driver's value,
            where that is not as for all others.
        allows: Classes of further values, of which the annotation says that they may be.
        inner: Of a range: the type of its ends.
        equality: What ``==`` asks the server, where that is not its ``=``.
        held: The same type, held to a type of PostgreSQL, where the class knows it best itself.
        needed_by: The column that is written, where no row of it has NULL.
    """

    python: type | None = None
    nullable: bool = False
    encode: Encode | None = None
    decode: Decode | None = None
    mutable: bool = False
    element: ValueType | None = None
    stored: TypeRef | None = None
    compared: ValueType | None = None
    plain: str | None = None
    all_plain: Callable[[list[Any]], bool] | None = None
    as_is: type | None = None
    copy: Decode | None = None
    allows: frozenset[type] = frozenset()
    inner: ValueType | None = None
    equality: Equality | None = None
    held: Callable[[TypeRef | None], ValueType] | None = None
    needed_by: str | None = None

    def send(self, value: object) -> object:
        """What the driver is given for ``value``.

        Raises:
            ValueRefused: The value cannot be stored exactly.
        """
        if value is None:
            if self.needed_by is not None:
                raise ValueRefused(
                    f'column "{self.needed_by}": a value is needed, and None is none',
                    hint="annotate it as Column[... | None] where the table allows NULL",
                )
            return None
        return value if self.encode is None else self.encode(value)

    @property
    def own(self) -> Decode:
        """Makes of the driver's value one that the user may change."""
        if self.decode is not None:
            return self.decode
        if self.copy is not None:
            return self.copy
        flat = self.element is not None and not self.element.mutable
        return own_array if flat else own_copy

    def receive(self, value: object) -> object:
        """What the user is given for the driver's ``value``."""
        return value if self.decode is None else self.decode(value)

    def reading(self, value: str, key: str, constants: dict[str, object]) -> str:
        """Source of what the user is given for the driver's value, for functions that are written.

        Args:
            value: Source of the driver's value.
            key: What tells the names of its constants from those of others.
            constants: Gets them.
        """
        if self.decode is None:
            return value
        constants[f"d{key}"] = self.decode
        if self.as_is is None:
            return f"d{key}({value})"
        constants[f"k{key}"] = self.as_is
        known = f"k{key} or {{0}} is None" if self.nullable else f"k{key}"
        if value.isidentifier():
            return f"{value} if {value}.__class__ is {known.format(value)} else d{key}({value})"
        return f"(w if (w := {value}).__class__ is {known.format('w')} else d{key}(w))"


def _send_integer(value: object) -> object:
    if isinstance(value, int):
        return value
    raise ValueRefused(
        f"an integer cannot be made of a value of type {type(value).__name__}",
        hint="round it first, in the way that you mean",
    )


def _send_text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueRefused(f"text cannot be made of a value of type {type(value).__name__}")
    if "\0" in value:
        raise ValueRefused("PostgreSQL's text cannot hold a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueRefused("text cannot hold half of a surrogate pair") from None
    return value


def _is_plain_text(values: list[Any]) -> bool:
    try:
        joined = "".join(values)
    except TypeError:
        return False
    return joined.isascii() and "\0" not in joined


def all_of(kind: type) -> Callable[[list[Any]], bool]:
    """Tells a list of nothing but values of this very class."""
    return lambda values: not values or set(map(type, values)) == {kind}


def guarded(kind: type, allows: frozenset[type] = frozenset()) -> ValueType:
    """Dates, times or intervals; the server has such as are no value of the class.

    Args:
        kind: Their class.
        allows: Those of ``Infinite``, ``Beyond`` and ``Interval`` that may stand in its place.
    """
    return ValueType(
        kind,
        decode=reader_of(kind, allows),
        all_plain=all_of(kind),
        as_is=kind,
        allows=allows,
    )


_TEXT = TypeRef(PG_CATALOG, "text")

ANY_VALUE = ValueType(nullable=True, mutable=True)
JSON = ValueType(nullable=True, mutable=True, stored=TypeRef(PG_CATALOG, "jsonb"), copy=own_json)
DECIMAL_JSON = replace(JSON, copy=None, decode=with_decimals)
BOOLEAN = ValueType(bool)
INTEGER = ValueType(int, encode=_send_integer, plain="type(v) is int", all_plain=all_of(int))
TEXT = ValueType(
    str,
    encode=_send_text,
    plain='type(v) is str and v.isascii() and "\\0" not in v',
    all_plain=_is_plain_text,
)
NUMERIC = ValueType(Decimal)
FLOAT = ValueType(float)
DATE = guarded(date)
TIME = guarded(time)
TIMESTAMP = guarded(datetime)
DURATION = guarded(timedelta)
TSVECTOR = ValueType(str, stored=TypeRef(PG_CATALOG, "tsvector"))
TSQUERY = ValueType(str, stored=TypeRef(PG_CATALOG, "tsquery"))

_PLAIN: Mapping[type, ValueType] = {
    **{
        kind: ValueType(kind, all_plain=all_of(kind))
        for kind in (bool, float, Decimal, bytes, UUID)
    },
    **{kind: guarded(kind) for kind in GUARDED},
    int: INTEGER,
    str: TEXT,
}


class _Labels(dict[object, object]):
    """From what the server says to the member of an enum; ``None`` stays ``None``."""

    def __init__(self, kind: type[enum.Enum]) -> None:
        super().__init__({member.value: member for member in kind})
        self[None] = None
        self._kind = kind

    def __missing__(self, label: object) -> object:
        raise ValueRefused(
            f"the database holds a label that {self._kind.__name__} does not have: {label!r}",
            hint="the enum was changed in the database; `ferrule pull` brings the code up to date",
        )


def enum_type(kind: type[enum.Enum]) -> ValueType:
    """Members of a Python enum, which travel as their values: the labels of the server's enum."""
    labels = _Labels(kind)

    def send(value: object) -> object:
        if isinstance(value, kind):
            return value.value
        if isinstance(value, str | int) and value in labels:
            return value
        known = [str(member.value) for member in kind]
        raise ValueRefused(
            f"{value!r} is no label of {kind.__name__}",
            hint=nearest(str(value), known) or f"labels: {', '.join(known)}",
        )

    return ValueType(kind, encode=send, decode=labels.__getitem__)


def _items(values: Any) -> Iterable[Any]:  # noqa: ANN401 - the caller's, or the driver's
    return cast("Iterable[Any]", values)


def shape_of(values: Any) -> tuple[int, ...]:  # noqa: ANN401 - an array, ready to be sent
    """The lengths of an array in each of its dimensions.

    Raises:
        ValueRefused: Those of one dimension differ.
    """
    if not any(type(item) is list for item in values):
        return (len(values),)
    shapes = {shape_of(item) if type(item) is list else () for item in values}
    if len(shapes) == 1:
        return (len(values), *shapes.pop())
    raise ValueRefused("the lists within an array need to have the same lengths")


def array_type(element: ValueType) -> ValueType:
    """Lists of ``element``, of any depth."""
    fits = element.all_plain

    def send(value: Any) -> object:  # noqa: ANN401 - the caller's
        kind = cast("type[object]", type(value))
        if fits is not None and kind is list and fits(value):
            return value[:]
        if kind is not list and (
            issubclass(kind, str | bytes | Mapping) or not issubclass(kind, Iterable)
        ):
            raise ValueRefused(f"an array cannot be made of a value of type {kind.__name__}")
        sent = [
            send(item) if isinstance(item, list | tuple) else element.send(item)
            for item in _items(value)
        ]
        shape_of(sent)
        return sent

    as_is = element.as_is

    def receive(value: Any) -> object:  # noqa: ANN401 - the driver's
        if isinstance(value, list):
            items = list(_items(value))
            if as_is is not None and set(map(type, items)) <= {as_is, type(None)}:
                return items
            return [receive(item) for item in items]
        return element.receive(value)

    decode = None if element.decode is None else receive
    return ValueType(list, encode=send, decode=decode, mutable=True, element=element)


def plain_type(kind: type[Any]) -> ValueType:
    """Values of a class that the driver knows how to send and read, or that says it itself."""
    known = _PLAIN.get(kind)
    if known is not None:
        return known
    travels: Callable[[], ValueType] | None = getattr(kind, "__value_type__", None)
    if travels is not None:
        return travels()
    if issubclass(kind, enum.Enum):
        return enum_type(kind)
    hashing = vars(kind).get("__hash__", kind.__hash__)
    container = (
        issubclass(cast("type[object]", kind), Mapping | Collection) and hashing is object.__hash__
    )
    return ValueType(kind, mutable=container or hashing is None)


def opaque_type(kind: type[Any], send: Encode, receive: Decode, *, hint: str) -> ValueType:
    """Values of which the server cannot tell two apart, or one from another: hashes, ciphers.

    They are ``text`` there, written and read. What compares them in the server is refused, since no
    row would be found; ``is_null()`` is not.

    Args:
        kind: Their class.
        send: What is done to one before the driver gets it; it refuses values of other classes.
        receive: What is done to what the driver gave, never ``None``.
        hint: What to do instead of comparing them.
    """

    def refuse(_: object) -> object:
        raise ValueRefused(f"{kind.__name__} cannot be compared in the database", hint=hint)

    def decode(value: object) -> object:
        return None if value is None else receive(value)

    compared = ValueType(kind, encode=refuse, decode=decode)
    return ValueType(kind, encode=send, decode=decode, compared=compared, stored=_TEXT)


def nullable(value_type: ValueType) -> ValueType:
    """The same, with ``None``."""
    return value_type if value_type.nullable else replace(value_type, nullable=True)
