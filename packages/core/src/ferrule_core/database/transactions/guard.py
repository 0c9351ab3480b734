"""Keeps statements that begin or end transactions out of SQL text that the caller wrote."""

from __future__ import annotations

import re

from ferrule_core.errors import QueryError
from ferrule_core.lazy import pattern

_BEGINS_OR_ENDS = pattern(
    r"""
    (?: \s++ | --[^\n]*+\n | /\*(?>.*?\*/) )*+
    ( begin | start | end | abort | savepoint | release
    | (?: commit | rollback ) (?! \s+ prepared \b )
    | prepare \s+ transaction
    ) \b
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def refuse_transaction_control(text: str) -> None:
    """Refuse ``BEGIN``, ``COMMIT``, ``SAVEPOINT`` and their like before they are sent.

    Behind the back of the pool and of the blocks they would leave a transaction that nobody ends,
    or end one that somebody counts on. What hides in a function is noticed afterwards.

    Raises:
        QueryError: The text is such a statement.
    """
    found = _BEGINS_OR_ENDS.match(text)
    if found is not None:
        words = " ".join(found.group(1).upper().split())
        raise QueryError(
            f"{words} was not sent: transactions are begun and ended by blocks alone",
            hint="use `async with transaction():`, and one more inside of it for a savepoint",
        )
