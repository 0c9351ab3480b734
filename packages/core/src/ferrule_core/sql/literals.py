"""Constants as SQL text. Values of the caller never come here: they travel as params."""

from __future__ import annotations

from ferrule_core.errors import ValueRefused


def quote_literal(text: str) -> str:
    r"""Quote text as a string constant, right whatever ``standard_conforming_strings`` says.

    From PostgreSQL's manual, sections 4.1.2.1 and 4.1.2.2: only an escape string gives the
    backslash the same meaning under both settings.

    Raises:
        ValueRefused: The text has a NUL character, which no PostgreSQL text can hold.
    """
    if "\0" in text:
        raise ValueRefused("a string constant must not contain a NUL character")
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def write_constant(value: bool | int | str | None) -> str:
    """Spell a constant: ``NULL``, ``TRUE``, ``-1``, ``'year'``."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    return quote_literal(value)
