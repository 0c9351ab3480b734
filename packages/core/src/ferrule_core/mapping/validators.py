"""Validators that a class declares: methods that look at a value, or at the whole instance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError, nearest

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

M = TypeVar("M")
V = TypeVar("V")
R = TypeVar("R")

_MARK: Final = "__ferrule_validates__"


@dataclass(frozen=True, slots=True)
class Validator:
    """A method of a model, by its name, and the columns whose values it is called with.

    Without columns it is called with nothing, and looks at the instance.
    """

    method: str
    columns: tuple[str, ...]


@overload
def validator(method: Callable[[M], R], /) -> Callable[[M], R]: ...
@overload
def validator(
    first: str, /, *columns: str
) -> Callable[[Callable[[M, V], R]], Callable[[M, V], R]]: ...
def validator(first: Callable[[Any], Any] | str, /, *columns: str) -> Any:
    """Let a method of a model judge values before they are written.

    ``@validator("title")`` above ``def not_blank(self, value: str) -> None`` is called with each
    value of that column that is written, but ``None``; ``@validator`` alone with nothing, once the
    columns are right. Both raise ``ValueError`` for what is wrong, and may be ``async``.

    Args:
        first: Name of a column, or the method itself.
        *columns: Names of further columns.
    """
    if callable(first):
        return _marked(first, ())

    def decorate(method: Callable[..., object]) -> Callable[..., object]:
        return _marked(method, (first, *columns))

    return decorate


def _marked(method: Callable[..., Any], columns: tuple[str, ...]) -> Callable[..., Any]:
    setattr(method, _MARK, columns)
    return method


def validators_in(
    bases: Iterable[type], inherited: Iterable[Mapping[str, Validator]], body: Mapping[str, object]
) -> dict[str, Validator]:
    """The validators of a class: of its bases, and of its body, which may replace those.

    Args:
        bases: Of the class; those that are no models are looked at for themselves.
        inherited: What its models among them have, in their order.
        body: The names of the class itself.
    """
    found: dict[str, Validator] = {}
    for plain in [*reversed(list(bases))]:
        if not hasattr(plain, "__table__"):
            for parent in reversed(plain.__mro__):
                found.update(_marked_in(vars(parent)))
    for validators in reversed(list(inherited)):
        found.update(validators)
    for name in found.keys() & body.keys():
        del found[name]
    found.update(_marked_in(body))
    return found


def _marked_in(body: Mapping[str, object]) -> dict[str, Validator]:
    marked = ((name, getattr(value, _MARK, None)) for name, value in body.items())
    return {name: Validator(name, columns) for name, columns in marked if columns is not None}


def refuse_unknown(table: ModelTable) -> None:
    """Refuse validators of what is no column.

    Raises:
        ModelError: One names something else.
    """
    for one in table.validators.values():
        for attribute in one.columns:
            if attribute not in table.columns:
                raise ModelError(
                    f'the validator "{one.method}" of {table.model_name} is of "{attribute}", '
                    "which is no column",
                    hint=nearest(attribute, table.columns) or "name an attribute of the model",
                )
