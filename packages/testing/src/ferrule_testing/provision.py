"""What the fixtures of one process share: servers, templates and databases."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Awaitable
from pathlib import Path

from anyio.from_thread import BlockingPortal

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_testing.choices import CLOSE_WITHIN, Connect, ServerChoice
from ferrule_testing.databases import DatabaseMaker, database_name
from ferrule_testing.running import ServerRegistry
from ferrule_testing.templates import (
    TEMPLATE,
    Recipe,
    Step,
    finish,
    is_finished,
    only_one,
    template_name,
)

SHARED = "in_common"
IN_COMMON = (f"_{SHARED}", f"_{TEMPLATE}")
"""How the names of databases end that belong to no one test."""


class Databases:
    """Makes databases for the tests of one process. Everything here blocks.

    Attributes:
        run: The same in all processes of a test run, and part of the name of each database.
        worker: Tells the processes of a run apart.
    """

    def __init__(
        self,
        portal: BlockingPortal,
        servers: ServerRegistry,
        connect: Connect,
        *,
        run: str,
        worker: str,
    ) -> None:
        self._portal = portal
        self._servers = servers
        self._connect = connect
        self.run = run
        self.worker = worker
        self._makers: dict[ServerChoice, DatabaseMaker] = {}
        self._shared: dict[tuple[ServerChoice, str], DatabaseUrl] = {}
        self._templates: set[tuple[ServerChoice, str]] = set()
        self._numbers = itertools.count(1)

    def fresh(self, choice: ServerChoice, recipe: Recipe, label: str) -> DatabaseUrl:
        """A new database, which nobody else has; ``label`` becomes part of its name."""
        name = database_name("ferrule", self.run, self.worker, str(next(self._numbers)), label)
        template = self._template(choice, recipe)
        return self._portal.call(self._maker(choice).clone, template, name)

    def shared(self, choice: ServerChoice, recipe: Recipe) -> DatabaseUrl:
        """The one database that tests of this process share which leave no trace in it."""
        key = (choice, template_name(self.run, recipe))
        if key not in self._shared:
            self._shared[key] = self.fresh(choice, recipe, SHARED)
        return self._shared[key]

    def drop(self, choice: ServerChoice, url: DatabaseUrl) -> None:
        """Drop a database."""
        self._portal.call(self._maker(choice).drop, str(url.database))

    def tidy(self, choice: ServerChoice, *, failed_too: bool) -> list[DatabaseUrl]:
        """Drop what is left of the run on a server.

        Args:
            choice: The server.
            failed_too: Drop also what failed tests left; else only what tests had in common.

        Returns:
            What is still there.
        """
        maker = self._maker(choice)
        left: list[DatabaseUrl] = []
        for name in self._portal.call(maker.names, database_name("ferrule", self.run) + "_"):
            if failed_too or name.endswith(IN_COMMON):
                self._portal.call(maker.drop, name)
            else:
                left.append(maker.url(name))
        return left

    def close(self) -> None:
        """Leave the servers."""
        for maker in self._makers.values():
            self._portal.call(maker.close)

    def _maker(self, choice: ServerChoice) -> DatabaseMaker:
        if choice not in self._makers:
            url = self._servers.url(choice)
            self._makers[choice] = self._portal.call(self._open_maker, url)
        return self._makers[choice]

    async def _open_maker(self, url: DatabaseUrl) -> DatabaseMaker:
        return await DatabaseMaker.over(await self._connect(url), url)

    def _template(self, choice: ServerChoice, recipe: Recipe) -> str | None:
        if not recipe:
            return None
        maker = self._maker(choice)
        name = template_name(self.run, recipe)
        if (choice, name) in self._templates:
            return name
        with self._portal.wrap_async_context_manager(only_one(maker, name)):
            if not self._portal.call(is_finished, maker, name):
                self._portal.call(maker.drop, name)  # another worker failed half way
                url = self._portal.call(maker.clone, None, name)
                for step in recipe:
                    self._apply(step, url)
                self._portal.call(finish, maker, name)
        self._templates.add((choice, name))
        return name

    def _apply(self, step: Step, url: DatabaseUrl) -> None:
        match step:
            case str():
                self._portal.call(self._run_script, url, step)
            case Path():
                self._portal.call(self._run_script, url, step.read_text(encoding="utf-8"))
            case _:
                outcome = step(url)  # not in the portal: it may run an event loop of its own
                if inspect.isawaitable(outcome):
                    self._portal.call(_wait_for, outcome)

    async def _run_script(self, url: DatabaseUrl, text: str) -> None:
        connection = await self._connect(url)
        try:
            await connection.execute_script(text)
        finally:
            await connection.close(within=CLOSE_WITHIN)


async def _wait_for(outcome: Awaitable[object]) -> None:
    await outcome
