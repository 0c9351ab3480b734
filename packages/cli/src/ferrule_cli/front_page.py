"""``ferrule --help``: every command on one page, without importing any of them, or rich."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ferrule_cli.known import EXTRAS, pip_line
from ferrule_cli.layout import command_lines, heading, two_columns
from ferrule_cli.options import OWN_OPTIONS
from ferrule_cli.style import defuse
from ferrule_core.plugins.contracts import CommandGroup

FIRST = ("demo", "init", "pull", "inspect", "db")
"""Commands in the order in which a new user meets them; all others follow by name."""

OPTIONS = {
    **{f"--{name}": text for name, text in OWN_OPTIONS.items()},
    "--version": "Show the version.",
    "--help, -h": "Show this page, or behind a command all about that one.",
}
EXAMPLES = {
    "ferrule demo": "see it all work, on a server of its own",
    "ferrule init": "set up a project here",
    "ferrule pull": "write models of the database",
    "ferrule pull --help": "read all about one command",
}


def front_page(commands: Mapping[str, CommandGroup], *, width: int, colour: bool) -> str:
    """The page as text.

    Args:
        commands: What the installed packages hand out.
        width: Columns of the terminal.
        colour: Whether headings and names stand out.
    """
    summaries = {defuse(name): defuse(commands[name].summary) for name in in_order(commands)}
    examples = {line: note for line, note in EXAMPLES.items() if line.split()[1] in commands}
    page = [
        "Ferrule joins a PostgreSQL database and the Python code that uses it.",
        "",
        f"{heading('Usage:', colour=colour)} ferrule COMMAND [OPTIONS]",
        "",
        heading("Commands", colour=colour),
        *two_columns(summaries, width=width, colour=colour),
        "",
        heading("Options", colour=colour),
        *two_columns(OPTIONS, width=width, colour=colour),
        "",
        heading("Examples", colour=colour),
        *command_lines(examples, colour=colour),
    ]
    missing = [name for name in EXTRAS if name not in commands]
    if missing:
        extras = tuple(sorted({extra for name in missing for extra in EXTRAS[name]}))
        page += ["", f"Not installed: {', '.join(missing)} (pip install '{pip_line(extras)}')"]
    return "\n".join(page)


def in_order(names: Collection[str]) -> list[str]:
    """Names of commands as the front page has them."""
    return [*(name for name in FIRST if name in names), *sorted(set(names) - set(FIRST))]
