"""Makes a plain typed function, as packages hand them out, into what cyclopts can call."""

from __future__ import annotations

import asyncio
import inspect
import typing
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

from cyclopts import App, Group, Parameter

from ferrule_cli.docstrings import read_docstring
from ferrule_cli.help_page import COMMON_OPTIONS, HelpPage
from ferrule_cli.options import OWN_OPTIONS
from ferrule_cli.session import Session
from ferrule_core.command.context import CommandContext
from ferrule_core.errors import PluginError

Command = Callable[..., int | Awaitable[int]]
"""A function that is a command: see ``CommandGroup.target``."""

COMMON = Group(COMMON_OPTIONS, sort_key=9)


def adapt(name: str, function: Command, session: Session) -> App:
    """An app of one command.

    Raises:
        PluginError: The function declares an option that the command line itself adds.
    """
    doc = read_docstring(function.__doc__)
    command = _callable(name, function, session)
    command.__doc__ = doc.described
    app = App(name=name, help_formatter=HelpPage(doc), version_flags=())
    app["--help"].show = False
    app.default(command)
    return app


def _callable(name: str, function: Command, session: Session) -> Callable[..., int]:
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())
    takes_context = bool(parameters) and hints.get(parameters[0].name) is CommandContext
    shown = parameters[1:] if takes_context else parameters
    for taken in OWN_OPTIONS.keys() & {parameter.name for parameter in shown}:
        raise PluginError(
            f'command "{name}" declares the option "--{taken}", which every command has',
            hint="ask context.terminal.json instead",
        )

    def command(*args: object, json: bool = False, debug: bool = False, **options: object) -> int:
        del debug  # whoever reports an error looks for it, also where parsing fails
        terminal = session.make_terminal(json)
        given = (session.context(terminal), *args) if takes_context else args
        outcome = function(*given, **options)
        code = outcome if isinstance(outcome, int) else asyncio.run(_awaited(outcome))
        terminal.finish()
        return code

    spelt = [_spelt(parameter, hints[parameter.name]) for parameter in shown] + _own_options()
    command.__name__ = function.__name__
    command.__module__ = function.__module__
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in spelt}
    vars(command)["__signature__"] = inspect.Signature(spelt, return_annotation=int)
    return command


async def _awaited(outcome: Awaitable[int]) -> int:
    return await outcome


def _spelt(parameter: inspect.Parameter, hint: object) -> inspect.Parameter:
    """The parameter with its type resolved, a flag without ``--no-`` where it is off anyway."""
    default = parameter.default
    words = Parameter(
        negative=None if default is True else (),
        negative_iterable=(),
        metavar=_placeholder(parameter.name, hint),
        show_default=default not in (None, (), "") and not isinstance(default, bool),
    )
    return parameter.replace(annotation=Annotated[hint, words])


def _placeholder(name: str, hint: object) -> str:
    """What stands for the value on a help page: ``--profile PROFILE``, ``--output PATH``."""
    return "PATH" if hint in (Path, Path | None) else name.upper().replace("_", "-")


def _own_options() -> list[inspect.Parameter]:
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[
                bool, Parameter(help=text, negative=(), group=COMMON, show_default=False)
            ],
        )
        for name, text in OWN_OPTIONS.items()
    ]
