"""``ferrule COMMAND --help``: what cyclopts knows of a command, laid out as our pages are."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ferrule_cli.docstrings import CommandDoc
from ferrule_cli.layout import MARGIN, heading, two_columns
from ferrule_cli.style import UNBOUNDED

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions


COMMON_OPTIONS = "Every command has"
"""Title of the last section of options."""


class HelpPage:
    """Formats the parts of a help page, in the order in which cyclopts calls its methods.

    See ``cyclopts.help.HelpFormatter``.
    """

    def __init__(self, doc: CommandDoc | None = None) -> None:
        self._doc = doc

    def render_usage(self, console: Console, options: ConsoleOptions, usage: object) -> None:
        """Show the first line."""
        del options
        words = _plain(usage).removeprefix("Usage:").strip()
        _write(console, f"{_heading('Usage:', console)} {words}", "")

    def render_description(
        self, console: Console, options: ConsoleOptions, description: object
    ) -> None:
        """Show what the command is for, as its docstring says it."""
        del options
        for paragraph in _plain(description).split("\n\n"):
            _write(console, textwrap.fill(paragraph, console.width), "")

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Show a section of commands, arguments or options; after the last one, the examples."""
        del options
        if not panel.entries:
            return
        title = _plain(panel.title)
        entries = {_names(entry): _meaning(entry) for entry in panel.entries}
        colour = console.color_system is not None
        lines = two_columns(entries, width=console.width, colour=colour)
        _write(console, _heading(title, console), *lines)
        if title != COMMON_OPTIONS:
            _write(console, "")
        elif self._doc is not None:
            _write(console, *_epilogue(self._doc, console))


def _epilogue(doc: CommandDoc, console: Console) -> Iterator[str]:
    for title, lines in (("Examples", doc.examples), ("Exit codes", doc.exit_codes)):
        if lines:
            yield from ("", _heading(title, console), *(MARGIN + line for line in lines))


def _heading(text: str, console: Console) -> str:
    return heading(text, colour=console.color_system is not None)


def _write(console: Console, *lines: str) -> None:
    console.file.writelines(f"{line}\n" for line in lines)


def _names(entry: HelpEntry) -> str:
    return ", ".join(entry.display_labels_with_metavar)


def _meaning(entry: HelpEntry) -> str:
    remarks: list[str] = []
    if entry.choices:
        remarks.append(f"one of {', '.join(entry.choices)}")
    if entry.default is not None:
        remarks.append(f"default: {entry.default}")
    if entry.required:
        remarks.append("required")
    text = " ".join(_plain(entry.description).split())
    return f"{text} [{'; '.join(remarks)}]".lstrip() if remarks else text


def _plain(text: object) -> str:
    """Any of the forms in which cyclopts has text, as text."""
    if text is None or isinstance(text, str):
        return text or ""
    from rich.console import Console

    plain = Console(
        color_system=None, width=UNBOUNDED, highlight=False, markup=False, file=io.StringIO()
    )
    with plain.capture() as capture:
        plain.print(text)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()).strip("\n")
