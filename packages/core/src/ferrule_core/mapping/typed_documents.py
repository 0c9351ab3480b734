"""Documents of ``json`` and ``jsonb``: checked before they are sent, and typed where a class says.

pydantic is imported with the first typed document only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, cast, get_args

from ferrule_core.catalog.types import TypeRef
from ferrule_core.errors import ModelError, ValueRefused
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.json_values import (
    JSON_NULL,
    JsonNull,
    UnreadJson,
    WrittenFloat,
    shown_float,
    with_digits,
)
from ferrule_core.mapping.moments import Beyond
from ferrule_core.mapping.quick_documents import quick_json
from ferrule_core.mapping.value_types import JSON, TEXT, ValueType

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_NULLS = (type(None), JsonNull)
JSON_TYPES = frozenset({"json", "jsonb"})
_WITH_EXPONENT = 1e16
"""Floats from here on are written with an exponent, and would come back as integers."""
_DEEPEST = 500
"""Lists and objects within each other; Python's own reader can go little deeper."""


def own_document(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """A copy of a document that can be stored exactly.

    Raises:
        ValueRefused: A number is not finite, a key is no text, text has a NUL character, or a value
            has no form in JSON.
    """
    return _whole(value, decimals=False)


def own_decimal_document(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """As ``own_document``, with decimals for fractions.

    Raises:
        ValueRefused: As there, and where a number is a float.
    """
    return _whole(value, decimals=True)


def _whole(value: Any, *, decimals: bool) -> Any:  # noqa: ANN401 - JSON is anything
    if value is JSON_NULL:
        return value
    quick = None if decimals else quick_json()
    if quick is not None:
        copy = quick.copied(value)
        if copy is not None:
            return copy
    try:
        return _copied(value, 0, decimals)
    except RecursionError:
        raise ValueRefused("the document has more levels than Python can follow") from None


def _copied(value: Any, depth: int, decimals: bool) -> Any:  # noqa: ANN401, C901, PLR0911, PLR0912
    kind = cast("type[object]", type(value))
    if kind is str:
        if not value.isascii() or "\0" in value:
            TEXT.send(value)
        return value
    if kind is int or kind is bool or value is None:
        return value
    if kind is float and not decimals and -_WITH_EXPONENT < value < _WITH_EXPONENT:
        return value
    if kind is float or kind is Decimal or kind is WrittenFloat:
        return _number(value, decimals=decimals)
    if depth > _DEEPEST:
        raise ValueRefused(f"the document is more than {_DEEPEST} levels deep")
    # Loops, since a comprehension would be a second call on each level; and what needs no look is
    # not looked at by a call.
    if issubclass(kind, Mapping):
        members: dict[object, object] = {}
        for key, one in value.items():
            name = key if type(key) is str and key.isascii() and "\0" not in key else _key(key)
            if type(one) is int or (type(one) is str and one.isascii() and "\0" not in one):
                members[name] = one
            else:
                members[name] = _copied(one, depth + 1, decimals)
        return members
    if issubclass(kind, Sequence) and not issubclass(kind, str | bytes | bytearray | memoryview):
        items: list[object] = []
        for one in value:
            if type(one) is int or (type(one) is str and one.isascii() and "\0" not in one):
                items.append(one)
            else:
                items.append(_copied(one, depth + 1, decimals))
        return items
    if issubclass(kind, str):
        return TEXT.send(str.__str__(value))
    if issubclass(kind, int):
        return int(value)
    raise ValueRefused(
        f"JSON cannot hold a value of type {kind.__name__}",
        hint="write it as text or as a number, in the way that you mean",
    )


def _number(value: float | Decimal, *, decimals: bool) -> Decimal:
    """A number as it is sent where the encoder would not write all that is to be known of it."""
    if not (value.is_finite() if isinstance(value, Decimal) else isfinite(value)):
        raise ValueRefused("JSON has no NaN and no infinity")
    if isinstance(value, WrittenFloat):
        return Decimal(value.text)
    if isinstance(value, Decimal) and decimals:
        return value
    if isinstance(value, float) and not decimals:
        return Decimal(shown_float(value))
    if decimals:
        raise ValueRefused(
            "a float is no number of Column[DecimalJson]", hint="write Decimal(str(...)) of it"
        )
    raise ValueRefused(
        "JSON cannot hold a value of type Decimal",
        hint="Column[DecimalJson] can; or write it as text or as a float, as you mean it",
    )


def _key(key: object) -> object:
    if isinstance(key, str):
        return TEXT.send(key)
    raise ValueRefused(f"a key of a JSON object is text, not a value of type {type(key).__name__}")


def is_typed(annotation: Any) -> bool:  # noqa: ANN401 - an annotation can be anything
    """Whether the annotation is, or has within, a class that says what its documents look like."""
    if isinstance(annotation, type) and not get_args(annotation):
        kind = cast("type[object]", annotation)
        if kind in (Interval, Beyond) or hasattr(kind, "__value_type__"):
            return False
        return (
            "__pydantic_validator__" in vars(kind)
            or dataclasses.is_dataclass(kind)
            or _is_typed_dict(kind)
        )
    return any(is_typed(argument) for argument in get_args(annotation))


def _is_typed_dict(kind: type[Any]) -> bool:
    """Of ``typing`` or of ``typing_extensions``, which need not be imported for this."""
    return "__required_keys__" in vars(kind)


class TypedDocument:
    """Validates and builds the documents of one annotation."""

    def __init__(self, annotation: Any, *, takes_null: bool = False) -> None:  # noqa: ANN401
        self._annotation = annotation
        self._takes_null = takes_null

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        from pydantic import PydanticUserError, TypeAdapter

        try:
            adapter = TypeAdapter(self._annotation)
            _ = adapter.validator.title  # refused here where it is not complete
        except PydanticUserError as error:
            raise ModelError(
                f"pydantic cannot tell what documents of {self._shown} look like",
                hint="it, and all classes within it, have to be known to pydantic in its module",
            ) from error
        return adapter

    def send(self, value: object) -> object:
        """The document of a value.

        Raises:
            ValueRefused: The value, or its document, does not fit the annotation.
        """
        if value is JSON_NULL and self._takes_null:
            return value
        from pydantic_core import PydanticSerializationError

        valid = self._built(value)
        try:
            document = self._adapter.dump_python(
                valid, mode="json", by_alias=True, round_trip=True, warnings="error"
            )
        except PydanticSerializationError as error:
            raise ValueRefused(
                f"a document of {self._shown} holds a value that does not fit it"
            ) from error
        self._built(document)  # an instance may have been changed since it was validated
        return own_document(document)

    def receive(self, document: object) -> Any:  # noqa: ANN401 - what the annotation says
        """The value that a document stands for; ``None`` stays ``None``.

        Raises:
            ValueRefused: The document does not fit the annotation.
        """
        if document is JSON_NULL:
            return document if self._takes_null else self._built(None)
        if isinstance(document, UnreadJson):
            raise document.refused()
        return None if document is None else self._built(with_digits(document))

    def _built(self, value: object) -> Any:  # noqa: ANN401 - what the annotation says
        from pydantic import ValidationError

        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueRefused(
                f"the document does not fit {self._shown}"
                + (f': "{place}" is wrong ({first["type"]})' if place else f" ({first['type']})"),
            ) from None

    @property
    def _shown(self) -> str:
        name = getattr(self._annotation, "__name__", None)
        return name if isinstance(name, str) else str(self._annotation)


def holds_documents(annotation: Any, declared: TypeRef | None) -> bool:  # noqa: ANN401
    """Whether a column of this annotation and type holds documents that a class describes."""
    if declared is not None:
        return declared.name in JSON_TYPES and not declared.dimensions and is_typed(annotation)
    members = [one for one in get_args(annotation) or [annotation] if one not in _NULLS]
    return len(members) == 1 and isinstance(members[0], type) and is_typed(members[0])


def typed_document(annotation: Any, declared: TypeRef | None) -> ValueType:  # noqa: ANN401
    """Values that a class describes, stored as documents."""
    present = [one for one in get_args(annotation) if one not in _NULLS]
    nullable = type(None) in get_args(annotation)
    fewer = len(present) < len(get_args(annotation))
    inner = present[0] if fewer and len(present) == 1 else annotation
    typed = TypedDocument(inner, takes_null=JsonNull in get_args(annotation))
    kind = inner if isinstance(inner, type) and not _is_typed_dict(inner) else None
    return ValueType(
        kind,
        nullable=nullable,
        encode=typed.send,
        decode=typed.receive,
        mutable=True,
        stored=declared or JSON.stored,
    )
