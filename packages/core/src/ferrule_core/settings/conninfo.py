"""Connection strings of the form ``host=db.example dbname=shop``.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
"""

from __future__ import annotations

import re

from ferrule_core.errors import ConfigurationError, nearest
from ferrule_core.lazy import pattern
from ferrule_core.settings.parameters import PARAMETERS, SPACE, store

_NAME = pattern(rf"([^={SPACE}]*)[{SPACE}]*=[{SPACE}]*")
_BARE = pattern(rf"(?:[^\\{SPACE}]|\\.)*", re.DOTALL)
_QUOTED = pattern(r"(?:[^\\']|\\.)*", re.DOTALL)
_ESCAPED = pattern(r"\\(.?)", re.DOTALL)


def conninfo_parameters(text: str) -> dict[str, str]:
    """Take a connection string apart.

    Raises:
        ConfigurationError: It is none, or names an unknown parameter. No value is quoted.
    """
    parameters: dict[str, str] = {}
    place = _past_space(text, 0)
    while place < len(text):
        name = _NAME.match(text, place)
        if name is None:
            raise ConfigurationError(
                "a word in the connection string is not of the form name=value",
                hint=r"put a value with spaces in quotes, and write \' and \\ for the two "
                "characters that need it: password='a b'",
            )
        value, place = _value(text, name.end())
        store(parameters, _known(name[1]), value)
        place = _past_space(text, place)
    return parameters


def _value(text: str, place: int) -> tuple[str, int]:
    """The value that begins there, and where it ends."""
    if not text.startswith("'", place):
        bare = _match(_BARE, text, place)
        end = place + len(bare)
        if text.startswith("\\", end):  # the last character: it escapes nothing
            end += 1
        return _ESCAPED.sub(r"\1", bare), end
    quoted = _match(_QUOTED, text, place + 1)
    end = place + 1 + len(quoted)
    if not text.startswith("'", end):
        raise ConfigurationError(
            "a quoted value in the connection string has no end",
            hint=r"write \' for a quote in it",
        )
    return _ESCAPED.sub(r"\1", quoted), end + 1


def _match(pattern: re.Pattern[str], text: str, place: int) -> str:
    found = pattern.match(text, place)
    return "" if found is None else found[0]


def _past_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in SPACE:
        place += 1
    return place


def _known(name: str) -> str:
    if name not in PARAMETERS:
        # It is not quoted: where quotes are forgotten, it is a part of a password.
        raise ConfigurationError(
            "the connection string has a parameter that libpq does not know",
            hint=nearest(name, PARAMETERS),
        )
    return name
