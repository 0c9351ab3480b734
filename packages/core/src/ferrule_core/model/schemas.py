"""Pydantic's models of a table, and what a model is to Pydantic itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional
from weakref import WeakKeyDictionary

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model
from pydantic_core import core_schema as core

from ferrule_core.errors import QueryError, ValueRefused
from ferrule_core.mapping.missing import MISSING
from ferrule_core.mapping.relation_path import path_of
from ferrule_core.model.schema_types import annotation_of

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.paths import Path
    from ferrule_core.mapping.value_types import ValueType
    from ferrule_core.model.border import Mode

_MADE: WeakKeyDictionary[type[Mapped], dict[tuple[Mode, tuple[str, ...]], type[BaseModel]]] = (
    WeakKeyDictionary()
)

_LITERALS = (str, bytes, bool, int)
_INTEGERS = {"int2": 15, "int4": 31}
"""How many bits of the shorter integers count, beside the sign."""


class _Shape(BaseModel):
    """What is read: every column is there."""

    model_config = ConfigDict(
        from_attributes=True,
        arbitrary_types_allowed=True,
        protected_namespaces=(),
        serialize_by_alias=True,
        ser_json_inf_nan="strings",
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class _Given(_Shape):
    """What is written: holds what was given, and refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")

    def model_post_init(self, _: object, /) -> None:
        """Forget the fields that nobody gave a value, and Python has no default for."""
        for name, value in list(vars(self).items()):
            if value is MISSING:
                del vars(self)[name]


def schema_of(
    model: type[Mapped], mode: Mode, include: Sequence[type[Mapped]] = ()
) -> type[BaseModel]:
    """The Pydantic model of a table for a purpose; see ``pydantic_schema``."""
    paths = [path_of(relation) for relation in include]
    key = (mode, tuple(sorted(str(path) for path in paths)))
    made = _MADE.setdefault(model, {})
    found = made.get(key)
    if found is None:
        found = made[key] = _make(model.__table__, mode, _tree(model, paths))
    return found


_Tree = dict[str, "_Tree"]


def _tree(model: type[Mapped], paths: Sequence[Path]) -> _Tree:
    """Relations by their attributes, each with those that lead further."""
    tree: _Tree = {}
    for path in paths:
        level, root = tree, path
        steps: list[str] = []
        while root.parent is not None and root.link is not None:
            steps.append(root.link.attribute)
            root = root.parent
        if root.table is not model.__table__:
            raise QueryError(
                f'"{path}" is no relation of {model.__name__}',
                hint=f"name relations of {model.__name__} itself",
            )
        for attribute in reversed(steps):
            level = level.setdefault(attribute, {})
    return tree


def _make(table: ModelTable, mode: Mode, relations: _Tree) -> type[BaseModel]:
    fields: dict[str, Any] = dict(_column_fields(table, mode))
    for attribute, further in relations.items():
        link = table.link(attribute)
        nested: Any = _make(link.target, "read", further)
        if link.many:
            nested = list[nested]
        elif link.nullable:
            nested = Optional[nested]  # noqa: UP045 - a class that is made here
        name, named = _field_name(attribute)
        fields[name] = (nested, Field(**named))
    suffix = "With" + "".join(map(str.title, relations)) if relations else ""
    return create_model(
        f"{table.model_name}{mode.title()}{suffix.replace('_', '')}",
        __base__=_Shape if mode == "read" else _Given,
        __module__=table.module,
        __doc__=table.comment,
        **fields,
    )


def _column_fields(table: ModelTable, mode: Mode) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for column in table.columns.values():
        if column.value_type.compared is not None:
            continue  # a hash or a cipher: what is kept from the server's eyes is in no answer
        if mode != "read" and not _is_written(column, mode):
            continue
        name, said = _field_name(column.attribute)
        said["description"] = column.options.comment
        if mode != "read":
            said |= _limits(column)
            said |= _default(column, mode)
        annotation = annotation_of(column)
        if mode != "read" and column.options.choices:
            annotation = _chosen(column)
        if mode != "read" and column.value_type.python is int:
            annotation = Annotated[annotation, AfterValidator(partial(_within, column.value_type))]
        yield name, (annotation, Field(**said))


