"""Objects that are kept verbatim."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.verbatim import Verbatim
from ferrule_core.ddl.clauses import comment_on

_LATE = frozenset({"event trigger", "publication"})
"""Made last: the first would see what is made after them, the others need tables."""

_EARLY = (
    "language",
    "access method",
    "foreign data wrapper",
    "server",
    "user mapping",
    "conversion",
    "text search parser",
    "text search template",
    "text search dictionary",
    "text search configuration",
    "cast",
    "transform",
    "operator",
    "operator family",
    "operator class",
    "base type",
)
"""The order among those that others may need without a word of it: a cast, a default operator
class, the language of a function."""

_SQL_KINDS = {"base type": "TYPE", "shell type": "TYPE"}


def early(verbatims: tuple[Verbatim, ...]) -> list[Verbatim]:
    """Those that come before tables and their like, in order."""
    place = {kind: number for number, kind in enumerate(_EARLY)}
    return sorted((one for one in verbatims if one.kind in place), key=lambda one: place[one.kind])


def create_shell(one: Verbatim) -> Iterator[str]:
    """The statement that says that a type will be there, for the functions that it is made of."""
    if one.kind in _SQL_KINDS:
        yield one.statements[0]
    if one.kind == "shell type":
        yield from _comment(one)


def create_verbatim(one: Verbatim) -> Iterator[str]:
    """The statements that make an object; of a base type, the shell is there."""
    yield from one.statements[1:] if one.kind == "base type" else one.statements
    yield from _comment(one)


def _comment(one: Verbatim) -> Iterator[str]:
    """The comment, where there is one."""
    return comment_on(sql_kind(one), one.name, one.comment)


def sql_kind(one: Verbatim) -> str:
    """What SQL calls its kind."""
    return _SQL_KINDS.get(one.kind, one.kind.upper())


def create_late(one: Verbatim) -> Iterator[str]:
    """The statements that make what comes last."""
    if one.kind in _LATE:
        yield from create_verbatim(one)
