"""Databases, their pools, and transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.database.connect import attempts, connect, on_commit, on_rollback, transaction
from ferrule_core.database.database import Database
from ferrule_core.database.pooling.pool import PoolStatistics
from ferrule_core.database.routing.using import using
from ferrule_core.database.running import run
from ferrule_core.database.sessions.inbox import Gap
from ferrule_core.database.sessions.listening import Notifications
from ferrule_core.database.transactions.attempts import Attempt, Attempts
from ferrule_core.database.transactions.beginning import Isolation
from ferrule_core.database.transactions.block import TransactionBlock
from ferrule_core.database.transactions.transaction import Transaction
from ferrule_core.lazy import lazy_exports
from ferrule_core.plugins.contracts import Notification
from ferrule_core.settings.log_options import LogOptions

if TYPE_CHECKING:
    from ferrule_core.database.observing.counters import Counters
    from ferrule_core.database.observing.health import Health, Standby
    from ferrule_core.database.observing.plans import Plan
    from ferrule_core.database.observing.query_log import QueryLog
    from ferrule_core.database.observing.query_records import QueryRecord
    from ferrule_core.database.routines.stored import (
        RoutineCall,
        RoutineParameter,
        RoutineSignature,
        StoredRoutine,
    )

__all__ = [
    "Attempt",
    "Attempts",
    "Counters",
    "Database",
    "Gap",
    "Health",
    "Isolation",
    "LogOptions",
    "Notification",
    "Notifications",
    "Plan",
    "PoolStatistics",
    "QueryLog",
    "QueryRecord",
    "RoutineCall",
    "RoutineParameter",
    "RoutineSignature",
    "Standby",
    "StoredRoutine",
    "Transaction",
    "TransactionBlock",
    "attempts",
    "connect",
    "on_commit",
    "on_rollback",
    "run",
    "transaction",
    "using",
]

if not TYPE_CHECKING:  # checkers would take any name for right
    __getattr__ = lazy_exports(
        __name__,
        {
            "Counters": "observing.counters",
            "Health": "observing.health",
            "Plan": "observing.plans",
            "QueryLog": "observing.query_log",
            "QueryRecord": "observing.query_records",
            "RoutineCall": "routines.stored",
            "RoutineParameter": "routines.stored",
            "RoutineSignature": "routines.stored",
            "Standby": "observing.health",
            "StoredRoutine": "routines.stored",
        },
    )