def _is_written(column: ModelColumn, mode: Mode) -> bool:
    """Whether a caller says the value; what is counted, computed or stamped is the server's."""
    options = column.options
    if options.identity or options.generated or options.stamped:
        return False
    return not options.version and not (mode == "update" and options.primary_key)


def _default(column: ModelColumn, mode: Mode) -> Mapping[str, object]:
    options = column.options
    if mode == "create":
        if options.default_factory is not None:
            return {"default_factory": options.default_factory}
        if options.default is not MISSING:
            return {"default": options.default}
        if not options.filled_by_server:
            return {}
    return {"default_factory": lambda: MISSING}


def _limits(column: ModelColumn) -> dict[str, object]:
    """What the column's type refuses, as far as a client can be told beforehand."""
    kind = column.options.type
    python = column.value_type.python
    if kind is None or kind.dimensions or not kind.builtin:
        return {}
    if python is int and kind.name in _INTEGERS:
        bits = _INTEGERS[kind.name]
        return {"ge": -(2**bits), "le": 2**bits - 1}
    numbers = [argument for argument in kind.arguments if isinstance(argument, int)]
    if not numbers:
        return {}
    if python is str and kind.name in ("varchar", "bpchar"):
        return {"max_length": numbers[0]}
    if python is Decimal and kind.name == "numeric" and 0 <= (numbers[1:] or [0])[0] <= numbers[0]:
        return {"max_digits": numbers[0], "decimal_places": (numbers[1:] or [0])[0]}
    return {}


def _chosen(column: ModelColumn) -> Any:  # noqa: ANN401 - a type that is made here
    """The type of the choices of a column alone: as literals, where they can be such."""
    annotation = annotation_of(column)
    if not all(isinstance(choice, _LITERALS) for choice in column.choices):
        return Annotated[annotation, AfterValidator(partial(_one_of, column.choices))]
    chosen: Any = Literal[column.choices]
    return Optional[chosen] if column.value_type.nullable else chosen  # noqa: UP045 - as above


def _one_of(choices: Sequence[object], value: object) -> object:
    if value is not None and value not in choices:
        raise ValueError("the value is not one of the choices")
    return value


def _within(value_type: ValueType, value: int | None) -> int | None:
    """Refuse what the column does not hold: as a limit of the schema it would be rounded."""
    try:
        value_type.send(value)
    except ValueRefused as error:
        raise ValueError(error.message.partition('": ')[2]) from error
    return value


def _field_name(attribute: str) -> tuple[str, dict[str, Any]]:
    """A name that a field of Pydantic can have, and the alias where that is another one."""
    if not attribute.startswith("_") and not hasattr(_Given, attribute):
        return attribute, {}
    return f"{attribute.lstrip('_')}_", {"alias": attribute}


def core_schema(model: type[Mapped], handler: Any) -> core.CoreSchema:  # noqa: ANN401
    """What Pydantic does with a model: takes instances, makes new ones, writes out what is loaded.

    A new instance is made of what ``create`` allows. Only columns are written, of those the loaded
    ones: a relation is shown by who says so, with a schema of its own.
    """
    made, read = schema_of(model, "create"), schema_of(model, "read")

    def validated(value: object, handle: core.ValidatorFunctionWrapHandler) -> Mapped:
        return value if isinstance(value, model) else model(**_values(handle(value)))

    return core.no_info_wrap_validator_function(
        validated,
        handler.generate_schema(made),
        serialization=core.plain_serializer_function_ser_schema(
            lambda instance: _shown(read, instance), return_schema=handler.generate_schema(read)
        ),
    )


def _values(given: BaseModel) -> dict[str, Any]:
    """What was given, as it was validated, by the attributes of the model."""
    fields = type(given).model_fields
    return {fields[name].alias or name: value for name, value in vars(given).items()}


def _shown(read: type[BaseModel], instance: Mapped) -> BaseModel:
    loaded = vars(instance)
    shown: dict[str, Any] = {}
    for name, field in read.model_fields.items():
        attribute = field.alias or name
        if attribute in loaded or _is_late(instance, attribute):
            shown[name] = getattr(instance, attribute)
    return read.model_construct(**shown)


def _is_late(instance: Mapped, attribute: str) -> bool:
    """Whether the column was loaded, and is decoded when it is first read."""
    return instance.__row__ is not None and attribute in instance.__layout__.late
