"""What Pydantic is told of a column's type: its annotation, where it reads that as we mean it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, cast, get_args, get_origin

import pydantic
from pydantic import Field
from pydantic_core import core_schema as core

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.json_forms import form_of
from ferrule_core.mapping.json_times import TIMES
from ferrule_core.mapping.json_values import (
    JSON_NULL,
    DecimalJson,
    JsonValue,
    read_fraction,
    shown_decimal,
    with_decimals,
    without_null,
)
from ferrule_core.mapping.kinds.spans import Multirange, Range

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.value_types import ValueType


def annotation_of(column: ModelColumn) -> Any:  # noqa: ANN401 - whatever stands in Column[...]
    """The annotation of a column for Pydantic."""
    return _read(column.annotation, column.value_type, column)


def _read(annotation: Any, value_type: ValueType, column: ModelColumn) -> Any:  # noqa: ANN401
    origin, arguments = get_origin(annotation), get_args(annotation)
    made: Any = annotation
    if annotation == JsonValue:
        made = Annotated[
            pydantic.JsonValue,
            pydantic.BeforeValidator(without_null),
            pydantic.WrapSerializer(_shown_document),
        ]
    elif annotation == DecimalJson:
        made = Annotated[Any, _Decimals(column.attribute)]
    elif origin is list:
        element = value_type.element or value_type  # of whatever depth
        made = list[_read(arguments[0], element, column)]  # type: ignore[misc]  # made at run time
    elif (origin is Range or origin is Multirange) and value_type.inner is not None:
        generic: Any = origin
        made = generic[_read(arguments[0], value_type.inner, column)]
    elif value_type.python in (timedelta, Interval) or value_type.allows:
        made = _by_form(annotation, value_type)
    elif origin is Union or origin is UnionType:
        made = Union[tuple([_read(one, value_type, column) for one in arguments])]  # noqa: UP007
    elif annotation is Decimal and not _has_precision(column):
        made = Annotated[Decimal, Field(allow_inf_nan=True)]
    return made


def _shown_document(value: Any, write: pydantic.SerializerFunctionWrapHandler) -> Any:  # noqa: ANN401
    """A document as Pydantic writes it, which has no null but ``None``."""
    return write(without_null(value))


def _has_precision(column: ModelColumn) -> bool:
    """Whether the column's type has a precision, with which there is no NaN and no infinity."""
    return column.options.type is not None and bool(column.options.type.arguments)


def _by_form(annotation: Any, value_type: ValueType) -> Any:  # noqa: ANN401
    """Dates, times and intervals that Pydantic would read as others: a month as 30 days."""
    if value_type.python not in TIMES:
        return annotation  # of documents, to which JSON's null is nothing but another value
    form: Any = Annotated[Any, _Text(value_type)]
    return form | None if type(None) in get_args(annotation) else form


class _Text:
    """Values that are text in JSON: the same that ``to_json`` writes."""

    def __init__(self, value_type: ValueType) -> None:
        self._value_type = value_type
        self._form = form_of(value_type)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core.CoreSchema:  # noqa: ANN401
        return core.no_info_plain_validator_function(
            self._validated,
            json_schema_input_schema=core.str_schema(),
            serialization=core.plain_serializer_function_ser_schema(
                self._form.written, return_schema=core.str_schema(), when_used="json-unless-none"
            ),
        )

    def _validated(self, value: object) -> object:
        try:
            if isinstance(value, str):
                return self._form.read(value)
            self._value_type.send(value)
        except ValueRefused as error:
            raise ValueError(_without_place(error)) from error
        return value


def _without_place(error: ValueRefused) -> str:
    """What is wrong; where, Pydantic says itself."""
    place, _, rest = error.message.partition('": ')
    return rest if place.startswith('column "') else error.message


class _Decimals:
    """A document with decimals, which are numbers in JSON as long as a float can hold them."""

    def __init__(self, attribute: str) -> None:
        self._attribute = attribute

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core.CoreSchema:  # noqa: ANN401
        return core.no_info_plain_validator_function(
            with_decimals,
            json_schema_input_schema=core.any_schema(),
            serialization=core.plain_serializer_function_ser_schema(
                self._written, return_schema=core.any_schema(), when_used="json-unless-none"
            ),
        )

    def _written(self, document: Any) -> object:  # noqa: ANN401 - JSON is anything
        if document is JSON_NULL:
            return None
        if isinstance(document, Decimal):
            return self._number(document)
        if isinstance(document, dict):
            members = cast("dict[str, object]", document)
            return {key: self._written(one) for key, one in members.items()}
        if isinstance(document, list):
            return [self._written(one) for one in cast("list[object]", document)]
        return document

    def _number(self, number: Decimal) -> object:
        text = shown_decimal(number)
        found = int(number) if text.lstrip("-").isdecimal() else read_fraction(text)
        if isinstance(found, Decimal):
            raise ValueError(  # noqa: TRY004 - as Pydantic wants it
                f'column "{self._attribute}": a number in the document has more digits than '
                "Pydantic can write; to_json() can"
            )
        return float(found) if isinstance(found, float) else found
