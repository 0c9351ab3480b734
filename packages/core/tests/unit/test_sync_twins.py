"""Whatever is awaited, entered or iterated over asynchronously has a twin that takes the same."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_overloads

import pytest

from ferrule_core.database import statements
from ferrule_core.database.database import Database
from ferrule_core.database.sessions import copy_verbs, facilities, listening, locking
from ferrule_core.database.sync import blocks as sync_blocks
from ferrule_core.database.sync import connection as sync_connection
from ferrule_core.database.sync import facade
from ferrule_core.database.sync import sessions as sync_sessions
from ferrule_core.database.sync import statements as sync_statements
from ferrule_core.database.transactions import attempts, block, transacting
from ferrule_core.database.transactions.transaction import Transaction
from ferrule_core.model import (
    bulk_verbs,
    fetching,
    linked,
    managers,
    materialized,
    model,
    single_verbs,
    soft_delete,
    sync_managers,
)
from ferrule_core.model import sync as sync_models
from ferrule_core.plugins.contracts import Connection
from ferrule_core.query import (
    batching,
    explaining,
    grouping,
    merging,
    paginate,
    projections,
    query,
    raw,
    raw_sync,
    returning,
    shaping,
)
from ferrule_core.query import sync as sync_queries

TWINS: dict[type, tuple[type, ...]] = {
    statements.Statements: (sync_statements.SyncStatements,),
    copy_verbs.CopyVerbs: (facade.SyncDatabase,),
    transacting.Transacting: (facade.SyncDatabase,),
    facilities.Facilities: (facade.SyncDatabase,),
    Database: (facade.SyncDatabase,),
    Transaction: (sync_blocks.SyncTransaction,),
    block.TransactionBlock: (sync_blocks.SyncTransactionBlock,),
    attempts.Attempts: (sync_blocks.SyncAttempts,),
    attempts.Attempt: (sync_blocks.SyncAttempt,),
    listening.Notifications: (sync_sessions.SyncNotifications,),
    locking.AdvisoryLock: (sync_sessions.SyncAdvisoryLock,),
    Connection: (sync_connection.SyncConnection,),
    projections.Projecting: (sync_queries.SyncProjecting,),
    query.Query: (sync_queries.SyncQuery,),
    batching.Loader: (batching.SyncLoader,),
    raw.Sql: (raw_sync.SyncSql,),
    merging.Merge: (merging.SyncMerge,),
    explaining.Explaining: (sync_queries.SyncQuery,),
    shaping.Shaping: (sync_queries.SyncQuery,),
    grouping.Grouped: (grouping.SyncGrouped,),
    returning.Returning: (returning.SyncReturning,),
    paginate.Paginator: (paginate.SyncPaginator,),
    fetching.Fetching: (sync_models.SyncViewRow,),
    model.View: (sync_models.SyncViewClass, sync_models.SyncViewRow),
    model.Model: (sync_models.SyncModelClass, sync_models.SyncRow),
    bulk_verbs.BulkVerbs: (sync_models.SyncModelClass,),
    single_verbs.SingleVerbs: (sync_models.SyncModelClass, sync_models.SyncRow),
    linked.Linked: (linked.SyncLinked,),
    soft_delete.SoftDelete: (sync_models.SyncModelClass, soft_delete.SyncSoftRow),
    materialized.MaterializedView: (materialized.SyncMaterializedViewClass,),
    managers.ViewManager: (sync_managers.SyncViewManager,),
    managers.Manager: (sync_managers.SyncManager,),
}

INTERNAL = frozenset(
    {
        "end_with_process",
        "get_ready_to_commit",
        "get_ready_to_roll_back",
        "open_savepoint",
        "pass_obstacle",
        "release_savepoint",
        "run_commit",
        "run_control",
        "run_control_now",
        "run_now",
        "run_owned",
        "stream_now",
        "undo_savepoint",
        "with_role",
    }
)
"""Steps of the machinery, which users have no use for."""

LEADS_FURTHER = frozenset({"group_by"})
"""What gives another query, which has a twin of its own."""

OF_BACKENDS = frozenset({"copy_rows", "copy_in", "copy_out"})
"""What a connection is fed with by coroutines; the twins of ``Database.copy_in`` do so."""

SPECIAL = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "__await__": "open",
}

SAME = {
    "AbstractAsyncContextManager[Connection]": "SyncConnectionBlock",
    "AsyncGenerator[Connection]": "SyncConnectionBlock",
    "Awaitable[object]": "None",  # of callbacks: the twin has awaited them
    "Generator[Any, None, Self]": "Self",
    "AsyncGenerator[bytes] | Coroutine[Any, Any, int]": "Iterator[bytes] | int",
    "_AttemptIterator": "Iterator[SyncAttempt]",
}
"""What the twin gives for what cannot be read off the name."""

ASYNCHRONOUS = {cls.__name__ for cls in TWINS}


def is_asynchronous(function: Any) -> bool:
    returns = str(inspect.signature(function).return_annotation)
    return (
        inspect.iscoroutinefunction(function)
        or inspect.isasyncgenfunction(function)
        or re.search(r"Async|Await|Corout|_AttemptIterator", returns) is not None
        or returns in ASYNCHRONOUS
    )


def methods(cls: type) -> Iterator[tuple[str, Any]]:
    """The asynchronous methods that a class has of its own."""
    for name, member in vars(cls).items():
        function = inspect.unwrap(getattr(member, "__func__", member))
        public = not name.startswith("_") or name in SPECIAL
        if cls is Connection and name in OF_BACKENDS:
            continue
        if not public or name in INTERNAL | LEADS_FURTHER or not inspect.isfunction(function):
            continue
        if name in SPECIAL or is_asynchronous(function):
            yield name, function


def spelt(annotation: object, *, asynchronous: bool) -> str:
    """An annotation, as it is for both twins."""
    text = str(annotation)
    if asynchronous:
        text = SAME.get(text, text)
        text = re.sub(r"^Coroutine\[Any, Any, (.*)\]$", r"\1", text)
        text = re.sub(r"\bAsync(Iterator|Generator)\b", "Iterator", text)
    if text in ASYNCHRONOUS:
        text = f"Sync{text}"
    return re.sub(r"\b(Self|V|M)\b", "M", text)


def shape(function: Any, *, asynchronous: bool) -> tuple[list[tuple[object, ...]], str]:
    signature = inspect.signature(function)
    _, *parameters = signature.parameters.values()
    return (
        [
            (one.name, one.kind, one.default, spelt(one.annotation, asynchronous=asynchronous))
            for one in parameters
        ],
        spelt(signature.return_annotation, asynchronous=asynchronous),
    )


CASES = [
    pytest.param(cls, name, function, id=f"{cls.__name__}.{name}")
    for cls in TWINS
    for name, function in methods(cls)
]


def test_the_table_of_twins_finds_methods():
    assert {case.id for case in CASES} >= {
        "Statements.fetch",
        "Statements.stream",
        "Transacting.transaction",
        "Database.connection",
        "Query.__aiter__",
        "Model.save",
        "Manager.load_by_id",
    }


@pytest.mark.parametrize(("cls", "name", "function"), CASES)
def test_each_asynchronous_method_has_a_twin_that_takes_and_gives_the_same(
    cls: type, name: str, function: Any
):
    twins = [
        found
        for twin in TWINS[cls]
        if (found := inspect.getattr_static(twin, SPECIAL.get(name, name), None)) is not None
    ]
    assert len(twins) == 1, f"{cls.__name__}.{name} has no twin: write one"

    twin = twins[0]

    assert not is_asynchronous(twin)
    if name == "__aexit__":  # the kind of error is said by typeshed in several ways
        return
    assert shape(twin, asynchronous=False) == shape(function, asynchronous=True)
    assert [shape(one, asynchronous=False) for one in get_overloads(twin)] == [
        shape(one, asynchronous=True) for one in get_overloads(function)
    ]


def test_everything_that_has_a_twin_leads_to_it():
    without = [cls for cls in TWINS if not hasattr(cls, "sync")]

    # The connection is a protocol of backends; the others are parts of Database and Query.
    assert without == [
        statements.Statements,
        copy_verbs.CopyVerbs,
        transacting.Transacting,
        facilities.Facilities,
        Connection,
        projections.Projecting,
        explaining.Explaining,
        shaping.Shaping,
        fetching.Fetching,
        bulk_verbs.BulkVerbs,
        single_verbs.SingleVerbs,
    ]
