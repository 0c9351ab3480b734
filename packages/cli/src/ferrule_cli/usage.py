"""What was wrong with a command line, in our words."""

from __future__ import annotations

from collections.abc import Iterable

from cyclopts import (
    CycloptsError,
    MissingArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from ferrule_cli.failures import UsageError
from ferrule_core.errors import nearest


def usage_error(error: CycloptsError, command: str) -> UsageError:
    """The error to show for one that cyclopts found.

    Args:
        error: What cyclopts says.
        command: The command so far, as ``ferrule db start``.
    """
    page = f"see: {command} --help"
    match error:
        case UnknownOptionError(token=token):
            name = (token.keyword or token.value).split("=")[0]
            known = {name for option in error.argument_collection for name in option.names}
            return UsageError(f'unknown option "{name}"', hint=nearest(name, known, most=1) or page)
        case UnknownCommandError(unused_tokens=[word, *_]):
            return UsageError(f'unknown command "{word}" of "{command}"', hint=page)
        case UnusedCliTokensError(unused_tokens=[word, *_]):
            return UsageError(f'unexpected argument "{word}"', hint=page)
        case MissingArgumentError(argument=argument, keyword=keyword) if argument is not None:
            needs = f'"{keyword}" needs a value' if keyword else f'"{argument.name}" is missing'
            return UsageError(needs, hint=page)
        case _:
            return UsageError(_sentence(str(error)), hint=page)


def command_so_far(chain: Iterable[str]) -> str:
    """The command that was recognised before something was wrong, without options."""
    return " ".join(["ferrule", *(word for word in chain if not word.startswith("-"))])


def _sentence(text: str) -> str:
    """In the form of our errors: lower case, one line, no full stop."""
    line = " ".join(text.split()).rstrip(".")
    return line[:1].lower() + line[1:]
