"""Classes that rows are made values of: dataclasses, NamedTuples, TypedDicts, pydantic models."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=512)
def fields_of(into: Any) -> Mapping[str, tuple[Any, bool]] | None:  # noqa: ANN401
    """The annotation of each field of a class of rows, and whether it must be there.

    Returns:
        ``None`` for a class of single values.
    """
    if hasattr(into, "model_validate"):
        return {
            field.alias or name: (Any, field.is_required())
            for name, field in into.model_fields.items()
        }
    if dataclasses.is_dataclass(into):
        hints = typing.get_type_hints(into)
        nothing = dataclasses.MISSING
        return {
            field.name: (hints[field.name], field.default is field.default_factory is nothing)
            for field in dataclasses.fields(into)
            if field.init
        }
    if typing.is_typeddict(into):
        # Where annotations are texts, ``__required_keys__`` does not know of NotRequired.
        hints = typing.get_type_hints(into, include_extras=True)
        return {
            name: (hint, _is_required(hint) and name not in into.__optional_keys__)
            for name, hint in hints.items()
        }
    named: Any = into
    if issubclass(into, tuple) and hasattr(named, "_fields"):
        hints = typing.get_type_hints(named)
        return {
            name: (hints.get(name, Any), name not in named._field_defaults)
            for name in named._fields
        }
    return None


def _is_required(hint: object) -> bool:
    return typing.get_origin(hint) is not typing.NotRequired


def maker_of(into: Any) -> Callable[[dict[str, Any]], Any]:  # noqa: ANN401
    """What makes a value of the class from the values of its fields by name."""
    if hasattr(into, "model_validate"):
        validate: Callable[[dict[str, Any]], Any] = into.model_validate
        return validate
    return lambda row: into(**row)
