"""Databases, their pools, and transactions."""

from __future__ import annotations

from ferrule_core.database.connect import connect, transaction
from ferrule_core.database.database import Database
from ferrule_core.database.inbox import Gap
from ferrule_core.database.listening import Notifications
from ferrule_core.database.pool import PoolStatistics
from ferrule_core.database.transaction import Isolation, Transaction, TransactionBlock
from ferrule_core.plugins.contracts import Notification

__all__ = [
    "Database",
    "Gap",
    "Isolation",
    "Notification",
    "Notifications",
    "PoolStatistics",
    "Transaction",
    "TransactionBlock",
    "connect",
    "transaction",
]
