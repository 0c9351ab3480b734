"""Each architecture contract of pyproject.toml refuses what it says it refuses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))
IMPORT_PACKAGES = sorted(path.name for path in ROOT.glob("packages/*/src/*") if path.is_dir())
IMPORT_LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in IMPORT_LINTER["contracts"]}
NAMES = {contract["name"] for contract in CONTRACTS.values()}


class Violation(NamedTuple):
    """An import that a contract forbids."""

    contract: str
    importer: str
    imported: str


def violations() -> Iterator[Violation]:
    """Yield at least one forbidden import for each line of each contract."""
    for package in IMPORT_PACKAGES:
        if package != "ferrule_core":
            yield Violation("packages", "ferrule_core", package)
    for package, sibling in pairwise(p for p in IMPORT_PACKAGES if p != "ferrule_core"):
        yield Violation("packages", package, sibling)
        yield Violation("packages", sibling, package)

    layers = [layer.strip("()") for layer in CONTRACTS["core"]["layers"]]
    for higher, lower in pairwise(layers):
        yield Violation("core", f"ferrule_core.{lower}", f"ferrule_core.{higher}")

    for contract in CONTRACTS.values():
        if contract["type"] == "forbidden":
            for importer in contract["source_modules"]:
                for imported in contract["forbidden_modules"]:
                    yield Violation(contract["id"], importer.removesuffix(".**"), imported)


def copy_sources(destination: Path) -> Path:
    """Copy the import packages and the settings of import-linter, and nothing else."""
    for package in PACKAGES:
        shutil.copytree(package / "src", destination, dirs_exist_ok=True)
    shutil.copy(ROOT / "pyproject.toml", destination)
    return destination


def add_package(sources: Path, name: str) -> Path:
    """Return the folder of a package that is there from now on."""
    folder = sources / name.replace(".", "/")
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    return folder


def add_violation(sources: Path, violation: Violation) -> None:
    """Write the module that holds the violation."""
    folder = add_package(sources, violation.importer)
    with (folder / "intruder.py").open("a") as file:
        file.write(f"import {violation.imported}\n")


def lint_imports(sources: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a copy of the sources."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=sources,
        env={**os.environ, "PYTHONPATH": str(sources), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def broken_imports(report: str) -> dict[str, set[tuple[str, str]]]:
    """Return, by the name of its contract, each import that the report complains of."""
    found: dict[str, set[tuple[str, str]]] = {}
    current: set[tuple[str, str]] = set()
    for line in report.partition("Broken contracts")[2].splitlines():
        if line in NAMES:
            current = found.setdefault(line, set())
        elif match := re.match(r"-? +(\S+) -> (\S+) \(l\.", line):
            current.add((match[1], match[2]))
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what import-linter says about a tree that breaks every contract in every way."""
    sources = copy_sources(tmp_path_factory.mktemp("sources"))
    for layer in CONTRACTS["core"]["layers"]:  # a layer has to be there to be imported
        add_package(sources, f"ferrule_core.{layer.strip('()')}")
    (sources / "ferrule_core" / "unplaced.py").touch()
    for violation in violations():
        add_violation(sources, violation)
    return lint_imports(sources).stdout


def test_the_sources_keep_every_contract(tmp_path: Path):
    linted = lint_imports(copy_sources(tmp_path))

    assert linted.returncode == 0, linted.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in linted.stdout


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_refuses_each_import_that_it_forbids(contract: str, report: str):
    expected = {
        (f"{v.importer}.intruder", v.imported) for v in violations() if v.contract == contract
    }

    refused = broken_imports(report)[CONTRACTS[contract]["name"]]

    assert expected
    assert expected <= refused


def test_a_part_of_core_without_a_place_in_the_order_breaks_the_contract(report: str):
    assert "ferrule_core.unplaced" in report


def test_every_package_is_under_contract():
    packages, core = CONTRACTS["packages"]["layers"]

    assert sorted([*packages.split(" | "), core]) == IMPORT_PACKAGES
    assert IMPORT_LINTER["root_packages"] == IMPORT_PACKAGES
