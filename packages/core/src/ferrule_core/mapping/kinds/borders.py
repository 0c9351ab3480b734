"""What Pydantic is told of our classes: how they are read from JSON, and written as it."""

from __future__ import annotations

from typing import Any, get_args

from pydantic_core import core_schema as core

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.kinds.bits import Bits
from ferrule_core.mapping.kinds.spans import Multirange, Range

_BOUNDS = ["[)", "(]", "[]", "()"]


def range_schema(source: Any, handler: Any) -> core.CoreSchema:  # noqa: ANN401 - Pydantic's
    """``{"lower": 1, "upper": 5, "bounds": "[)"}``, or ``{"empty": true}``."""
    ends = _of(source, handler)
    fields = core.typed_dict_schema(
        {
            "lower": core.typed_dict_field(core.nullable_schema(ends), required=False),
            "upper": core.typed_dict_field(core.nullable_schema(ends), required=False),
            "bounds": core.typed_dict_field(core.literal_schema(_BOUNDS), required=False),
            "empty": core.typed_dict_field(core.bool_schema(), required=False),
        },
        extra_behavior="forbid",
    )
    return _either(Range, _made_range, fields, _said_range)


def multirange_schema(source: Any, handler: Any) -> core.CoreSchema:  # noqa: ANN401 - Pydantic's
    """A list of ranges."""
    arguments = get_args(source)
    kind: Any = Range
    ranges = core.list_schema(range_schema(kind[arguments] if arguments else kind, handler))
    return _either(Multirange, _made_multirange, ranges, _said_multirange)


def bits_schema() -> core.CoreSchema:
    """Text of zeros and ones."""
    return _either(Bits, Bits, core.str_schema(pattern="^[01]*$"), str)


def _of(source: Any, handler: Any) -> core.CoreSchema:  # noqa: ANN401 - Pydantic's
    arguments = get_args(source)
    found: core.CoreSchema = handler.generate_schema(arguments[0] if arguments else Any)
    return found


def _either(kind: type[Any], make: Any, shape: core.CoreSchema, say: Any) -> core.CoreSchema:  # noqa: ANN401
    """An instance, or what is read as one; in JSON always the latter."""

    def made(found: Any) -> Any:  # noqa: ANN401 - what the shape has made sure of
        try:
            return make(found)
        except ValueRefused as error:
            raise ValueError(error.message) from error

    read = core.no_info_after_validator_function(made, shape)
    return core.json_or_python_schema(
        json_schema=read,
        python_schema=core.union_schema([core.is_instance_schema(kind), read]),
        serialization=core.plain_serializer_function_ser_schema(
            say, return_schema=shape, when_used="json"
        ),
    )


def _made_range(found: dict[str, Any]) -> Range[Any]:
    if found.get("empty"):
        return Range.empty()
    return Range(found.get("lower"), found.get("upper"), found.get("bounds", "[)"))


def _said_range(value: Range[Any]) -> dict[str, Any]:
    if value.is_empty:
        return {"empty": True}
    return {"lower": value.lower, "upper": value.upper, "bounds": value.bounds}


def _made_multirange(found: list[Range[Any]]) -> Multirange[Any]:
    return Multirange(*found)


def _said_multirange(value: Multirange[Any]) -> list[Any]:
    return list(value.ranges)
