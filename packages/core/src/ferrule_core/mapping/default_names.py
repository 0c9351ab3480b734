"""The names that the server gives to constraints and indexes of which nobody says it.

The rules are those of ``ChooseRelationName``, ``ChooseIndexColumnNames`` and
``ChooseConstraintName`` in PostgreSQL's ``indexcmds.c`` and ``pg_constraint.c``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import count

from ferrule_core.catalog.names import MAX_NAME_BYTES, QualifiedName, default_name

_TOKENS = re.compile(
    r"""
      [eE]?'(?:[^'\\]|''|\\.)*' | \$(?P<tag>\w*)\$ .*? \$(?P=tag)\$
    | :: \s* (?:"(?:[^"]|"")+"|[\w.$]+)
    | (?P<quoted> "(?:[^"]|"")+" )
    | (?P<plain> [^\W\d][\w$]* ) (?P<call> \s* \( )?
    """,
    re.VERBOSE | re.DOTALL,
)
_FUNCTION = re.compile(r"(?:[^\W\d][\w$]*\.)?(?P<name>[^\W\d][\w$]*)\s*\(")


class NamesInUse:
    """The names of one catalog, so that each that is found is free."""

    def __init__(self) -> None:
        """Start with none."""
        self._relations: set[QualifiedName] = set()
        self._constraints: set[tuple[QualifiedName, str]] = set()

    def take_relation(self, name: QualifiedName) -> None:
        """Let nothing else in the schema have the name."""
        self._relations.add(name)

    def take_constraint(self, table: QualifiedName, name: str) -> None:
        """Let nothing else of the table have the name."""
        self._constraints.add((table, name))

    def of_index(self, table: QualifiedName, columns: Iterable[str], label: str) -> str:
        """A name for an index, or for a constraint that has one: free in the schema."""
        joined = "_".join(columns) or None
        for pass_ in count():
            name = default_name(table.name, joined, _numbered(label, pass_))
            whole = QualifiedName(table.schema, name)
            if whole not in self._relations and (table, name) not in self._constraints:
                self.take_relation(whole)
                self.take_constraint(table, name)
                return name
        raise AssertionError("there is always a further number")

    def of_constraint(self, table: QualifiedName, columns: Iterable[str], label: str) -> str:
        """A name for another constraint: free in the table."""
        joined = "_".join(columns) or None
        for pass_ in count():
            name = default_name(table.name, joined, _numbered(label, pass_))
            if (table, name) not in self._constraints:
                self.take_constraint(table, name)
                return name
        raise AssertionError("there is always a further number")


def _numbered(label: str, pass_: int) -> str:
    return f"{label}{pass_}" if pass_ else label


def default_index_columns(
    columns: Sequence[tuple[str | None, str | None]], include: Sequence[str]
) -> tuple[str, ...]:
    """What the columns of an index add to its name.

    Args:
        columns: Of each key its column, or its expression.
        include: The columns that it carries.
    """
    found: list[str] = []
    wanted = [column or _name_of(expression or "") for column, expression in columns]
    for name in [*wanted, *include]:
        found.append(_told_apart(name, found))
    return tuple(found)


def _told_apart(name: str, found: Collection[str]) -> str:
    if name not in found:
        return name
    for number in count(1):
        ending = str(number)
        cut = name.encode()[: MAX_NAME_BYTES - len(ending)].decode(errors="ignore")
        if cut + ending not in found:
            return cut + ending
    raise AssertionError("there is always a further number")


def _name_of(expression: str) -> str:
    """The function that an expression is a call of; ``expr`` of others."""
    text = expression.strip()
    while text.startswith("(") and _closing(text, 0) == len(text) - 1:
        text = text[1:-1].strip()
    call = _FUNCTION.match(text)
    if call is not None and _closing(text, call.end() - 1) == len(text) - 1:
        return call["name"].lower()
    return "expr"


def _closing(text: str, opening: int) -> int:
    """Where the bracket closes that opens there; -1 where it does not."""
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return -1


def columns_named_in(sql: str, columns: Collection[str]) -> tuple[str, ...]:
    """The columns of a table that a condition is about, each once; found by their names."""
    found: dict[str, None] = {}
    for token in _TOKENS.finditer(sql):
        if token["quoted"] is not None:
            name = token["quoted"][1:-1].replace('""', '"')
        elif token["plain"] is not None and token["call"] is None:
            name = token["plain"].lower()
        else:
            continue
        if name in columns:
            found[name] = None
    return tuple(found)
