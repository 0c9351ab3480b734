"""Catalog, SQL, models, queries, transactions, settings and hooks of Ferrule, without a driver."""

from __future__ import annotations
