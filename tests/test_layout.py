"""What holds for every package of the repository."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
VERSION = (ROOT / "VERSION").read_text().strip()
FOLDERS = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """Give each package's folder in turn."""
    folder: Path = request.param
    return folder


@pytest.fixture
def project(folder: Path) -> dict[str, Any]:
    """Give the ``[project]`` table of that package."""
    tables = tomllib.loads((folder / "pyproject.toml").read_text())
    return dict(tables["project"])


def test_a_package_has_what_every_package_has(folder: Path, project: dict[str, Any]):
    name = "ferrule" if folder.name == "ferrule" else f"ferrule-{folder.name}"
    sources = folder / "src" / name.replace("-", "_")

    assert project["name"] == name
    assert (sources / "__init__.py").is_file()
    assert (sources / "py.typed").is_file()
    assert (folder / "tests").is_dir()
    assert (folder / "README.md").read_text().startswith(f"# {name}\n")
    assert (folder / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert [path.name for path in (folder / "src").iterdir()] == [sources.name]


def test_all_packages_have_one_version(project: dict[str, Any]):
    assert project["dynamic"] == ["version"]
    assert version(project["name"]) == VERSION


def test_packages_of_ours_are_required_in_exactly_this_version(project: dict[str, Any]):
    extras = project.get("optional-dependencies", {}).values()
    required = {*project["dependencies"], *(line for lines in extras for line in lines)}
    ours = sorted(line for line in required if line.startswith("ferrule"))

    assert ours == [f"{line.partition('==')[0]}=={VERSION}" for line in ours]


def test_a_package_that_hands_something_out_is_found_as_a_plugin(
    folder: Path, project: dict[str, Any]
):
    module = project["name"].replace("-", "_")
    plugin = folder / "src" / module / "plugin.py"
    expected = {folder.name: f"{module}.plugin"} if plugin.exists() else {}

    assert project.get("entry-points", {}).get("ferrule", {}) == expected


def test_the_meta_package_installs_every_package_by_default_or_by_an_extra():
    path = ROOT / "packages" / "ferrule" / "pyproject.toml"
    project = tomllib.loads(path.read_text())["project"]
    extras = {
        name: {re.split(r"[=\[]", line)[0] for line in lines}
        for name, lines in project["optional-dependencies"].items()
    }
    default = {line.partition("==")[0] for line in project["dependencies"]}
    every = {f"ferrule-{folder.name}" for folder in FOLDERS} - {"ferrule-ferrule"}

    assert default == {"ferrule-asyncpg", "ferrule-cli", "ferrule-core"}
    assert extras.pop("all") == every - default
    for name in every - default:
        assert name in extras[name.removeprefix("ferrule-")]


def test_both_type_checkers_are_told_each_source_folder_by_its_name():
    """Pyright found nothing by the wildcard ``packages/*/src``, and was content."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    sources = [f"{folder.relative_to(ROOT)}/src" for folder in FOLDERS]

    assert tools["pyright"]["include"] == sources
    assert tools["mypy"]["mypy_path"] == sources
