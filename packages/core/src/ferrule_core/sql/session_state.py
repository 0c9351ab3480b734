"""Which SQL text leaves something in its session, or needs what an earlier one left there.

A pooler in transaction mode gives each transaction another session. The text is read as tokens,
not understood: what a function, a ``DO`` block or a rule does inside is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from ferrule_core.deferred import dataclass
from ferrule_core.sql.tokens import Token, read_tokens

SETTING = "a setting of the session"
SETTING_HINT = (
    "inside of a transaction use SET LOCAL or set_config(..., true); "
    "ALTER ROLE ... SET makes it every session's"
)
LOCK = "a lock of the session"
LOCK_HINT = "inside of a transaction use pg_advisory_xact_lock"
TEMPORARY = "a temporary table"
TEMPORARY_HINT = "inside of a transaction create it with ON COMMIT DROP"
PREPARED = "a prepared statement"
CURSOR = "a cursor that outlives its transaction"
LISTENER = "LISTEN"
LISTENER_HINT = "use Database.listen()"
LIBRARY = "a library that is loaded into the session"
SEQUENCE = "the session's last value of a sequence"
SEQUENCE_HINT = "ask for it inside of the transaction that called nextval, or use RETURNING"
LINK = "a named dblink connection"

_FUNCTIONS = {
    "pg_advisory_lock": (LOCK, LOCK_HINT),
    "pg_advisory_lock_shared": (LOCK, LOCK_HINT),
    "pg_advisory_unlock": (LOCK, LOCK_HINT),
    "pg_advisory_unlock_all": (LOCK, LOCK_HINT),
    "pg_advisory_unlock_shared": (LOCK, LOCK_HINT),
    "pg_try_advisory_lock": (LOCK, LOCK_HINT),
    "pg_try_advisory_lock_shared": (LOCK, LOCK_HINT),
    "dblink_connect": (LINK, None),
    "dblink_connect_u": (LINK, None),
}
_OF_SEQUENCES = frozenset({"currval", "lastval"})

_COMMANDS = {
    "deallocate": (PREPARED, None),
    "discard": (SETTING, SETTING_HINT),
    "execute": (PREPARED, None),
    "listen": (LISTENER, LISTENER_HINT),
    "load": (LIBRARY, None),
    "reset": (SETTING, SETTING_HINT),
    "unlisten": (LISTENER, LISTENER_HINT),
}
_CONTROL = frozenset(
    {"abort", "begin", "close", "commit", "declare", "end", "fetch", "lock", "move", "prepare"}
    | {"release", "rollback", "savepoint", "set", "start"}
)
"""Commands that make, end or need a transaction of the caller's."""

_ALONE = frozenset({"call", "checkpoint", "cluster", "do", "reindex", "vacuum"})
"""Commands that may refuse to run inside of a transaction, or may end it."""

