"""Values in the text of a statement, for the few commands of PostgreSQL that take no parameters.

The server itself says of which types the parameters are and writes the values as constants, as it
would for ``format('%L')``; they are put only where the text has a parameter, and not a string, a
quoted name or a comment that looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast
from uuid import uuid4

from ferrule_core.errors import QueryError
from ferrule_core.lazy import pattern
from ferrule_core.plugins.contracts import Connection

_TOKEN = pattern(
    r"""
      [eE]'(?:[^'\\]|\\.|'')*'        # a string with escapes
    | '(?:[^']|'')*'                  # a string
    | "(?:[^"]|"")*"                  # a quoted name
    | --[^\n]*                        # a comment to the end of the line
    | (?P<comment>/\*)                # one that may hold others, which no expression can follow
    | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$  # a string between dollars
    | [^\W\d][\w$]*                   # a name or a word, in which a dollar means nothing
    | \$(?P<number>\d+)               # a parameter
    """,
    re.VERBOSE | re.DOTALL,
)


async def inlined(connection: Connection, text: str, parameters: Sequence[object]) -> str:
    """The statement with its values as constants. Needs a transaction where there are any.

    Raises:
        QueryError: The text has comments between ``/*`` and ``*/``.
        StatementError: The server does not understand the statement.
    """
    if not parameters:
        return text
    types = await _types(connection, text)
    casts = [f"${number}::{kind}" for number, kind in enumerate(types, start=1)]
    quoted = ", ".join(f"quote_nullable(({cast_})::text)" for cast_ in casts)
    row = await connection.fetch_first(f"SELECT {quoted}", parameters)
    constants = [f"({constant}::{kind})" for constant, kind in zip(row or (), types, strict=True)]

    def put(found: re.Match[str]) -> str:
        if found["comment"]:
            raise QueryError("a statement with values and comments of the form /* */ is not copied")
        return found[0] if found["number"] is None else constants[int(found["number"]) - 1]

    return _TOKEN.sub(put, text)


async def _types(connection: Connection, text: str) -> list[str]:
    """The types of the parameters, as the server finds them."""
    name = f"ferrule_{uuid4().hex}"
    await connection.execute(f"PREPARE {name} AS {text}")
    try:
        row = await connection.fetch_first(
            "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = $1", (name,)
        )
    finally:
        if not connection.closed and connection.in_transaction:
            await connection.execute(f"DEALLOCATE {name}")
    return [] if row is None else cast("list[str]", row[0])
