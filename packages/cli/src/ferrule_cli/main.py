"""The entry of the ``ferrule`` command."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from io import TextIOWrapper
from itertools import takewhile
from types import FrameType

from ferrule_cli.failures import DONE, FAILED, exit_code, report_failure
from ferrule_cli.front_page import front_page
from ferrule_cli.layout import page_width
from ferrule_cli.options import OWN_OPTIONS
from ferrule_cli.style import wants_colour
from ferrule_core.plugins.manager import Plugins

HELP = {"-h", "--help", "help"}


def main() -> int:
    """Run the command line of this process; what it returns is the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name that the terminal cannot spell is no bug
            stream.reconfigure(errors="backslashreplace")
    terminations = _heed_termination()
    code = run(sys.argv[1:])
    return 128 + terminations[0] if terminations else code


def run(words: Sequence[str], *, load: Callable[[], Plugins] = Plugins.load) -> int:
    """Run one command line, in the current folder; every error ends here.

    Args:
        words: What stands behind ``ferrule``.
        load: Gives the plugins; asked only when they are needed.

    Returns:
        0 done, 1 failed, 2 wrongly called, 130 interrupted.
    """
    words = list(words)
    options = words[: words.index("--")] if "--" in words else words
    debug = "--debug" in options or os.environ.get("FERRULE_DEBUG", "0") not in {"", "0"}
    try:
        code = _dispatch(words, load)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place
        report_failure(error, as_json="--json" in options, debug=debug, environment=os.environ)
        return exit_code(error)
    return code


def _dispatch(words: list[str], load: Callable[[], Plugins]) -> int:
    """Answer what needs no command, and give the rest to the command."""
    options = list(takewhile(_is_own, words))
    words = words[len(options) :]
    if words[:1] == ["--version"]:
        as_json = "--json" in (*options, *words)
        sys.stdout.write(_version(as_json=as_json))
        return DONE
    plugins = load()
    if not words or (words[0] in HELP and all(map(_is_own, words[1:]))):
        sys.stdout.write(f"{_front_page(plugins)}\n")
        return DONE
    return _run_command(words, options, plugins)


def _version(*, as_json: bool) -> str:
    number = version("ferrule-cli")
    return f'{{"version": "{number}"}}\n' if as_json else f"ferrule {number}\n"


def _is_own(word: str) -> bool:
    return word.startswith("--") and word[2:] in OWN_OPTIONS


def _front_page(plugins: Plugins) -> str:
    return front_page(
        plugins.commands(),
        width=page_width(sys.stdout, os.environ),
        colour=wants_colour(sys.stdout, os.environ),
    )


def _run_command(words: list[str], options: list[str], plugins: Plugins) -> int:
    from ferrule_cli.app import run_command
    from ferrule_cli.session import Session

    if words[0] in HELP:
        words = [*words[1:], "--help"]
    end = words.index("--") if "--" in words else len(words)
    return run_command([*words[:end], *options, *words[end:]], Session(plugins=plugins))


def _heed_termination() -> list[int]:
    """Let a termination end the command as Ctrl-C does, with all its cleaning up.

    Returns:
        A list that receives the signal.
    """
    received: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        received.append(number)
        signal.raise_signal(signal.SIGINT)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores it
            signal.signal(number, interrupt)
    return received
