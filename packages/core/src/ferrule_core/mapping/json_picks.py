"""Paths into documents of a class: ``User.profile.path(lambda p: p.address.city)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from ferrule_core.errors import QueryError, UnknownColumn, nearest
from ferrule_core.mapping.documents import Step
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.json_parts import JsonPart, part_of
from ferrule_core.mapping.operands import Operand


class _Picked:
    """Remembers which attributes and items were taken, and of what type they are."""

    __slots__ = ("_annotation", "_steps")

    def __init__(self, steps: tuple[Step, ...], annotation: object) -> None:
        self._steps = steps
        self._annotation = annotation

    def __getattr__(self, name: str) -> _Picked:
        if name.startswith("__"):
            raise AttributeError(name)
        return _attribute(self, name)

    def __getitem__(self, key: str | int) -> _Picked:
        if isinstance(key, str) and _fields(self._annotation):
            return _attribute(self, key)
        return _Picked((*self._steps, key), _item(self._annotation))

    __iter__ = None


def picked(whole: Operand, pick: Callable[[Any], Any]) -> Expr[Any]:
    """The part that a function takes of a document.

    Raises:
        QueryError: The column has no class, the class no such attribute, or the function gives
            something else.
    """
    kind = None if whole.value_type is None else whole.value_type.python
    if kind is None or not _fields(kind):
        raise QueryError(
            "a path needs a column of a class with annotated attributes",
            hint='take parts by their keys: Book.meta["a"]["b"]',
        )
    try:
        found = pick(_Picked((), kind))
    except TypeError as error:
        raise _not_picked() from error
    if not isinstance(found, _Picked):
        raise _not_picked()
    steps, annotation = steps_of(found)
    part: JsonPart = part_of(whole, steps)
    return part.read_as(annotation)


def steps_of(found: _Picked) -> tuple[tuple[Step, ...], object]:
    """The keys on the way, and the annotation at its end."""
    return found._steps, found._annotation  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def _not_picked() -> QueryError:
    return QueryError(
        "the function of a path takes attributes and items, and does nothing else",
        hint="path(lambda profile: profile.address.city)",
    )


def _attribute(of: _Picked, name: str) -> _Picked:
    steps, annotation = steps_of(of)
    fields = _fields(annotation)
    if name not in fields:
        kind = _present(annotation)
        shown = getattr(kind, "__name__", "a part of the document")
        raise UnknownColumn(
            f'{shown} has no attribute "{name}"',
            hint=nearest(name, fields) or (f"it has {', '.join(fields)}" if fields else None),
        )
    key, inner = fields[name]
    return _Picked((*steps, key), inner)


def _present(annotation: Any) -> Any:  # noqa: ANN401 - an annotation
    """The annotation without ``None``."""
    if get_origin(annotation) in (Union, UnionType):
        members = [one for one in get_args(annotation) if one is not type(None)]
        if len(members) == 1:
            return members[0]
    return annotation


def _fields(annotation: object) -> Mapping[str, tuple[str, object]]:
    """Key and annotation of each attribute of a class; nothing of any other type."""
    kind = _present(annotation)
    if not isinstance(kind, type) or kind.__module__ == "builtins":
        return {}
    keys: dict[str, str] = {}
    declared = cast("Mapping[str, Any]", getattr(kind, "model_fields", {}))
    for name, field in declared.items():  # of a pydantic model, which may call them otherwise
        keys[name] = field.serialization_alias or field.alias or name
    hints = get_type_hints(kind)
    return {name: (keys.get(name, name), hint) for name, hint in hints.items()}


def _item(annotation: object) -> object:
    """What is in a list or a mapping of this type."""
    arguments = get_args(_present(annotation))
    return arguments[-1] if arguments else Any
