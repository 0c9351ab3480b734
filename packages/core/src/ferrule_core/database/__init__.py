"""Databases, their pools, and transactions."""

from __future__ import annotations

from ferrule_core.database.beginning import Isolation
from ferrule_core.database.block import TransactionBlock
from ferrule_core.database.connect import attempts, connect, on_commit, on_rollback, transaction
from ferrule_core.database.database import Database
from ferrule_core.database.inbox import Gap
from ferrule_core.database.listening import Notifications
from ferrule_core.database.pool import PoolStatistics
from ferrule_core.database.retry import Attempt, Attempts
from ferrule_core.database.transaction import Transaction
from ferrule_core.plugins.contracts import Notification

__all__ = [
    "Attempt",
    "Attempts",
    "Database",
    "Gap",
    "Isolation",
    "Notification",
    "Notifications",
    "PoolStatistics",
    "Transaction",
    "TransactionBlock",
    "attempts",
    "connect",
    "on_commit",
    "on_rollback",
    "transaction",
]
