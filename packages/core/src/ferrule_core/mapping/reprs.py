"""What instances look like to people: short, without secrets, and whatever their values are."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ferrule_core.errors import FerruleError

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.mapped import Mapped

_LONGEST = 300
"""Characters, beside the key: then the rest of the columns is left out."""

_MOST_BITS = 4096
"""Of a number: Python refuses to write out those that are far greater."""


class _Short(reprlib.Repr):
    """Cuts what is long; what cannot even be shown is named by its class."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxlong = 60
        self.maxother = 80

    def repr_int(self, x: int, level: int) -> str:
        """A number, unless it is enormous."""
        if x.bit_length() > _MOST_BITS:
            return f"<a number of {x.bit_length()} bits>"
        return super().repr_int(x, level)

    def repr_bytes(self, x: bytes, level: int) -> str:  # noqa: ARG002 - as reprlib calls it
        """Bytes, cut as text is."""
        short = repr(x[: self.maxstring])
        return short if len(x) <= self.maxstring else f"{short}..."


_SHORT = _Short()


def shown_instance(instance: Mapped) -> str:
    """An instance by its key and what else was loaded and read; nothing is loaded for it."""
    table, values = type(instance).__table__, vars(instance)
    key = [column for column in table.primary_key if column.attribute in values]
    rest = [column for column in table.columns.values() if column.attribute in values]
    ordered = [*key, *[column for column in rest if column not in key]]
    return shown(
        type(instance).__name__, [(column, values[column.attribute]) for column in ordered]
    )


def shown(name: str, values: Iterable[tuple[ModelColumn, object]]) -> str:
    """``Book(id=1, title='Emma')``, with three dots where it would be long."""
    parts: list[str] = []
    length = 0
    for column, value in values:
        part = f"{column.attribute}={_shown_value(column, value)}"
        length += 0 if column.options.primary_key else len(part)
        if length > _LONGEST:
            parts.append("...")
            break
        parts.append(part)
    return f"{name}({', '.join(parts)})"


def _shown_value(column: ModelColumn, value: object) -> str:
    return "..." if value is not None and is_secret(column, value) else _SHORT.repr(value)


def is_secret(column: ModelColumn, value: object = None) -> bool:
    """Whether a column holds hashes or ciphers, and the value does not hide itself.

    A plain text that was assigned by mistake does not: it is a password.
    """
    try:
        value_type = column.value_type
    except FerruleError:  # the annotation cannot be read; that is said where it matters
        return True
    if value_type.compared is None:
        return False
    return value_type.python is None or not isinstance(value, value_type.python)
