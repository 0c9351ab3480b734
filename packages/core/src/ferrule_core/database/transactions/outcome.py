"""Whether a transaction was committed whose connection broke during COMMIT."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from ferrule_core.database.pooling.pool import Pool
from ferrule_core.database.transactions.transaction import Transaction
from ferrule_core.database.verbs import FETCH_FIRST
from ferrule_core.deferred import dataclass
from ferrule_core.errors import DatabaseError, PoolClosed, PoolError
from ferrule_core.sql.compiled import CompiledQuery

_CRASH_MARK = "(SELECT stats_reset::text FROM pg_stat_bgwriter)"
"""Changes whenever the server recovers from a crash, which throws its statistics away.

A crash may also lose the numbers of transactions that had not been written to disk yet, and then
the server gives them out once more: "committed" is somebody else's then. After a clean restart
both the statistics and the numbers go on.
"""

_SUMMON = CompiledQuery(f"SELECT pg_current_xact_id()::text, {_CRASH_MARK}", (), "resolve_within")
_ASK = f"SELECT pg_xact_status($1::text::xid8), {_CRASH_MARK}"

_FROM_THE_FUTURE = "22023"
"""SQLSTATE where the server has not given out the number: it was lost in a crash."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5


@dataclass(frozen=True, slots=True)
class Witness:
    """What must be known before COMMIT, so that its outcome can be asked for after it.

    Attributes:
        transaction_id: The transaction's number, with epoch.
        crash_mark: Text that is another one after a crash of the server.
    """

    transaction_id: str
    crash_mark: str | None


async def summon_witness(transaction: Transaction) -> Witness:
    """Ask the server for the transaction's number: one round trip."""
    row = await transaction.run_owned(FETCH_FIRST, _SUMMON)
    if row is None:
        raise AssertionError("a SELECT without FROM gives one row")
    return Witness(row[0], row[1])


async def resolve(pool: Pool, witness: Witness, within: timedelta) -> bool | None:
    """Ask on other connections until the server knows, and is back where it was down.

    Returns:
        Whether the transaction was committed; ``None`` where the server cannot say, or not in
        time.
    """
    pause = _FIRST_PAUSE
    try:
        async with asyncio.timeout(within.total_seconds()):
            while True:
                try:
                    return _committed(witness, await _ask(pool, witness))
                except _TryAgain:
                    pass
                except PoolClosed:
                    return None
                except (DatabaseError, PoolError) as error:
                    if isinstance(error, DatabaseError) and error.sqlstate == _FROM_THE_FUTURE:
                        return False
                    # the server is down, or still starting
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
    except TimeoutError:
        return None


class _TryAgain(Exception):
    """The transaction still runs."""


async def _ask(pool: Pool, witness: Witness) -> tuple[str | None, str | None]:
    slot = pool.take() or await pool.acquire()
    failed = True
    try:
        row = await slot.connection.fetch_first(_ASK, (witness.transaction_id,))
        failed = False
    finally:
        pool.release(slot, tainted=failed)
    return (None, None) if row is None else (row[0], row[1])


def _committed(witness: Witness, answer: tuple[str | None, str | None]) -> bool | None:
    status, crash_mark = answer
    crashed = crash_mark is None or crash_mark != witness.crash_mark
    match status:
        case "aborted":
            return False
        case "in progress" if not crashed:
            raise _TryAgain
        case "in progress":  # the number was given out once more
            return False
        case "committed" if not crashed:
            return True
        case _:
            return None
