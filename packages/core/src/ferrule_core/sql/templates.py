"""SQL text that a caller wrote, taken apart at the places where values go.

A place is ``{}`` or ``:name``. What stands in quotes or in a comment is never one.
"""

from __future__ import annotations

from functools import lru_cache

from ferrule_core.errors import QueryError
from ferrule_core.lazy import pattern
from ferrule_core.sql.tokens import Token, read_tokens
from ferrule_core.sql.values import Value, value

_BRACKETS = {")": "(", "]": "["}
_CLAUSES = frozenset(
    {"cross", "except", "fetch", "for", "from", "full", "group", "having", "inner", "intersect"}
    | {"join", "left", "limit", "natural", "offset", "on", "order", "returning", "right", "set"}
    | {"union", "using", "values", "where", "window"}
)
"""What a fragment begins with that is a clause and no expression."""

_ATTACHED = pattern(r"""[\w$'"]""")
_BEFORE_SLICE = pattern(r"""[\w$'")\]]""")


@value
class Template(Value):
    """Text with places between its pieces.

    Attributes:
        pieces: One more than there are places.
        places: The name of each place; ``None`` for ``{}``.
        names: The names, each once.
        positional: How many places are ``{}``.
        bare: Whether it is a list, a clause or nothing, which parentheses would change.
    """

    pieces: tuple[str, ...]
    places: tuple[str | None, ...]
    names: frozenset[str]
    positional: int
    bare: bool


@lru_cache(maxsize=2048)
def read_template(text: str) -> Template:
    """Find the places of a text.

    Raises:
        QueryError: It is not one statement or a part of one: a quote, comment or bracket is left
            open. Or a place is not one: ``$1``, ``{name}``, or touching a word.
    """
    if "\0" in text:
        raise QueryError("SQL text cannot hold a NUL character")
    text = _closed(text)
    tokens = [token for token, _ in read_tokens(text)]
    if tokens and _is(tokens[-1], ";"):
        text = text[: tokens.pop().start]
    pieces: list[str] = []
    places: list[str | None] = []
    start = 0
    for found, end, name in _places(text, tokens):
        pieces.append(text[start:found])
        places.append(name)
        start = end
    pieces.append(text[start:])
    named = frozenset(name for name in places if name is not None)
    return Template(tuple(pieces), tuple(places), named, places.count(None), _bare(tokens))


def _closed(text: str) -> str:
    """The text, with the comment that it ends in ended."""
    if _end_of_last(text + "\n;") != len(text) + 2:
        raise QueryError("a quote or a comment is left open in SQL text")
    return text if _end_of_last(text + ";") == len(text) + 1 else text + "\n"


def _end_of_last(text: str) -> int | None:
    """Where the semicolon is that a text ends in; ``None`` where something swallows it."""
    tokens = [token for token, _ in read_tokens(text)]
    return tokens[-1].end if tokens and _is(tokens[-1], ";") else None


def _is(token: Token, sign: str) -> bool:
    return token.kind == "other" and token.text == sign


def _places(text: str, tokens: list[Token]) -> list[tuple[int, int, str | None]]:
    found: list[tuple[int, int, str | None]] = []
    opened: list[str] = []
    passed = 0
    for number, token in enumerate(tokens):
        if token.kind == "parameter":
            raise QueryError(
                f'"{token.text}" cannot be numbered in SQL text that numbers its own values',
                hint="write {} or :name in its place",
            )
        if token.kind != "other" or number < passed:
            continue
        following = tokens[number + 1] if number + 1 < len(tokens) else None
        if token.text in "{}":
            _refuse_odd_brace(text, token, following)
            found.append((token.start, token.end + 1, None))
            passed = number + 2
        elif token.text == ":" and following is not None and following.start == token.end:
            passed = number + (2 if _is(following, ":") else 1)
            if following.kind == "word" and not _BEFORE_SLICE.match(
                text[token.start - 1 : token.start]
            ):
                found.append((token.start, following.end, text[following.start : following.end]))
        elif token.text == ";":
            raise QueryError("SQL text has more than one statement", hint="send them one by one")
        else:
            _follow_brackets(opened, token.text)
    if opened:
        raise QueryError(f'a bracket "{opened[-1]}" is left open in SQL text')
    return found


def _refuse_odd_brace(text: str, token: Token, following: Token | None) -> None:
    empty = token.text == "{" and following is not None and _is(following, "}")
    if not empty or following is None or following.start != token.end:
        raise QueryError(
            "a brace in SQL text is no place for a value",
            hint="write {} for the next value, or :name for a value with a name",
        )
    around = (text[token.start - 1 : token.start], text[following.end : following.end + 1])
    if any(map(_ATTACHED.match, around)):
        raise QueryError(
            "a place for a value touches a word in SQL text",
            hint="for a name write {} alone, and give ident(...)",
        )


def _follow_brackets(opened: list[str], sign: str) -> None:
    if sign in ("(", "["):
        opened.append(sign)
    elif sign in _BRACKETS and (not opened or opened.pop() != _BRACKETS[sign]):
        raise QueryError(f'a bracket "{sign}" closes nothing in SQL text')


def _bare(tokens: list[Token]) -> bool:
    if not tokens or (tokens[0].kind == "word" and tokens[0].text in _CLAUSES):
        return True
    depth = 0
    for token in tokens:
        if token.kind != "other":
            continue
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == "," and depth == 0:
            return True
    return False
