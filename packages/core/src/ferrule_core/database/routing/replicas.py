"""The replicas of a database: which of them may answer, and how far they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextvars import Context
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from ferrule_core.database.verbs import FETCH_FIRST
from ferrule_core.errors import FerruleError
from ferrule_core.sql.compiled import CompiledQuery

if TYPE_CHECKING:
    from ferrule_core.database.database import Database

CHECK_EVERY_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
"""A replica that is down is asked ever more rarely, up to this."""

_POLL_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02)

# A replica that has replayed all it received lags only if it receives nothing any more.
_STATE = CompiledQuery(
    "SELECT pg_catalog.pg_is_in_recovery(), "
    "(pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn)::int8, "
    "CASE WHEN pg_catalog.pg_last_wal_receive_lsn() <= pg_catalog.pg_last_wal_replay_lsn() "
    "AND EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) THEN 0 "
    "ELSE coalesce(extract(epoch FROM pg_catalog.clock_timestamp() "
    "- pg_catalog.pg_last_xact_replay_timestamp()), 0) END::float8",
    (),
    "state of a replica",
)
_REPLAYED = CompiledQuery(
    "SELECT (pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn)::int8",
    (),
    "position of a replica",
)

logger = logging.getLogger("ferrule.routing")


class Replica:
    """One replica.

    Attributes:
        database: Its connections.
        usable: Whether it may be asked.
        replayed: How far it was when it was last asked, in bytes of the log.
    """

    def __init__(
        self, database: Database, *, lag_within: timedelta, check_within: timedelta
    ) -> None:
        self.database = database
        self.usable = False
        self.replayed = 0
        self._lag_within = lag_within.total_seconds()
        self._check_within = check_within.total_seconds()
        self._said: str | None = None
        self._pause = CHECK_EVERY_SECONDS
        self._next_check = 0.0
        self._checking: asyncio.Task[None] | None = None

    def look_again(self) -> None:
        """Start a check, if it is time for one and none is under way."""
        if monotonic() < self._next_check:
            return
        checking = self._checking
        if checking is not None and not checking.done() and not checking.get_loop().is_closed():
            return
        # An empty context: the task must not inherit the transaction of whoever asked.
        self._checking = asyncio.get_running_loop().create_task(
            self.check(), name=f"ferrule: look at {self.database.name}", context=Context()
        )

    async def check(self) -> None:
        """See whether it answers, replicates, and is near enough; never raises."""
        self._next_check = monotonic() + self._check_within + self._pause
        try:
            async with asyncio.timeout(self._check_within):
                if self.database.url is None:
                    await self.database.open()
                row = await self.database.run_now(FETCH_FIRST, _STATE)
        except FerruleError as error:
            self.leave_out(error.message)
            return
        except TimeoutError:
            self.leave_out("it does not answer in time")
            return
        if row is None or not row[0]:
            self.leave_out("it replicates nothing: it is no standby, or was promoted")
        elif row[2] > self._lag_within:
            self.leave_out(f"it is more than {self._lag_within:g} s behind", down=False)
        else:
            self.replayed = max(self.replayed, row[1])
            self._take_in()

    def leave_out(self, reason: str, *, down: bool = True) -> None:
        """Ask it no more, until a check finds it well again."""
        self.usable = False
        if reason != self._said:
            logger.warning("%s is left out: %s", self.database.name, reason)
        self._said = reason
        self._next_check = monotonic() + self._pause
        if down:
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    async def has_replayed(self, position: int, *, within: timedelta) -> bool:
        """Wait until it is so far, but no longer than that."""
        deadline = monotonic() + within.total_seconds()
        polls = iter(_POLL_SECONDS)
        while self.replayed < position:
            row = await self.database.run_now(FETCH_FIRST, _REPLAYED)
            if row is None or row[0] is None:
                return False
            self.replayed = max(self.replayed, row[0])
            if self.replayed >= position:
                break
            if monotonic() >= deadline:
                return False
            await asyncio.sleep(next(polls, _POLL_SECONDS[-1]))
        return True

    async def close(self) -> None:
        """End its connections, and a check that is under way."""
        checking = self._checking
        if checking is not None and not checking.done():
            if checking.get_loop() is asyncio.get_running_loop():
                checking.cancel()
                await asyncio.wait([checking])
            elif not checking.get_loop().is_closed():
                checking.get_loop().call_soon_threadsafe(checking.cancel)
        if self.database.url is not None:
            await self.database.close()

    def _take_in(self) -> None:
        if self._said is not None:
            logger.info("%s is used again", self.database.name)
        self.usable = True
        self._said = None
        self._pause = CHECK_EVERY_SECONDS
        self._next_check = monotonic() + CHECK_EVERY_SECONDS


class Replicas:
    """All replicas of a database, asked in turn."""

    def __init__(self, members: Sequence[Replica]) -> None:
        self.members = tuple(members)
        self._turn = 0

    async def open(self) -> None:
        """Look at all of them, at once; one that is down is left out."""
        await asyncio.gather(*(replica.check() for replica in self.members))

    async def close(self) -> None:
        """End all their connections."""
        await asyncio.gather(*(replica.close() for replica in self.members))

    def choose(self, position: int) -> Replica | None:
        """The next that is well, first among those that are known to be so far."""
        for replica in self.members:
            replica.look_again()
        usable = [replica for replica in self.members if replica.usable]
        if not usable:
            return None
        self._turn += 1
        near = [replica for replica in usable if replica.replayed >= position]
        candidates = near or usable
        return candidates[self._turn % len(candidates)]
