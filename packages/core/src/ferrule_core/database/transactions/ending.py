"""The end of the outermost block: COMMIT, ROLLBACK, and what is known afterwards."""

from __future__ import annotations

import asyncio

from ferrule_core.database.transactions.beginning import PLAIN, TransactionOptions
from ferrule_core.database.transactions.deadline import Deadline
from ferrule_core.database.transactions.outcome import Witness, resolve, summon_witness
from ferrule_core.database.transactions.transaction import CLEAN_UP_SECONDS, Transaction
from ferrule_core.errors import (
    CommitUnknown,
    ConnectionLost,
    DatabaseError,
    FerruleError,
    LinkError,
    TransactionAborted,
)


async def commit(
    transaction: Transaction, options: TransactionOptions, deadline: Deadline | None
) -> None:
    """Commit, and give the connection back; roll back where that cannot be done.

    Raises:
        TransactionAborted: A statement failed and its error was swallowed.
        ConnectionLost: The connection broke before; nothing is committed.
        CommitUnknown: It broke, or the time was over, while COMMIT was under way.
        DatabaseError: The server refused to commit.
    """
    slot = transaction.slot
    witness: Witness | None = None
    if options is not PLAIN or transaction.obstacle is not None or slot.connection.closed:
        try:
            witness = await _get_ready(transaction, options)
        except BaseException as error:
            await roll_back(transaction, error)
            raise
    try:
        tag = await transaction.run_control_now("COMMIT")
    except BaseException as error:
        await fail_to_commit(
            transaction, error, options=options, deadline=deadline, witness=witness
        )
        if transaction.outcome_unknown:
            raise
        return
    finish(transaction, tag)


def finish(transaction: Transaction, tag: str) -> None:
    """Give the connection back after COMMIT was answered with that command tag.

    Raises:
        TransactionAborted: The server rolled back instead.
    """
    transaction.leave()
    if tag == "COMMIT":
        transaction.pool.release(transaction.slot, ended=True)
        return
    transaction.pool.release(transaction.slot)
    if tag == "ROLLBACK":
        raise aborted() from transaction.first_error


async def fail_to_commit(
    transaction: Transaction,
    error: BaseException,
    *,
    options: TransactionOptions = PLAIN,
    deadline: Deadline | None = None,
    witness: Witness | None = None,
) -> None:
    """Find out what an error during COMMIT means, and raise it; return where all is committed."""
    await roll_back(transaction, error)
    if _server_refused(error):
        raise error
    if not isinstance(error, FerruleError) and (deadline is None or not deadline.expired):
        transaction.outcome_unknown = True
        error.add_note("COMMIT was under way: the transaction is committed or not")
        raise error
    await _find_out(transaction, options, witness, error)


async def roll_back(transaction: Transaction, error: BaseException) -> None:
    """Roll back, and give the connection back, clean or to be cleaned by the pool.

    Waits for the server no longer than a second in all.

    Args:
        transaction: What is to be rolled back.
        error: What ended the block. After a cancellation the connection may still be busy with
            it, so that the pool takes over.
    """
    transaction.leave()
    slot = transaction.slot
    clean = False
    with transaction.look("ROLLBACK") as sight:
        try:
            if not slot.connection.closed:
                async with asyncio.timeout(CLEAN_UP_SECONDS):
                    await transaction.get_ready_to_roll_back()
                    if isinstance(error, Exception):
                        if slot.connection.in_transaction:
                            await slot.connection.execute_script("ROLLBACK")
                        clean = not slot.connection.outdated  # the pool renews it, and its like
        except (FerruleError, TimeoutError):
            pass  # the pool cleans it, or drops it
        finally:
            cleaning = transaction.pool.release(slot, tainted=not clean)
        if cleaning is not None and not clean:
            await asyncio.wait((cleaning,), timeout=CLEAN_UP_SECONDS)
        sight.error = transaction.lost()


def aborted() -> TransactionAborted:
    """What a block says in which an error was swallowed."""
    return TransactionAborted(
        "a statement failed inside the transaction and its error was swallowed, "
        "so everything was rolled back",
        hint="let the error leave the block, or put what may fail in a transaction() of its own",
    )


async def _get_ready(transaction: Transaction, options: TransactionOptions) -> Witness | None:
    if transaction.slot.connection.closed:
        raise ConnectionLost(
            "the connection broke inside the transaction; nothing was committed"
        ) from transaction.first_error
    if transaction.failed:
        raise aborted() from transaction.first_error
    witness = None if options.resolve_within is None else await summon_witness(transaction)
    await transaction.get_ready_to_commit()
    return witness


def _server_refused(error: BaseException) -> bool:
    """Whether the server itself said that it does not commit."""
    return (
        isinstance(error, DatabaseError)
        and error.fields is not None
        and not isinstance(error, LinkError)
    )


async def _find_out(
    transaction: Transaction,
    options: TransactionOptions,
    witness: Witness | None,
    error: BaseException,
) -> None:
    """Return where the transaction is known to be committed."""
    transaction.outcome_unknown = True
    if witness is not None and options.resolve_within is not None:
        committed = await resolve(transaction.pool, witness, options.resolve_within)
        if committed is not None:
            transaction.outcome_unknown = False
            if committed:
                return
            raise ConnectionLost(
                "the connection broke during COMMIT; nothing was committed",
                hint="the transaction may be run again",
            ) from error
    raise CommitUnknown(
        "the connection broke during COMMIT: the transaction is committed or not",
        hint=_advice(witness),
        transaction_id=None if witness is None else witness.transaction_id,
    ) from error


def _advice(witness: Witness | None) -> str:
    if witness is None:
        return (
            "look whether its rows are there before you run it again, or let "
            "transaction(resolve_within=...) find it out"
        )
    return (
        "look whether its rows are there before you run it again; as long as the server has not "
        f"crashed meanwhile, SELECT pg_xact_status('{witness.transaction_id}') knows it too"
    )
