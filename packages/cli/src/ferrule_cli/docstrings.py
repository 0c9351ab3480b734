"""A command's docstring, taken apart: what cyclopts reads, and what stands below its help."""

from __future__ import annotations

import inspect
import re

from ferrule_core.deferred import dataclass

_HEADER = re.compile(r"^(Args|Examples|Exit codes|Raises|Returns):\n", re.MULTILINE)

_ENTRY_OF_CONTEXT = re.compile(r"^    context:.*\n(?:      .*\n)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CommandDoc:
    """The parts of a docstring in google style.

    Attributes:
        described: Summary, description and ``Args:``.
        examples: Lines of ``Examples:``: a command line each, or ``#`` and a remark.
        exit_codes: Lines of ``Exit codes:``, for commands with more to say than done or failed.
    """

    described: str
    examples: tuple[str, ...] = ()
    exit_codes: tuple[str, ...] = ()


def read_docstring(text: str | None) -> CommandDoc:
    """Take a docstring apart.

    Left out are ``Returns:`` and ``Raises:``, which are for programmers, and what ``Args:`` says
    of the context, which is no option.
    """
    text = inspect.cleandoc(text or "").replace("``", "") + "\n"
    before, *rest = _HEADER.split(text)
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    options = _ENTRY_OF_CONTEXT.sub("", sections.get("Args", ""))
    described = f"{before}Args:\n{options}" if options.strip() else before
    return CommandDoc(
        described.rstrip(),
        _lines(sections.get("Examples", "")),
        _lines(sections.get("Exit codes", "")),
    )


def _lines(section: str) -> tuple[str, ...]:
    return tuple(inspect.cleandoc(section).splitlines()) if section.strip() else ()
