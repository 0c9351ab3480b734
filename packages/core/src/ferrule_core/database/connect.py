"""The functions that people call: ``connect`` and ``transaction``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import random
from typing import TYPE_CHECKING, TypedDict, Unpack

from ferrule_core.database.database import Database
from ferrule_core.database.registry import DEFAULT_NAME, database_named, route_named
from ferrule_core.database.target import find_target
from ferrule_core.database.transactions.attempts import Attempts
from ferrule_core.database.transactions.beginning import TransactionKeywords
from ferrule_core.database.transactions.block import TransactionBlock
from ferrule_core.database.transactions.callbacks import Callback
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.query.port import install_resolver
from ferrule_core.settings.log_options import LogOptions
from ferrule_core.settings.profiles import Pooler, Profile

if TYPE_CHECKING:
    from ferrule_core.settings.load import Settings


class PoolKeywords(TypedDict, total=False):
    """Options of ``connect`` that take the place of the profile's; see ``PoolOptions``."""

    min_size: int
    max_size: int
    acquire_within: timedelta
    connect_within: timedelta
    statement_within: timedelta | None
    lock_within: timedelta | None
    idle_in_transaction_within: timedelta | None
    close_within: timedelta
    recycle_after: timedelta | None
    idle_within: timedelta | None
    check_after: timedelta | None
    statement_cache: bool
    pooler: Pooler


def connect(
    target: str | DatabaseUrl | Profile | None = None,
    *,
    plugins: Plugins | None = None,
    settings: Settings | None = None,
    name: str = DEFAULT_NAME,
    log: LogOptions | None = None,
    **pool: Unpack[PoolKeywords],
) -> Database:
    """Make a database that ``async with`` (or ``await``) opens.

    While it is open, queries find it: those of models without a database of their own use the one
    that is named ``default``.

    Args:
        target: A URL, the name of a profile, or nothing for the profile in use.
        plugins: Which plugins to use; all that are installed by default.
        settings: Where profiles are looked up; the nearest ``ferrule.toml`` by default.
        name: Name of the database for models and ``transaction``.
        log: What is logged and counted; the profile says so by default.
        **pool: Options of the pool that take the place of the profile's.

    Raises:
        ConfigurationError: The URL, the profile or an option is wrong.
        MissingPackage: A package that the target needs is not installed.
    """
    found = find_target(target, plugins, settings)
    if log is not None:
        found = replace(found, profile=replace(found.profile, log=log))
    options = replace(found.profile.pool, **pool)
    if not found.profile.replicas:
        return Database(found, options, name=name)
    from ferrule_core.database.routing.replicated import ReplicatedDatabase  # few have replicas

    return ReplicatedDatabase(found, options, name=name)


def transaction(
    database: str | None = None, **options: Unpack[TransactionKeywords]
) -> TransactionBlock:
    """A transaction of the database of that name; see ``Database.transaction``.

    Args:
        database: Name of the database; the default one where left out. ``"replica"`` is a
            transaction that reads, on a replica.
        **options: See ``TransactionKeywords``.

    Raises:
        ConfigurationError: No such database is open, or the options cannot be had together.
    """
    return route_named(database).transaction(**options)


def attempts(
    most: int,
    database: str | None = None,
    *,
    jitter: Callable[[], float] = random,
    **options: Unpack[TransactionKeywords],
) -> Attempts:
    """Attempts to run a transaction; see ``Database.attempts``.

    Raises:
        ConfigurationError: No such database is open, or the options cannot be had together.
    """
    return route_named(database).attempts(most, jitter=jitter, **options)


def on_commit(callback: Callback, database: str | None = None) -> Awaitable[object]:
    """Call it once the transaction of this task has committed; see ``Database.on_commit``.

    Raises:
        ConfigurationError: No such database is open.
    """
    return database_named(database).on_commit(callback)


def on_rollback(callback: Callback, database: str | None = None) -> Awaitable[object]:
    """Call it where the transaction of this task was rolled back; see ``Database.on_rollback``.

    Raises:
        ConfigurationError: No such database is open.
    """
    return database_named(database).on_rollback(callback)


install_resolver(route_named)
