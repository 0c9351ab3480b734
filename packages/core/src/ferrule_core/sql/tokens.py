"""SQL text as tokens: strings, names, words and signs, without comments and blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ferrule_core.lazy import pattern

_TOKEN = pattern(
    r"""
      (?P<space> \s+ | --[^\n]* )
    | (?P<string> [eE]'(?:[^'\\]|\\.|'')*(?:'|\Z) | (?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|\Z) )
    | (?P<dollar> \$(?P<tag>(?:[^\W\d]\w*)?)\$ .*? (?: \$(?P=tag)\$ | \Z ) )
    | (?P<name> (?:[uU]&)?"(?:[^"]|"")*(?:"|\Z) )
    | (?P<parameter> \$\d+ )
    | (?P<word> [^\W\d][\w$]* )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT = pattern(r"/\*|\*/")


class Token(NamedTuple):
    """A piece of SQL text: its kind, what it says, where it begins and ends.

    Words are in lower case; names are without their quotes.
    """

    kind: str
    text: str
    end: int
    start: int


def read_tokens(text: str) -> Iterator[tuple[Token, int]]:
    """The tokens, and how many brackets are open around each."""
    position, depth = 0, 0
    while position < len(text):
        if text.startswith("/*", position):
            position = _after_comment(text, position)
            continue
        found = _TOKEN.match(text, position)
        if found is None:  # cannot be: the last alternative takes anything
            return
        position = found.end()
        kind = found.lastgroup if found.lastgroup != "tag" else "dollar"
        if kind in (None, "space"):
            continue
        said = found.group(kind)
        if kind == "word":
            said = said.lower()
        elif kind == "name":
            said = said[said.index('"') + 1 :].removesuffix('"').replace('""', '"')
        elif said == "(":
            depth += 1
        elif said == ")":
            depth -= 1
        yield Token(kind, said, position, found.start()), max(depth, 0)


def _after_comment(text: str, start: int) -> int:
    """Where a comment ends; they may be nested."""
    depth = 0
    for found in _COMMENT.finditer(text, start):
        depth += 1 if found.group() == "/*" else -1
        if depth == 0:
            return found.end()
    return len(text)
