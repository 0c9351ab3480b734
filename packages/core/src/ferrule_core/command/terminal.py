"""How a command speaks: to a person, or with ``--json`` to a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

JsonValue = str | int | float | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]


class Progress(Protocol):
    """A step of long work under way."""

    def advance(self, amount: int = 1) -> None:
        """So much more is done."""
        ...


class Terminal(Protocol):
    """Where a command's words go.

    With ``json`` on, standard output carries one JSON document, from ``result``, and everything
    for people goes nowhere    but for ``warn``, which writes to standard error in both modes.
    """

    @property
    def json(self) -> bool:
        """Whether a program listens."""
        ...

    def say(self, text: str = "") -> None:
        """A line for a person. No markup is read in it."""
        ...

    def heading(self, text: str) -> None:
        """What the next lines are about."""
        ...

    def success(self, text: str) -> None:
        """A line that says what was done."""
        ...

    def warn(self, text: str, *, hint: str | None = None) -> None:
        """A line that a person should not miss."""
        ...

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None
    ) -> None:
        """Rows under headings."""
        ...

    def tree(self, label: str, branches: Mapping[str, Sequence[str]]) -> None:
        """Two levels of names under one."""
        ...

    def code(self, text: str, *, language: str) -> None:
        """Source text: ``python``, ``sql``, ``diff``, ``toml``."""
        ...

    def progress(self, label: str, *, total: int | None = None) -> AbstractContextManager[Progress]:
        """Shows that work goes on; without ``total``, only that it does."""
        ...

    def result(self, value: JsonValue) -> None:
        """The command's outcome for a program; printed only with ``--json``, and at most once."""
        ...
