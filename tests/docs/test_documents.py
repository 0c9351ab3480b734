"""Every code block of the documentation runs.

The blocks of one document run in order, in one module and one temporary folder. ``python`` runs,
with ``await`` at top level if it likes; ``toml`` and ``json`` must parse; the rest is only shown.
``DATABASE_URL`` and libpq's variables lead to an empty database that only this document has.
A comment right above a block says otherwise:

- ``<!-- docs: run -->``: run this ``console`` block. Lines after a command are its whole output,
  with ``...`` for anything; a command without such lines only has to succeed.
- ``<!-- docs: file models.py -->``: write the block to that file and do nothing else.
- ``<!-- docs: skip, REASON -->``: do nothing.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from anyio import to_thread

from ferrule_core.database.registry import open_databases
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.urls import url_text

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "packages/*/README.md")
    for path in ROOT.glob(pattern)
)
BLOCK = re.compile(
    r"(?:^<!-- docs: (?P<directive>.+?) -->\n+)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; ``line`` is that of its first line in the document."""

    directive: str
    language: str
    text: str
    line: int


def read_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a document in order."""
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("text")) + 1
        yield Block(match["directive"] or "", match["language"], match["text"], line)


async def run_document(text: str, name: str, folder: Path, module: ModuleType) -> None:
    """Run the blocks of a document in ``folder``, which is the current one."""
    for block in read_blocks(text):
        verb, _, argument = block.directive.partition(" ")
        match (verb, block.language):
            case ("file", _):
                (folder / argument).write_text(block.text)
            case ("skip,", _) if argument:
                pass
            case ("run", "console"):
                await to_thread.run_sync(run_console, block.text)
            case ("", "python"):
                await run_python(block, name, module)
            case ("", "toml"):
                tomllib.loads(block.text)
            case ("", "json"):
                json.loads(block.text)
            case ("", _):
                pass
            case _:
                pytest.fail(f"{name}:{block.line}: no such directive: {block.directive}")


async def run_python(block: Block, name: str, module: ModuleType) -> None:
    """Run a block in ``module``; its tracebacks show the lines of the document."""
    padded = "\n" * (block.line - 1) + block.text
    code = compile(padded, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    if code.co_flags & inspect.CO_COROUTINE:
        await eval(code, vars(module))  # noqa: S307 - that is what this module is for
    else:  # in a thread, where no event loop is in the way of asyncio.run()
        await to_thread.run_sync(exec, code, vars(module))


def run_console(text: str) -> None:
    """Run each ``$ command`` and compare its output with the lines that follow it."""
    for command, _, shown in (
        part.partition("\n") for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    ):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(  # noqa: S602 - a shell is what a reader types it into
            command,
            shell=True,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}"
        if shown.strip():
            pattern = re.escape(shown.strip()).replace(r"\.\.\.", ".*")
            assert re.fullmatch(pattern, done.stdout.strip(), re.DOTALL), done.stdout


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Give a module to run blocks in, and a current folder that it can import from."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules["document"] = module = ModuleType("document")
    yield module
    for name, imported in list(sys.modules.items()):
        if imported is module or tmp_path in Path(imported.__dict__.get("__file__") or "").parents:
            del sys.modules[name]


@pytest.fixture
def database(database_url: DatabaseUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment lead to the test's database, for whatever the document starts."""
    monkeypatch.setenv("DATABASE_URL", url_text(database_url))
    for name in ("host", "port", "user", "password", "database"):
        value = getattr(database_url, name)
        if value is not None:
            monkeypatch.setenv(f"PG{name.upper()}", str(value))


@pytest.mark.requires_postgres(min=16)  # once, not on each server: what they say is about none
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
async def test_every_block_of_a_document_runs(document: Path, tmp_path: Path, module: ModuleType):
    await run_document((ROOT / document).read_text(), str(document), tmp_path, module)

    left = open_databases()
    for one in left:
        await one.close()
    assert left == []  # or the next page could not open its own


async def test_blocks_share_a_module_and_may_await(tmp_path: Path, module: ModuleType):
    text = """
```python
import asyncio

async def double(number):
    return 2 * number

assert asyncio.run(double(2)) == 4
```
```python
answer = await double(21)
```
"""

    await run_document(text, "example.md", tmp_path, module)

    assert vars(module)["answer"] == 42


async def test_a_failing_block_shows_its_line_in_the_document(tmp_path: Path, module: ModuleType):
    text = "# Title\n\n```python\nx = 1\nassert x == 2\n```\n"

    with pytest.raises(AssertionError) as caught:
        await run_document(text, "example.md", tmp_path, module)

    assert (caught.traceback[-1].path, caught.traceback[-1].lineno) == ("example.md", 4)


async def test_a_block_can_be_a_file_that_later_ones_import(tmp_path: Path, module: ModuleType):
    text = """
<!-- docs: file greeting.py -->
```python
TEXT = "hello"
```
```python
from greeting import TEXT
```
<!-- docs: run -->
```console
$ cat greeting.py
TEXT = ...
$ true
```
"""

    await run_document(text, "example.md", tmp_path, module)

    assert vars(module)["TEXT"] == "hello"


@pytest.mark.parametrize(
    "text",
    [
        "<!-- docs: run -->\n```console\n$ false\n```",
        "<!-- docs: run -->\n```console\n$ echo one\ntwo\n```",
        "<!-- docs: skip -->\n```python\n```",
        "<!-- docs: go -->\n```python\n```",
        "<!-- docs: run -->\n```toml\n```",
    ],
)
async def test_a_block_that_does_not_do_what_it_says_fails(
    text: str, tmp_path: Path, module: ModuleType
):
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        await run_document(text, "example.md", tmp_path, module)


async def test_a_block_that_does_not_parse_fails(tmp_path: Path, module: ModuleType):
    with pytest.raises(tomllib.TOMLDecodeError):
        await run_document("```toml\na = \n```", "example.md", tmp_path, module)
