"""What ``.sync`` and databases do at the borders of a process: its end, a fork, another loop.

Each test is a script of its own, in which every warning is an error and may print nothing to
standard error.
"""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.urls import url_text

# Once, not on each server: no server knows of it.
pytestmark = pytest.mark.requires_postgres(min=16)

FORKS_WITH_THREADS = "ignore:.*fork:DeprecationWarning"
"""Python 3.12 and later warn of every fork beside a thread."""

PRELUDE = """\
import asyncio, gc, os, sys, threading, time
from ferrule_core.database import connect, transaction

URL = sys.argv[1]
PID = "SELECT pg_backend_pid()"
"""


def run_script(url: DatabaseUrl, text: str, *, status: int = 0, seconds: float = 40) -> list[str]:
    """Run a script to its end, and give the lines that it printed."""
    done = subprocess.run(
        [
            sys.executable,
            *("-W", "error", "-W", FORKS_WITH_THREADS),
            *("-c", PRELUDE + dedent(text), url_text(url)),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == status, done.stdout
    return done.stdout.splitlines()


def test_a_script_connects_works_and_ends(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        with connect(URL).sync as db:
            print(db.fetch_first("SELECT 1 + 1")[0])
        """,
    )

    assert printed == ["2"]


def test_a_database_that_was_never_closed_is_closed_at_the_end(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        db = connect(URL, min_size=2).sync.open()
        print(db.fetch_first("SELECT 1 + 1")[0])
        """,
    )

    assert printed == ["2"]


def test_a_second_event_loop_gets_connections_of_its_own(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        db = connect(URL)

        async def main():
            if db.url is None:
                await db.open()
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(db.fetch_first("SELECT 7")) for _ in range(3)]
            print(*(task.result()[0] for task in tasks))
            print(db.statistics().size <= 3)

        for _ in range(3):
            asyncio.run(main())
        asyncio.run(db.close())
        """,
    )

    assert printed == ["7 7 7", "True"] * 3


def test_connections_of_closed_loops_are_given_up(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        db = connect(URL, max_size=3)

        async def main(last=False):
            if db.url is None:
                await db.open()
            await asyncio.gather(*(db.fetch("SELECT pg_sleep(0.05)") for _ in range(3)))
            if last:
                count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                deadline = time.monotonic() + 20
                while (await db.fetch_first(count))[0] > 3 and time.monotonic() < deadline:
                    await asyncio.sleep(0.05)
                print((await db.fetch_first(count))[0])
                await db.close()

        for number in range(4):
            asyncio.run(main(number == 3))
        gc.collect()
        """,
    )

    assert printed == ["3"]


@pytest.mark.parametrize("close", ["asyncio.run(db.close())", "db.sync.close()", "pass"])
def test_a_database_that_is_open_in_several_loops_is_closed_in_all(
    database_url: DatabaseUrl, close: str
):
    printed = run_script(
        database_url,
        f"""
        db = connect(URL)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        elsewhere = lambda work: asyncio.run_coroutine_threadsafe(work, loop).result()

        async def again():
            return (await db.fetch_first("SELECT 1"))[0]

        elsewhere(db.open())
        print(elsewhere(again()), db.sync.fetch_first("SELECT 2")[0], asyncio.run(again()))
        {close}
        if {close!r} == "pass":
            elsewhere(db.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        """,
    )

    assert printed == ["1 2 1"]


def test_the_process_ends_in_the_middle_of_a_transaction(database_url: DatabaseUrl):
    run_script(
        database_url,
        """
        db = connect(URL).sync.open()
        db.execute("CREATE TABLE t (n int)")
        with transaction().sync:
            db.execute("INSERT INTO t VALUES (1)")
            sys.exit(0)
        """,
    )
    printed = run_script(
        database_url,
        """
        with connect(URL).sync as db:
            print(db.fetch_first("SELECT count(*) FROM t")[0])
        """,
    )

    assert printed == ["0"]


def test_the_process_ends_while_a_daemon_thread_runs_a_statement(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        from ferrule_core.errors import FerruleError

        db = connect(URL).sync.open()
        holding = threading.Event()

        def hold():
            with transaction().sync:
                db.execute("SELECT 1")
                holding.set()
                try:
                    db.execute("SELECT pg_sleep(600)")
                except FerruleError as error:
                    print(error.message, flush=True)
                    sys.exit()

        def idle():
            with transaction().sync:
                holding.wait()
                idling.set()
                threading.Event().wait()

        idling = threading.Event()
        threading.Thread(target=hold, daemon=True).start()
        threading.Thread(target=idle, daemon=True).start()
        idling.wait()
        time.sleep(0.2)
        """,
        seconds=20,
    )

    # The thread may be gone before it can print anything.
    assert printed in ([], ["the process is ending, and what .sync works with was closed"])


def test_a_forked_child_and_its_parent_both_go_on(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        db = connect(URL, max_size=1).sync.open()
        mine = db.fetch_first(PID)[0]
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            for _ in range(50):
                theirs = db.fetch_first(PID)[0]
            with transaction().sync:
                db.execute("SELECT 1")
            os.write(write, str(theirs).encode())
            sys.exit(0)
        for _ in range(50):
            assert db.fetch_first(PID)[0] == mine
        assert os.waitpid(child, 0)[1] == 0
        print(int(os.read(read, 20)) != mine, db.fetch_first(PID)[0] == mine)
        db.close()
        """,
    )

    assert printed == ["True True"]


def test_a_fork_inside_of_a_transaction_leaves_it_to_the_parent(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        from ferrule_core.errors import FerruleError

        db = connect(URL).sync.open()
        db.execute("CREATE TABLE forked (n int)")
        try:
            with transaction().sync:
                db.execute("INSERT INTO forked VALUES (1)")
                child = os.fork()
                if child:
                    assert os.waitpid(child, 0)[1] == 0
                    db.execute("INSERT INTO forked VALUES (2)")
                else:
                    try:
                        db.execute("INSERT INTO forked VALUES (3)")
                    except FerruleError as error:
                        print(error.message, flush=True)
        except FerruleError as error:
            print(error.message, flush=True)
            sys.exit(0)
        print(db.fetch_first("SELECT array_agg(n) FROM forked")[0])
        """,
    )

    assert printed == [
        "a transaction was used from another thread or event loop than the one that began it",
        "this block was entered before the process forked, so its end is the parent's",
        "[1, 2]",
    ]


def test_workers_that_are_forked_with_an_open_database_work_by_themselves(
    database_url: DatabaseUrl,
):
    printed = run_script(
        database_url,
        """
        import multiprocessing

        db = connect(URL).sync.open()

        def work(number):
            return [db.fetch_first("SELECT $1::int", number)[0], db.fetch_first(PID)[0]]

        with multiprocessing.get_context("fork").Pool(3) as pool:
            seen = pool.map(work, range(30))
        print([number for number, _ in seen] == list(range(30)))
        print(db.fetch_first(PID)[0] not in {pid for _, pid in seen})
        """,
    )

    assert printed == ["True", "True"]


def test_a_server_forks_workers_before_it_uses_the_database_again(database_url: DatabaseUrl):
    """As gunicorn does with ``--preload``: the master keeps its database, and forks once more."""
    printed = run_script(
        database_url,
        """
        import signal

        db = connect(URL).sync.open()
        db.execute("CREATE TABLE served (worker int, request int)")

        def serve(number):
            try:
                for request in range(20):
                    with transaction().sync:
                        db.execute("INSERT INTO served VALUES ($1, $2)", number, request)
                        asyncio.run(asyncio.sleep(0))
                sys.exit(0)
            finally:
                db.close()

        workers = []
        for number in range(4):
            child = os.fork()
            if child == 0:
                serve(number)
            workers.append(child)
            db.execute("INSERT INTO served VALUES (-1, $1)", number)
        print([os.waitpid(worker, 0)[1] for worker in workers])
        print(db.fetch_first("SELECT count(*), count(DISTINCT worker) FROM served")[:])
        """,
    )

    assert printed == ["[0, 0, 0, 0]", "(84, 5)"]


def test_a_fork_after_asyncio_run_leaves_the_parents_loop_alone(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        db = connect(URL, max_size=1)

        async def opened():
            await db.open()
            return (await db.fetch_first(PID))[0]

        async def pid():
            return (await db.fetch_first(PID))[0]

        loop = asyncio.new_event_loop()
        mine = loop.run_until_complete(opened())
        child = os.fork()
        if child == 0:
            assert asyncio.run(pid()) != mine
            assert db.sync.fetch_first(PID)[0] != mine
            asyncio.run(db.close())
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert loop.run_until_complete(pid()) == mine
        loop.run_until_complete(db.close())
        loop.close()
        print("done")
        """,
    )

    assert printed == ["done"]


def test_what_is_called_too_late_is_refused(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        import atexit

        def last():
            try:
                db.fetch("SELECT 1")
            except Exception as error:
                print(error)

        class Late:
            def __del__(self):
                last()

        late = Late()
        db = connect(URL).sync.open()
        """,
    )

    assert printed == ["[FER-C004] the process is ending, and what .sync works with was closed"]


def test_functions_that_run_at_exit_may_still_use_it(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        import atexit

        atexit.register(lambda: print(db.fetch_first("SELECT 3")[0]))
        db = connect(URL).sync.open()
        """,
    )

    assert printed == ["3"]


def test_an_interrupt_cancels_the_statement_that_is_waited_for(database_url: DatabaseUrl):
    printed = run_script(
        database_url,
        """
        import signal
        from datetime import timedelta

        with connect(URL, max_size=1).sync as db:
            begun = time.monotonic()
            threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
            try:
                with transaction().sync:
                    db.execute("CREATE TABLE interrupted (n int)")
                    db.execute("SELECT pg_sleep(600)")
            except KeyboardInterrupt:
                print("interrupted", time.monotonic() - begun < 20)
            print(db.fetch_first("SELECT to_regclass('interrupted')")[0])
        """,
    )

    assert printed == ["interrupted True", "None"]
