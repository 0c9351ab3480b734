"""How a command that failed says so. Nowhere else is an error turned into words or a number."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping

from ferrule_cli.style import BOLD, RED, defuse, paint, wants_colour
from ferrule_core.errors import DatabaseError, FerruleError

DONE, FAILED, WRONGLY_CALLED, INTERRUPTED = 0, 1, 2, 130


class UsageError(FerruleError):
    """The command line cannot be understood: an unknown command, option or value."""

    code = "FER-X001"


EXPECTED = (FerruleError, NotImplementedError, OSError)
"""What is shown without a traceback: the user, and not we, can do something about it."""
BUG = "this is a bug in Ferrule or in a plugin; please report it with the lines above"


def exit_code(error: BaseException) -> int:
    """The number that a shell sees."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    return WRONGLY_CALLED if isinstance(error, UsageError) else FAILED


def report_failure(
    error: BaseException, *, as_json: bool, debug: bool, environment: Mapping[str, str]
) -> None:
    """Show an error: to a person on standard error, to a program as JSON on standard output.

    A traceback stands before it when it was asked for, or when the error is a bug of ours.
    """
    if debug or not isinstance(error, (*EXPECTED, KeyboardInterrupt)):
        traceback.print_exception(error)
    if as_json:
        print(json.dumps({"error": describe(error)}, indent=2))  # noqa: T201 - the one document
        return
    colour = wants_colour(sys.stderr, environment)
    message, *hint = _words(error)
    lines = [f"{paint('error:', BOLD, RED, colour=colour)} {message}"]
    lines += [f"{paint('hint:', BOLD, colour=colour)} {text}" for text in hint]
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201 - the one place


def describe(error: BaseException) -> dict[str, str | None]:
    """An error for a program."""
    if not isinstance(error, FerruleError):
        return {"kind": type(error).__name__, "message": _words(error)[0]}
    described = {
        "code": error.code,
        "kind": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
    }
    if isinstance(error, DatabaseError):
        described["sqlstate"] = error.sqlstate
    return described


def _words(error: BaseException) -> tuple[str, ...]:
    """The message, and the hint where there is one."""
    match error:
        case FerruleError(code=code, message=message, hint=hint):
            words = (f"[{code}] {message}", *([] if hint is None else [hint]))
        case NotImplementedError():
            words = (f"not built yet: {error}",)
        case KeyboardInterrupt():
            words = ("interrupted",)
        case OSError(strerror=str(reason), filename=str(path)):
            words = (f"{reason.lower()}: {path}",)
        case OSError():
            words = (str(error),)
        case _:
            words = (f"{type(error).__name__}: {error}", BUG)
    return tuple(map(defuse, words))
