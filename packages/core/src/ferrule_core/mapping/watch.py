"""Who watches the writes of a model: handlers of signals, and validators.

Most models have none of them. Then ``table.watch`` is ``None``, which is all that a write looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

Phase: TypeAlias = Literal["pre", "around", "post", "committed"]
Action: TypeAlias = Literal["create", "update", "save", "delete", "bulk", "links"]
Handler: TypeAlias = Callable[[Any], Any]
Check: TypeAlias = Callable[[Any, Any], Any]
"""Called with an instance and a value of it."""

_IN_TRANSACTION: tuple[Phase, ...] = ("pre", "around", "post")


class Watch:
    """The handlers and validators of one model, those that it inherits first.

    Attributes:
        of_columns: What looks at each value of a column that is written, by attribute.
        of_rows: The names of methods that look at a whole instance.
        of_values: Those of ``of_columns`` that need no instance, by attribute.
    """

    __slots__ = ("_handlers", "of_columns", "of_rows", "of_values")

    def __init__(
        self,
        handlers: Mapping[tuple[Phase, Action], tuple[Handler, ...]],
        of_columns: Mapping[str, tuple[Check, ...]],
        of_rows: tuple[str, ...],
        of_values: Mapping[str, tuple[Handler, ...]],
    ) -> None:
        self._handlers = handlers
        self.of_columns = of_columns
        self.of_rows = of_rows
        self.of_values = of_values

    @property
    def judges(self) -> bool:
        """Whether there are validators."""
        return bool(self.of_columns or self.of_rows)

    def handlers(self, phase: Phase, action: Action) -> tuple[Handler, ...]:
        """The handlers of one signal, in the order in which they are called."""
        return self._handlers.get((phase, action), ())

    def hears(self, *actions: Action) -> bool:
        """Whether anybody is told of one of these."""
        return any(action in actions for _, action in self._handlers)

    def takes_part(self, *actions: Action) -> bool:
        """Whether anybody is told of one of these before it is committed, and may prevent it."""
        return any(
            (phase, action) in self._handlers for phase in _IN_TRANSACTION for action in actions
        )


def watch_of(table: ModelTable) -> Watch | None:
    """Who watches a model, by what it and its bases say; ``None`` where nobody does."""
    handlers: dict[tuple[Phase, Action], tuple[Handler, ...]] = {}
    for parent in reversed(table.model.__mro__):
        own: ModelTable | None = vars(parent).get("__table__")
        for phase, action, handler in () if own is None else own.handlers:
            handlers[phase, action] = (*handlers.get((phase, action), ()), handler)
    of_values = {
        attribute: column.options.validators
        for attribute, column in table.columns.items()
        if column.options.validators
    }
    of_columns: dict[str, tuple[Check, ...]] = {
        attribute: tuple(_of_value(check) for check in checks)
        for attribute, checks in of_values.items()
    }
    of_rows: list[str] = []
    for one in table.validators.values():
        for attribute in one.columns:
            of_columns[attribute] = (*of_columns.get(attribute, ()), _of_method(one.method))
        if not one.columns:
            of_rows.append(one.method)
    if not handlers and not of_columns and not of_rows:
        return None
    return Watch(handlers, of_columns, tuple(of_rows), of_values)


def watch_again(table: ModelTable) -> None:
    """Find anew who watches a model, and those that inherit from it."""
    table.watch = watch_of(table)
    for subclass in table.model.__subclasses__():
        watch_again(subclass.__table__)


def _of_value(check: Callable[[Any], Any]) -> Check:
    def checked(_: object, value: object) -> object:
        return check(value)

    checked.__name__ = getattr(check, "__name__", type(check).__name__)
    return checked


def _of_method(name: str) -> Check:
    def checked(instance: object, value: object) -> object:
        return getattr(instance, name)(value)

    checked.__name__ = name
    return checked
