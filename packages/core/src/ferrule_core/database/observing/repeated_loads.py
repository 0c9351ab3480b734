"""A log of the lines of a program that read rows one by one."""

from __future__ import annotations

import logging

from ferrule_core.plugins.contracts import Operation
from ferrule_core.query.repetition import HINT, Repetitions
from ferrule_core.query.strictness import remember_callers
from ferrule_core.sql.compiled import CompiledQuery

logger = logging.getLogger("ferrule.loading")

LOOP_SECONDS = 1.0
"""Statements of one task that are further apart are not of one loop: a worker's, perhaps."""


class RepeatedLoadsLogger:
    """Warns of lines that read rows one by one, once for each loop of a task.

    Args:
        database: Name of the database.
        most: How many rows a task may read from one line.
    """

    def __init__(self, database: str, most: int) -> None:
        self._database = database
        self._repetitions = Repetitions(most, forget_after=LOOP_SECONDS)
        remember_callers()

    def begin(self, operation: Operation) -> None:
        """See ``Observer``."""
        if not isinstance(operation.query, CompiledQuery):
            return
        found = self._repetitions.note(operation.query)
        if found is not None:
            logger.warning('%s (database "%s"); %s', found, self._database, HINT)
