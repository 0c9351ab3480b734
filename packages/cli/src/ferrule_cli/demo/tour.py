"""The steps of the demo, in order. Each says what it does, does it, and shows what came of it."""

from __future__ import annotations

import asyncio
import inspect
import io
from collections.abc import Mapping
from contextlib import AsyncExitStack, redirect_stdout
from dataclasses import replace
from pathlib import PurePosixPath
from types import ModuleType

from ferrule_cli.app import run_command
from ferrule_cli.demo.excerpts import changed_lines, class_body, new_files, statement
from ferrule_cli.demo.guide import Guide
from ferrule_cli.demo.project import Project, imported
from ferrule_cli.demo.seed import seed
from ferrule_cli.session import Session
from ferrule_cli.terminal import RichTerminal
from ferrule_core.command.context import CommandContext
from ferrule_core.command.terminal import JsonValue
from ferrule_core.errors import FerruleError

PROFILE = "dev"
ELSEWHERE = frozenset({"DATABASE_URL", "FERRULE_PROFILE", "FERRULE_URL"})
"""Variables that would lead commands to a database other than the demo's."""


class Tour:
    """One walk through Ferrule, on a project in a folder."""

    def __init__(self, context: CommandContext, project: Project, guide: Guide) -> None:
        environment = {
            name: text for name, text in context.environment.items() if name not in ELSEWHERE
        }
        self._context = replace(context, root=project.folder, environment=environment)
        self._terminal = context.terminal
        self._project = project
        self._guide = guide

    async def run(self) -> None:
        """Take all steps; whatever ends them, the server is stopped.

        Raises:
            FerruleError: A step failed.
        """
        async with AsyncExitStack() as stack:
            await self._start(stack)
            await self._load()
            await self._pull()
            play = stack.enter_context(imported(self._project, "play"))
            async with self._context.database(profile=PROFILE):
                await self._query(play)
                await self._write(play)
            await self._change()
            await self._pull_again()

    async def _start(self, stack: AsyncExitStack) -> None:
        async with self._guide.step(
            "start",
            "Start a PostgreSQL server",
            "It came with pip and runs from a folder; there is nothing to set up.",
        ) as facts:
            server = self._context.plugins.server("embedded")
            folder = self._context.profile(PROFILE).data
            await stack.enter_async_context(server.open(folder))
            async with self._context.connection(profile=PROFILE) as connection:
                version = ".".join(map(str, connection.server_version))
            self._terminal.success(f"PostgreSQL {version} runs in {folder}")
            facts["version"] = version

    async def _load(self) -> None:
        async with self._guide.step(
            "load",
            "Load the database of a bookshop",
            "Plain SQL, as another tool or a colleague would have written it. One of its tables:",
        ) as facts:
            script = self._project.read("schema.sql")
            self._terminal.code(statement(script, "CREATE TABLE shop.book ("), language="sql")
            self._terminal.say()
            async with self._context.connection(profile=PROFILE) as connection:
                with self._terminal.progress("loading"):
                    await connection.execute_script(script)
                    rows = await seed(connection)
            self._terminal.success(f"{len(rows)} tables, {sum(rows.values()):,} rows")
            facts |= {"tables": len(rows), "rows": sum(rows.values())}

    async def _pull(self) -> None:
        async with self._guide.step(
            "pull",
            "Pull it into Python",
            "The command that you would run:",
        ) as facts:
            facts["pull"] = await self._run("pull")
            self._terminal.say()
            self._terminal.say("What it wrote for that table:")
            self._terminal.say()
            source = self._project.read("models/generated/book.py")
            self._terminal.code(
                class_body(source, "BookBase", "id:", "if TYPE_CHECKING"), language="python"
            )

    async def _query(self, play: ModuleType) -> None:
        async with self._guide.step(
            "query",
            "Ask the database",
            "Editor and type checker know every name below, and the type of what comes back.",
        ) as facts:
            facts["output"] = await self._show_and_run(play, "READING")

    async def _write(self, play: ModuleType) -> None:
        async with self._guide.step(
            "write",
            "Change rows",
            "In a transaction, by query, and against a constraint.",
        ) as facts:
            facts["output"] = await self._show_and_run(play, "WRITING")

    async def _change(self) -> None:
        async with self._guide.step(
            "change",
            "Change the database behind our back",
            "As somebody might in Supabase, TablePlus or psql:",
        ):
            script = self._project.read("change.sql")
            self._terminal.code(script, language="sql")
            async with self._context.connection(profile=PROFILE) as connection:
                await connection.execute_script(script)

    async def _pull_again(self) -> None:
        async with self._guide.step(
            "pull_again",
            "Pull again",
            "Only what moved in the database moves in the code; yours is never touched.",
        ) as facts:
            before = self._project.generated_files()
            facts["pull"] = await self._run("pull")
            after = self._project.generated_files()
            facts["new_files"] = new_files(before, after)
            self._terminal.say()
            self._terminal.say("In the models that were there before:")
            self._terminal.say()
            models = changed_lines(_tables_of(before), _tables_of(after))
            self._terminal.code("\n".join(models), language="diff")

    async def _run(self, *words: str) -> JsonValue:
        """Run a command as a user does, and give its result.

        It has an event loop of its own, as every command has, so it runs in a thread.
        """
        self._terminal.code(f"$ ferrule {' '.join(words)}", language="console")
        terminal = _Overheard(json=self._terminal.json, environment=self._context.environment)
        session = Session(
            plugins=self._context.plugins,
            root=self._project.folder,
            environment=self._context.environment,
            make_terminal=lambda _: terminal,
        )
        code = await asyncio.to_thread(run_command, words, session)
        if code:
            raise FerruleError(f"ferrule {' '.join(words)} ended with {code}")
        return terminal.outcome

    async def _show_and_run(self, play: ModuleType, names: str) -> dict[str, JsonValue]:
        """Print the source of functions, run those very functions, and print what they print."""
        printed: dict[str, JsonValue] = {}
        for function in getattr(play, names):
            if printed:
                self._terminal.say()
            self._terminal.code(inspect.getsource(function), language="python")
            with redirect_stdout(io.StringIO()) as output:
                await function()
            printed[function.__name__] = output.getvalue()
            for line in output.getvalue().splitlines():
                self._terminal.say(f"  > {line}")
        return printed


def _tables_of(files: Mapping[str, str]) -> dict[str, str]:
    """Of the generated files those of tables, without the types and managers that go with them."""
    folder = PurePosixPath("models/generated")
    return {path: text for path, text in files.items() if PurePosixPath(path).parent == folder}


class _Overheard(RichTerminal):
    """A terminal that keeps the result of a command instead of printing it."""

    def finish(self) -> None:
        """Nothing: the demo prints one document of its own."""
