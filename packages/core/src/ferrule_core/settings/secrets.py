"""Secrets that a program prints: ``{ command = ["op", "read", "op://shop/db/password"] }``."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from ferrule_core.errors import ConfigurationError

KILLED_WITHIN_SECONDS = 1.0


def run_secret_command(
    command: str | Sequence[str],
    *,
    within: timedelta,
    environment: Mapping[str, str],
    folder: Path,
    place: str,
) -> str:
    """What the program prints, without the end of its last line.

    No shell is between. What it says on standard error is thrown away, as it may quote secrets.

    Args:
        command: Program and arguments; text is split as a shell would split it.
        within: How long it may take; then it is killed.
        environment: Its variables.
        folder: Where it runs.
        place: File, table and key, for errors.

    Raises:
        ConfigurationError: It cannot be run, fails, takes too long, or prints nothing. The message
            names the program, and neither its arguments nor its output.
    """
    words = _words(command, place)
    name = f'{place}: the command "{words[0]}"'
    try:
        process = subprocess.Popen(  # noqa: S603 - the project's own settings name it
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            cwd=folder,
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"{name} cannot be run: {reason}") from None
    with process:
        try:
            printed, _ = process.communicate(timeout=within.total_seconds())
        except subprocess.TimeoutExpired:
            _kill(process)
            printed = None
    if printed is None:
        raise ConfigurationError(
            f"{name} took longer than {within.total_seconds():g} s and was ended",
            hint="does it wait for an answer? run it in a shell; `within` gives it more time",
        )
    if process.returncode:
        raise ConfigurationError(
            f"{name} ended with exit code {process.returncode}",
            hint="run it in a shell to see what it says",
        )
    return _text(printed, name)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    # A child of its own may hold the pipe open; it is not waited for.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=KILLED_WITHIN_SECONDS)


def _words(command: str | Sequence[str], place: str) -> Sequence[str]:
    if not isinstance(command, str):
        return command
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise ConfigurationError(f"{place}: the command has quotes without an end, or no words")
    return words


def _text(printed: bytes, name: str) -> str:
    try:
        text = printed.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        text = None
    if text is None:  # raised here, so that no error that holds the secret is its context
        raise ConfigurationError(f"{name} printed something that is not UTF-8")
    if not text:
        raise ConfigurationError(f"{name} printed nothing")
    return text
