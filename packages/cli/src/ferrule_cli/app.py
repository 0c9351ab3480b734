"""From the words of a command line to the command, and back with its exit code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from ferrule_cli.failures import DONE, UsageError
from ferrule_cli.known import missing_command, refuse_without, suggestion
from ferrule_cli.layout import page_width
from ferrule_cli.style import wants_colour
from ferrule_core.errors import PluginError
from ferrule_core.plugins.contracts import CommandGroup

if TYPE_CHECKING:
    from cyclopts import App

    from ferrule_cli.adapt import Command
    from ferrule_cli.session import Session


def run_command(words: Sequence[str], session: Session) -> int:
    """Run the command that the words name; the first of them is its name.

    Raises:
        UsageError: There is no such command, or it does not take these words.
        MissingPackage: The command is in a package that is not installed.
        FerruleError: Whatever the command raised.
    """
    name, commands = words[0], session.plugins.commands()
    if name not in commands:
        kind = "option" if name.startswith("-") else "command"
        raise missing_command(name) or UsageError(
            f'unknown {kind} "{name}"', hint=suggestion(name, commands)
        )
    refuse_without(commands[name])
    return _call(make_app([commands[name]], session), words)


def make_app(groups: Sequence[CommandGroup], session: Session) -> App:
    """The app of some commands. All of them are imported."""
    from cyclopts import App, Group
    from rich.console import Console

    from ferrule_cli.help_page import HelpPage

    app = App(
        name="ferrule",
        version_flags=(),
        help_format="plaintext",
        help_formatter=HelpPage(),
        group_commands=Group("Commands", sort_key=1),
        group_arguments=Group("Arguments", sort_key=2),
        group_parameters=Group("Options", sort_key=3),
        console=Console(
            file=sys.stdout,
            color_system="standard" if wants_colour(sys.stdout, session.environment) else None,
            width=page_width(sys.stdout, session.environment),
        ),
        result_action="return_value",
        print_error=False,
        exit_on_error=False,
        suppress_keyboard_interrupt=False,
    )
    for group in groups:
        app.command(_group_app(group, session))
    return app


def _group_app(group: CommandGroup, session: Session) -> App:
    from cyclopts import App

    from ferrule_cli.adapt import adapt

    target = load_target(group)
    if callable(target):
        return adapt(group.name, target, session)
    app = App(name=group.name, help=group.summary, version_flags=())
    app["--help"].show = False
    for name, function in target.items():
        app.command(adapt(name, function, session))
    return app


def load_target(group: CommandGroup) -> Command | Mapping[str, Command]:
    """Import what a group names: a command, or several by name.

    Raises:
        PluginError: It cannot be imported.
    """
    module_name, _, attribute = group.target.partition(":")
    try:
        target = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError) as error:
        raise PluginError(
            f'the command "{group.name}" cannot be loaded from "{group.target}": {error}',
            hint="install its package again, or switch it off with FERRULE_DISABLE_PLUGINS",
        ) from error
    return cast("Command | Mapping[str, Command]", target)


def _call(app: App, words: Sequence[str]) -> int:
    from cyclopts import CycloptsError

    from ferrule_cli.usage import command_so_far, usage_error

    try:
        code = app(words)
    except CycloptsError as error:
        chain, _, _ = app.parse_commands(words)
        raise usage_error(error, command_so_far(chain)) from error
    return code if isinstance(code, int) else DONE
