"""Databases, their pools, and transactions."""

from __future__ import annotations

from ferrule_core.database.connect import connect, transaction
from ferrule_core.database.database import Database
from ferrule_core.database.pool import PoolStatistics
from ferrule_core.database.transaction import Isolation, Transaction, TransactionBlock

__all__ = [
    "Database",
    "Isolation",
    "PoolStatistics",
    "Transaction",
    "TransactionBlock",
    "connect",
    "transaction",
]
