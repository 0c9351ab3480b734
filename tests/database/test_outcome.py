"""What is known of a transaction whose connection broke during COMMIT."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from ferrule_core.database import Database, connect, on_commit, on_rollback
from ferrule_core.database.transactions.outcome import Witness, resolve
from ferrule_core.errors import CommitUnknown, ConnectionLost, ForeignKeyViolation
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = pytest.mark.anyio

SOON = timedelta(seconds=10)


@pytest.fixture
async def linked(fault_proxy: FaultProxy):
    """The same database, by a link that can break."""
    async with connect(fault_proxy.url, name="linked", max_size=2) as linked:
        yield linked


async def added(numbers: Database) -> list[int]:
    rows = await numbers.fetch("SELECT n FROM numbers WHERE n > 5")
    return [row["n"] for row in rows]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_link_that_breaks_in_commit_is_resolved(
    numbers: Database, linked: Database, fault_proxy: FaultProxy, arrives: bool
):
    done: list[str] = []
    fault_proxy.at(b"COMMIT", "cut", arrives=arrives)
    block = linked.transaction(resolve_within=SOON)

    async def work() -> None:
        async with block:
            on_commit(lambda: done.append("committed"), "linked")
            on_rollback(lambda: done.append("undone"), "linked")
            await linked.execute("INSERT INTO numbers VALUES (6)")

    if not arrives:
        with pytest.raises(ConnectionLost) as caught:
            await work()
        assert caught.value.message == "the connection broke during COMMIT; nothing was committed"
        assert done == ["undone"]
        assert await added(numbers) == []
        return
    try:  # the server may notice the cut before it reads the COMMIT
        await work()
    except ConnectionLost:
        assert (done, await added(numbers)) == (["undone"], [])
    else:
        assert (done, await added(numbers)) == (["committed"], [6])


async def test_an_answer_that_is_lost_is_resolved_as_committed(
    numbers: Database, linked: Database, fault_proxy: FaultProxy
):
    done: list[str] = []
    fault_proxy.at(b"COMMIT", "cut", way="to_client")

    async with linked.transaction(resolve_within=SOON):
        on_commit(lambda: done.append("committed"), "linked")
        await linked.execute("INSERT INTO numbers VALUES (6)")

    assert done == ["committed"]
    assert await added(numbers) == [6]


async def test_without_resolving_it_stays_unknown(
    numbers: Database, linked: Database, fault_proxy: FaultProxy
):
    fault_proxy.at(b"COMMIT", "cut", way="to_client")

    with pytest.raises(CommitUnknown) as caught:
        async with linked.transaction():
            await linked.execute("INSERT INTO numbers VALUES (6)")

    assert caught.value.transaction_id is None
    assert caught.value.hint == (
        "look whether its rows are there before you run it again, or let "
        "transaction(resolve_within=...) find it out"
    )
    assert await added(numbers) == [6]


async def test_it_waits_for_the_commit_that_still_runs(
    numbers: Database, linked: Database, fault_proxy: FaultProxy
):
    await numbers.execute(
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$"
    )
    await numbers.execute(
        "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION wait()"
    )

    async def cut() -> None:
        running = (
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND query = 'COMMIT' AND state = 'active'"
        )
        while not await numbers.fetch(running):  # noqa: ASYNC110 - the server knows, we ask
            await asyncio.sleep(0.01)
        fault_proxy.reset()

    cutting = asyncio.create_task(cut())
    async with linked.transaction(resolve_within=SOON):
        await linked.execute("INSERT INTO numbers VALUES (6)")
    await cutting

    assert await added(numbers) == [6]


@pytest.mark.usefixtures("numbers")
async def test_past_its_bound_it_stays_unknown_and_says_the_number(
    linked: Database, fault_proxy: FaultProxy
):
    fault_proxy.at(b"COMMIT", "freeze")
    began = time.monotonic()

    with pytest.raises(CommitUnknown) as caught:
        async with linked.transaction(
            timeout=timedelta(seconds=0.3), resolve_within=timedelta(seconds=0.3)
        ):
            await linked.execute("INSERT INTO numbers VALUES (6)")

    assert time.monotonic() - began < 5
    assert caught.value.transaction_id is not None
    assert caught.value.hint is not None
    assert f"pg_xact_status('{caught.value.transaction_id}')" in caught.value.hint
    fault_proxy.thaw()


async def test_a_refused_commit_is_no_question(numbers: Database):
    await numbers.execute(
        "CREATE TABLE uses (n int REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)"
    )

    with pytest.raises(ForeignKeyViolation):
        async with numbers.transaction(resolve_within=SOON):
            await numbers.execute("INSERT INTO uses VALUES (99)")


async def test_a_cancellation_in_commit_says_that_the_outcome_is_open(numbers: Database):
    await numbers.execute(
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$"
    )
    await numbers.execute(
        "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION wait()"
    )
    done: list[str] = []

    async def work() -> None:
        try:
            async with numbers.transaction():
                on_commit(lambda: done.append("committed"))
                on_rollback(lambda: done.append("undone"))
                await numbers.execute("INSERT INTO numbers VALUES (6)")
        except asyncio.CancelledError as error:
            notes.extend(error.__notes__)
            raise

    notes: list[str] = []
    task = asyncio.create_task(work())
    await asyncio.sleep(0.3)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert notes == ["COMMIT was under way: the transaction is committed or not"]
    assert done == []
    assert numbers.statistics().in_use == 0


@pytest.mark.parametrize(
    ("ending", "mark", "verdict"),
    [
        ("COMMIT", "same", True),
        ("COMMIT", "other", None),
        ("ROLLBACK", "same", False),
        ("ROLLBACK", "other", False),
    ],
)
async def test_after_a_crash_a_committed_number_may_be_somebody_elses(
    numbers: Database, ending: str, mark: str, verdict: bool | None
):
    async with numbers.connection() as connection:
        await connection.execute_script("BEGIN")
        row = await connection.fetch_first(
            "SELECT pg_current_xact_id()::text, (SELECT stats_reset::text FROM pg_stat_bgwriter)"
        )
        await connection.execute_script(ending)
    assert row is not None
    witness = Witness(row[0], row[1] if mark == "same" else "2000-01-01")

    assert await resolve(numbers._pools.current, witness, SOON) is verdict


async def test_a_number_that_was_never_given_out_is_not_committed(numbers: Database):
    assert await resolve(numbers._pools.current, Witness("99999999", "2000-01-01"), SOON) is False
