"""The terminal of commands: words, tables, trees and code by rich, or one JSON document."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TextIO, cast

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bars
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ferrule_cli.style import UNBOUNDED, columns, defuse, spelt, wants_colour
from ferrule_cli.syntax import theme
from ferrule_core.command.terminal import JsonValue, Progress

_PADDING = re.compile(r" +$", re.MULTILINE)
"""Tables fill their last column with blanks, which nobody wants to copy."""


def make_console(stream: TextIO, environment: Mapping[str, str]) -> Console:
    """A console for a stream: as wide as the terminal, or without bounds where there is none."""
    return Console(
        file=stream,
        color_system="standard" if wants_colour(stream, environment) else None,
        force_terminal=stream.isatty(),
        width=(columns(stream, environment) if stream.isatty() else None) or UNBOUNDED,
        highlight=False,
        markup=False,
        emoji=False,
    )


class _Silence:
    """Progress that nobody watches."""

    def advance(self, amount: int = 1) -> None:
        """Nothing is shown."""


class _Bar:
    """Progress as one bar."""

    def __init__(self, bars: Bars, label: str, total: int | None) -> None:
        self._bars = bars
        self._task = bars.add_task(label, total=total)

    def advance(self, amount: int = 1) -> None:
        """Move the bar."""
        self._bars.advance(self._task, amount)


class RichTerminal:
    """Speaks to a person through rich, or to a program in JSON.

    Names come from databases, so nothing that is shown may hold control characters or markup.
    """

    def __init__(self, *, json: bool, environment: Mapping[str, str]) -> None:
        self._json = json
        self._results: list[JsonValue] = []
        self._out = make_console(sys.stdout, environment)
        self._err = make_console(sys.stderr, environment)
        self._bars: Bars | None = None
        self._spoken = False

    @property
    def json(self) -> bool:
        """Whether a program listens."""
        return self._json

    def say(self, text: str = "") -> None:
        """A line for a person."""
        self._show(Text(defuse(text)))

    def heading(self, text: str) -> None:
        """What the next lines are about, set off from those before."""
        if self._spoken:
            self._show(Text())
        self._show(Text(defuse(text), style="bold"))

    def success(self, text: str) -> None:
        """A line that says what was done."""
        mark = spelt("✓", "ok:", encoding=self._out.encoding)
        self._show(Text.assemble((mark, "green"), " ", defuse(text)))

    def warn(self, text: str, *, hint: str | None = None) -> None:
        """A line on standard error, with JSON too."""
        lines = [Text.assemble(("warning:", "bold yellow"), " ", defuse(text))]
        if hint is not None:
            lines.append(Text.assemble(("hint:", "bold"), " ", defuse(hint)))
        with self._bars_aside():
            for line in lines:
                self._err.print(line, soft_wrap=not self._err.is_terminal)

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None
    ) -> None:
        """Rows under headings; columns of numbers stand on the right."""
        if title is not None:
            self.heading(title)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
        for place, column in enumerate(columns):
            numbers = _are_numbers([row[place] for row in rows])
            table.add_column(
                Text(defuse(column), style="bold"),
                justify="right" if numbers else "left",
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(Text("" if cell is None else defuse(str(cell))) for cell in row))
        self._show(table)

    def tree(self, label: str, branches: Mapping[str, Sequence[str]]) -> None:
        """Two levels of names under one."""
        tree = Tree(Text(defuse(label), style="bold"), guide_style="dim")
        for branch, leaves in branches.items():
            twig = tree.add(Text(defuse(branch)))
            for leaf in leaves:
                twig.add(Text(defuse(leaf), style="dim"))
        self._show(tree)

    def code(self, text: str, *, language: str) -> None:
        """Source text in colours; where there are none, the very text, so that it can be used."""
        if self._out.color_system is None:
            self._write(text.rstrip("\n") + "\n")
            return
        lexer = "postgresql" if language == "sql" else language
        source = Syntax(
            defuse(text).rstrip("\n"), lexer, theme=theme(), background_color="default",
            word_wrap=True,
        )  # fmt: skip
        self._show(source)

    @contextmanager
    def progress(self, label: str, *, total: int | None = None) -> Generator[Progress]:
        """A bar on standard error while the block runs; it goes away at its end."""
        if self._json or not self._err.is_terminal or self._bars is not None:
            yield _Silence()
            return
        counting: list[ProgressColumn] = [BarColumn(bar_width=30), MofNCompleteColumn()]
        bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            *(counting if total is not None else ()),
            TimeElapsedColumn(),
            console=self._err,
            transient=True,
        )
        with bars:
            self._bars = bars
            try:
                yield _Bar(bars, defuse(label), total)
            finally:
                self._bars = None

    def result(self, value: JsonValue) -> None:
        """The outcome for a program; ``finish`` prints it.

        Raises:
            RuntimeError: A command gave two.
        """
        if self._results:
            raise RuntimeError("a command has one result")
        self._results.append(value)

    @property
    def outcome(self) -> JsonValue:
        """What the command told a program; ``None`` for nothing."""
        return self._results[0] if self._results else None

    def finish(self) -> None:
        """Print the one JSON document: ``null`` for a command that has nothing to tell."""
        if self._json:
            ascii_only = self._out.encoding not in {"utf-8", "utf8"}
            text = json.dumps(self.outcome, indent=2, ensure_ascii=ascii_only, default=_plain)
            self._out.file.write(text + "\n")

    def _show(self, renderable: Text | Table | Tree | Syntax) -> None:
        whole_lines = isinstance(renderable, Text) and self._out.width == UNBOUNDED
        with self._out.capture() as capture:
            self._out.print(renderable, soft_wrap=whole_lines)
        self._write(_PADDING.sub("", capture.get()))

    def _write(self, text: str) -> None:
        if self._json:
            return
        self._spoken = True
        with self._bars_aside():
            self._out.file.write(text)

    @contextmanager
    def _bars_aside(self) -> Generator[None]:
        """Take the bar off the screen, so that a line does not run into it."""
        if self._bars is None:
            yield
            return
        self._bars.stop()
        try:
            yield
        finally:
            self._bars.start()


def _are_numbers(cells: Sequence[object]) -> bool:
    """Whether a column is one of numbers, of which some may be missing."""
    given = [cell for cell in cells if cell is not None]
    return bool(given) and all(map(_is_number, given))


def _is_number(cell: object) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _plain(value: object) -> object:
    """Mappings and sequences that json does not know of itself."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, Sequence):
        return list(cast("Sequence[object]", value))
    raise TypeError(f"{type(value).__name__} is not JSON")
