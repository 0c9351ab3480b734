"""Where SQL text is put together: a list of parts, joined once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Self, TypeVar

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.sql.nodes import Param
from ferrule_core.sql.operators import AnyOperator, Connective

T = TypeVar("T")

quote = lru_cache(maxsize=4096)(quote_identifier)
"""``quote_identifier``, remembering: the names of a program are few, and each is quoted often."""


class SqlWriter:
    """Collects SQL through a few doors, so that a name is always quoted and a value never text.

    ``sql`` is the only door for text, and takes only what this package wrote, or what the caller
    gave as ``RawFragment``.
    """

    __slots__ = ("_numbers", "_parts", "params")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._numbers: dict[int, int] = {}
        self.params: list[Param] = []

    def sql(self, text: str) -> Self:
        """Write SQL as it stands."""
        self._parts.append(text)
        return self

    def ident(self, *names: str | None) -> Self:
        """Write a name, quoted; several are joined by dots, and ``None`` is left out."""
        self._parts.append(".".join([quote(name) for name in names if name is not None]))
        return self

    def param(self, param: Param) -> Self:
        """Write ``$n`` for a value; the same node gets the same number again."""
        number = self._numbers.get(id(param))
        if number is None:
            self.params.append(param)
            number = self._numbers[id(param)] = len(self.params)
        cast = "" if param.cast is None else f"::{param.cast.sql}"
        self._parts.append(f"${number}{cast}")
        return self

    def operator(self, operator: AnyOperator | Connective) -> Self:
        """Write an operator with a blank on each side, so that two never read as another one."""
        self._parts.append(f" {operator.symbol} ")
        return self

    def comma(self, items: Iterable[T], write: Callable[[SqlWriter, T], object]) -> Self:
        """Write items, separated by commas."""
        for index, item in enumerate(items):
            if index:
                self._parts.append(", ")
            write(self, item)
        return self

    def text(self) -> str:
        """All that was written."""
        return "".join(self._parts)
