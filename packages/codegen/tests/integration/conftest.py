"""A project in a temporary folder, and the world of a command in it."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from urllib.parse import quote, urlencode

import pytest

from ferrule_codegen.commands import pull
from ferrule_core.command.context import CommandContext
from ferrule_core.command.terminal import JsonValue, Progress
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins


class NoProgress:
    """Shows nothing."""

    def advance(self, amount: int = 1) -> None:
        """Nothing to show."""


@dataclass
class Recorder:
    """A terminal that keeps what is said."""

    json: bool = False
    lines: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    hints: list[str | None] = field(default_factory=list)
    trees: dict[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    shown: list[tuple[str, str]] = field(default_factory=list)
    steps: list[tuple[str, int | None]] = field(default_factory=list)
    outcome: JsonValue = None

    def say(self, text: str = "") -> None:
        self.lines.append(text)

    def heading(self, text: str) -> None:
        self.lines.append(text)

    def success(self, text: str) -> None:
        self.lines.append(text)

    def warn(self, text: str, *, hint: str | None = None) -> None:
        self.warnings.append(text)
        self.hints.append(hint)

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None
    ) -> None:
        self.lines += [title or "", str(columns), *map(str, rows)]

    def tree(self, label: str, branches: Mapping[str, Sequence[str]]) -> None:
        self.trees[label] = branches

    def code(self, text: str, *, language: str) -> None:
        self.shown.append((language, text))

    def progress(self, label: str, *, total: int | None = None) -> AbstractContextManager[Progress]:
        self.steps.append((label, total))
        return nullcontext(NoProgress())

    def result(self, value: JsonValue) -> None:
        self.outcome = value


@dataclass
class Project:
    """A folder with a ``ferrule.toml`` for one database."""

    root: Path
    url: DatabaseUrl
    terminal: Recorder = field(default_factory=Recorder)

    @property
    def context(self) -> CommandContext:
        return CommandContext(
            terminal=self.terminal, plugins=Plugins.load(), root=self.root, environment={}
        )

    async def pull(self, **options: object) -> int:
        self.terminal = Recorder()
        options = {"schema": ["shop"], "output": Path("shop"), **options}
        return await pull(self.context, **options)

    async def run(self, sql: str) -> None:
        async with self.context.connection() as connection:
            await connection.execute_script(sql)

    def python(self, program: str, *, folder: str = ".") -> str:
        """What a program prints that runs in a fresh interpreter, in a folder of the project."""
        return self.command("-W", "error", "-c", program, folder=folder)

    def command(self, *arguments: str, folder: str = ".", **environment: str) -> str:
        """What Python prints when it is run so."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root / folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }


def url_text(url: DatabaseUrl) -> str:
    """The URL as a person would write it."""
    user = quote(url.user or "", safe="")
    password = f":{quote(url.password, safe='')}" if url.password else ""
    options = {"host": url.host or "", "port": str(url.port or 5432), **url.options}
    return f"postgresql://{user}{password}@/{quote(url.database or '')}?{urlencode(options)}"


@pytest.fixture
def project(tmp_path: Path, database_url: DatabaseUrl) -> Project:
    (tmp_path / "ferrule.toml").write_text(
        f"[profiles.dev]\nurl = {url_text(database_url)!r}\n", encoding="utf-8"
    )
    return Project(tmp_path, database_url)


@pytest.fixture
def import_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], ModuleType]]:
    """Imports a generated package, and forgets it after the test."""
    loaded: list[str] = []

    def load(package: Path) -> ModuleType:
        loaded.append(package.name)
        monkeypatch.syspath_prepend(str(package.parent))
        importlib.import_module(f"{package.name}.managers")
        return importlib.import_module(package.name)

    yield load
    for name in list(sys.modules):
        if name.partition(".")[0] in loaded:
            del sys.modules[name]
