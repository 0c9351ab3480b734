"""SQL text without the values that stand in it."""

from __future__ import annotations

import re

from ferrule_core.lazy import pattern

PLACEHOLDER = "?"

_TOKEN = pattern(
    r"""
      (?P<keep> "(?:[^"]|"")*"?                        # a quoted name
              | \$\d+                                  # a parameter
              | (?:[^\W\d]|_)[\w$]*(?!['\w$&])         # a name or key word
      )
    | (?P<literal>
          (?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'?          # an escape string
        | (?:(?<![\w$])(?:[bBnNxX]|[uU]&))?'(?:[^']|'')*'?
        | \$(?P<tag>(?:[^\W\d]|_)\w*)?\$.*?(?:\$(?(tag)(?P=tag))\$|\Z)
        | (?<![\w$])0[bBoOxX]\w+                       # since PostgreSQL 16
        | (?<![\w$])(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?
      )
    | (?P<comment> --[^\n]* | /\*)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = pattern(r"/\*|\*/")


def redacted(text: str, *, longest: int = 10_000) -> str:
    """SQL with ``?`` for each string and number, and without comments.

    What is not closed is taken to reach to the end: rather too much is hidden than too little.
    Strings are read as ``standard_conforming_strings = on`` says, which is PostgreSQL's default.

    Args:
        text: One statement, or several.
        longest: Characters that are read; what follows is left out, and ``...`` stands for it.
    """
    source = text if len(text) <= longest else text[:longest]
    parts: list[str] = []
    position = 0
    while found := _TOKEN.search(source, position):
        parts.append(source[position : found.start()])
        position = found.end()
        if found["keep"] is not None:
            parts.append(found[0])
        elif found["literal"] is not None:
            parts.append(PLACEHOLDER)
        elif found[0] == "/*":
            position = _end_of_comment(source, position)
            parts.append(" ")
    parts.append(source[position:])
    if source is not text:
        parts.append("...")
    return "".join(parts).strip()


def _end_of_comment(text: str, position: int) -> int:
    """Where a comment ends that began before; comments nest."""
    depth = 1
    while depth and (edge := _COMMENT_EDGE.search(text, position)):
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return len(text) if depth else position
