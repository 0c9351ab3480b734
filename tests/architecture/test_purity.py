"""Pure modules compute: they await nothing, open nothing and print nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "packages"
PURE_FOLDERS = [
    "core/src/ferrule_core/catalog",
    "core/src/ferrule_core/ddl",
    "core/src/ferrule_core/mapping",
    "core/src/ferrule_core/sql",
    "codegen/src/ferrule_codegen/render",
]
BUILT_IN_IO = {"breakpoint", "input", "open", "print"}
RUNS_CODE = {
    "core/src/ferrule_core/mapping/constructor.py": "exec()",  # writes `__init__`
    "core/src/ferrule_core/mapping/hydrate.py": "exec()",  # writes loaders
    "core/src/ferrule_core/mapping/scope.py": "eval()",  # reads annotations, as typing does
}


def impurities(source: str) -> Iterator[str]:
    """Yield ``line: what`` for each thing that pure code has no use for."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.AsyncFor() | ast.AsyncFunctionDef() | ast.AsyncWith() | ast.Await():
                yield f"{node.lineno}: {type(node).__name__}"
            case ast.Call(func=ast.Name(id=name)) if name in BUILT_IN_IO:
                yield f"{node.lineno}: {name}()"


@pytest.mark.parametrize("folder", PURE_FOLDERS)
def test_a_pure_folder_holds_no_io(folder: str):
    found = [
        f"{path.relative_to(SOURCES)}:{impurity}"
        for path in sorted((SOURCES / folder).rglob("*.py"))
        for impurity in impurities(path.read_text())
        if not impurity.endswith(RUNS_CODE.get(str(path.relative_to(SOURCES)), "no exception"))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("source", "impurity"),
    [
        ("async def read(): ...", "1: AsyncFunctionDef"),
        ("x = 1\ntext = open('file').read()", "2: open()"),
        ("print('hello')", "1: print()"),
    ],
)
def test_io_is_recognised(source: str, impurity: str):
    assert list(impurities(source)) == [impurity]
