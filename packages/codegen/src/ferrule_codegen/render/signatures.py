"""Signatures that only type checkers see, in the formatter's layout. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_codegen.render.source import STEP, Group, fits, union_members

OVERRIDES = "  # type: ignore[override]"
"""Keywords are narrower than those of the method of core, on purpose; mypy and pyright read it."""


def signature(
    name: str,
    parameters: Sequence[str],
    returns: str,
    *,
    indent: int,
    awaited: bool = False,
    overrides: bool = True,
) -> str:
    """A method without a body; blanks stand only before its second and later lines."""
    start = f"{'async ' if awaited else ''}def {name}("
    end = f") -> {returns}: ..."
    ignore = OVERRIDES if overrides else ""
    line = Group(start, tuple(parameters), end).in_line()
    if fits(line, indent):
        return line + ignore
    pad = " " * indent
    inner = "".join(_parameter(parameter, indent + STEP) for parameter in parameters)
    return f"{start}{ignore}\n{inner}{pad}{end}"


def _parameter(parameter: str, indent: int) -> str:
    pad = " " * indent
    if fits(f"{parameter},", indent):
        return f"{pad}{parameter},\n"
    members = union_members(parameter)
    return f"{pad}{f'{chr(10)}{pad}| '.join(members)},\n"


def class_method(
    name: str, parameters: Sequence[str], returns: str, *, indent: int, awaited: bool = False
) -> str:
    """The same, of the class."""
    said = signature(name, ["cls", *parameters], returns, indent=indent, awaited=awaited)
    return f"@classmethod\n{' ' * indent}{said}"