_ALONE_OBJECTS = frozenset({"database", "tablespace", "system", "subscription"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionUse:
    """What one statement has to do with its session.

    Attributes:
        keeps: What it needs the session for, if anything; ``None`` for nothing.
        keeps_outside: The same, where no transaction is open.
        hint: What to do instead.
        must_be_true: Numbers of parameters that are to be true, or it keeps a setting.
        begins: Whether it begins a transaction.
        controls: Whether it makes, ends or needs a transaction of the caller's.
        alone: Whether it may refuse to run inside of a transaction that is begun for it.
    """

    keeps: str | None = None
    keeps_outside: str | None = None
    hint: str | None = None
    must_be_true: tuple[int, ...] = ()
    begins: bool = False
    controls: bool = False
    alone: bool = False


@lru_cache(maxsize=2048)
def session_use(text: str) -> SessionUse:
    """Look at the text of one statement."""
    return _use_of([token for token, _ in read_tokens(text)])


def split_script(text: str) -> list[tuple[str, SessionUse]]:
    """The statements of a script, each with its semicolon, and what they do to the session."""
    statements: list[tuple[str, SessionUse]] = []
    tokens: list[Token] = []
    start = 0
    for token, depth in read_tokens(text):
        if token.text != ";" or token.kind != "other" or depth:
            tokens.append(token)
            continue
        if tokens:
            statements.append((text[start : token.end], _use_of(tokens)))
        start, tokens = token.end, []
    if tokens:
        statements.append((text[start:], _use_of(tokens)))
    return statements


def _use_of(tokens: Sequence[Token]) -> SessionUse:
    while tokens and tokens[0].text in ("(", ";"):
        tokens = tokens[1:]
    words = [token.text if token.kind == "word" else "" for token in tokens]
    if words[:1] == ["explain"]:
        return _use_of_explained(tokens)
    kept = _kept_by_command(words, tokens)
    if kept is not None:
        return SessionUse(keeps=kept[0], hint=kept[1])
    return _use_of_functions(tokens, words)


def _use_of_explained(tokens: Sequence[Token]) -> SessionUse:
    rest = list(tokens[1:])
    if rest and rest[0].text == "(":
        closing = next((n for n, token in enumerate(rest) if token.text == ")"), len(rest) - 1)
        rest = rest[closing + 1 :]
    while rest and rest[0].text in ("analyze", "analyse", "verbose"):
        rest = rest[1:]
    return _use_of(rest) if rest else SessionUse()


def _kept_by_command(words: list[str], tokens: Sequence[Token]) -> tuple[str, str | None] | None:
    first, second = [*words, "", ""][:2]
    if first in _COMMANDS:
        return _COMMANDS[first]
    if first == "set" and second not in ("local", "transaction", "constraints"):
        return SETTING, SETTING_HINT
    if first == "prepare" and second != "transaction":
        return PREPARED, None
    if first == "declare" and _holds(words):
        return CURSOR, None
    if _makes_temporary(words, tokens):
        return TEMPORARY, TEMPORARY_HINT
    return None


def _holds(words: list[str]) -> bool:
    head = words[: words.index("for")] if "for" in words else words
    return ("with", "hold") in pairwise(head)


def _makes_temporary(words: list[str], tokens: Sequence[Token]) -> bool:
    if any(words[n : n + 3] == ["on", "commit", "drop"] for n in range(len(words))):
        return False
    if words[:1] == ["create"]:
        head = words[1:5]
        while head and head[0] in ("or", "replace", "local", "global"):
            head = head[1:]
        if head[:1] in (["temp"], ["temporary"]):
            return True
        return any(token.text == "pg_temp" for token in tokens[1:9])
    return any(
        word == "into" and {"temp", "temporary"} & set(words[n + 1 : n + 3])
        for n, word in enumerate(words)
    )


def _use_of_functions(tokens: Sequence[Token], words: list[str]) -> SessionUse:
    begins = words[:1] == ["begin"] or words[:2] == ["start", "transaction"]
    must_be_true: list[int] = []
    last_value = False
    for n, token in enumerate(tokens[:-1]):
        if token.kind not in ("word", "name") or tokens[n + 1].text != "(":
            continue
        if token.text in _FUNCTIONS:
            kept, hint = _FUNCTIONS[token.text]
            return SessionUse(keeps=kept, hint=hint)
        if token.text == "set_config":
            number = _third_argument(tokens[n + 2 :])
            if number is None:
                return SessionUse(keeps=SETTING, hint=SETTING_HINT)
            must_be_true += [number] if number else []
        last_value |= token.text in _OF_SEQUENCES
    return SessionUse(
        keeps_outside=SEQUENCE if last_value else None,
        hint=SEQUENCE_HINT if last_value else None,
        must_be_true=tuple(must_be_true),
        begins=begins,
        controls=words[:1] != [] and words[0] in _CONTROL,
        alone=_runs_alone(words),
    )


def _runs_alone(words: list[str]) -> bool:
    first, second = [*words, "", ""][:2]
    if not words or first in _ALONE or "concurrently" in words[:6]:
        return True
    return first in ("create", "alter", "drop") and second in _ALONE_OBJECTS


def _third_argument(tokens: Sequence[Token]) -> int | None:
    """What ``set_config`` is told: 0 for true, the number of a parameter, or ``None``."""
    depth = 0
    arguments: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == ")" and depth == 0:
            break
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "," and depth == 0:
            arguments.append([])
        else:
            arguments[-1].append(token)
    argument = arguments[-1]
    if len(arguments) < len(("name", "value", "is_local")) or not argument:
        return None
    if argument[0].kind == "parameter":
        return int(argument[0].text[1:])
    return 0 if [token.text for token in argument] == ["true"] else None
