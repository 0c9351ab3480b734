"""Entry points of installed distributions are those that Python itself finds."""

from __future__ import annotations

import sys
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from zipfile import ZipFile

import pytest

from ferrule_core.plugins.distributions import Distribution, EntryPoint, entry_points

METADATA = """\
Metadata-Version: 2.4
Name: Acme.Things
Version: 2.5
Requires-Dist: ferrule-core==1.0
Requires-Dist: click>=8; extra == "cli"

Name: a line of the description
Requires-Dist: no requirement
"""
ENTRY_POINTS = """\
[console_scripts]
acme = acme.cli:main

# plugins
[ferrule]
things = acme.plugin
# nothing = acme.nothing
more=acme.more : Plugin.hooks [extra]
"""
THINGS = Distribution("Acme.Things", "2.5", ("ferrule-core==1.0", 'click>=8; extra == "cli"'))


def installed(folder: Path, *, name: str = "acme_things-2.5.dist-info") -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "METADATA").write_text(METADATA)
    (folder / name / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


@pytest.mark.parametrize("group", ["ferrule", "console_scripts", "pytest11"])
def test_they_are_those_of_importlib_metadata(group: str):
    expected = {
        (entry.name, entry.value, entry.dist.name, entry.dist.version, *(entry.dist.requires or ()))
        for entry in metadata.entry_points(group=group)
        if entry.dist is not None
    }

    found = entry_points(group)

    assert expected
    assert {
        (entry.name, entry.value, from_.name, from_.version, *from_.requires)
        for entry in found
        for from_ in [entry.distribution]
    } == expected


def test_a_folder_as_pip_leaves_it_is_read(tmp_path: Path):
    found = entry_points("ferrule", [str(installed(tmp_path))])

    assert found == [
        EntryPoint("things", "acme.plugin", THINGS),
        EntryPoint("more", "acme.more : Plugin.hooks [extra]", THINGS),
    ]


def test_of_two_of_one_name_the_first_on_the_path_counts(tmp_path: Path):
    first = installed(tmp_path / "first", name="Acme.Things-9.dist-info")
    second = installed(tmp_path / "second")
    (first / "Acme.Things-9.dist-info" / "entry_points.txt").unlink()

    assert entry_points("ferrule", map(str, [first, second])) == []
    assert len(entry_points("ferrule", map(str, [second, first]))) == 2


def test_what_is_not_there_and_not_to_be_read_is_passed_over(tmp_path: Path):
    assert entry_points("ferrule", [str(tmp_path / "nowhere"), str(installed(tmp_path))])


def test_a_zip_file_on_the_path_is_read_by_python_itself(tmp_path: Path):
    with ZipFile(tmp_path / "acme.zip", "w") as archive:
        archive.writestr("acme_things-2.5.dist-info/METADATA", METADATA)
        archive.writestr("acme_things-2.5.dist-info/entry_points.txt", ENTRY_POINTS)

    found = entry_points("ferrule", [str(tmp_path / "acme.zip")])

    assert [entry.name for entry in found] == ["things", "more"]
    assert {entry.distribution for entry in found} == {THINGS}


def test_an_old_egg_is_read_by_python_itself(tmp_path: Path):
    egg = tmp_path / "acme_things.egg-info"
    egg.mkdir()
    (egg / "PKG-INFO").write_text(METADATA)
    (egg / "entry_points.txt").write_text(ENTRY_POINTS)

    assert [entry.name for entry in entry_points("ferrule", [str(tmp_path)])] == ["things", "more"]


def test_other_finders_of_distributions_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    elsewhere = str(installed(tmp_path))

    class Finder:
        @staticmethod
        def find_spec(*_: object) -> None:
            return None

        @staticmethod
        def find_distributions(context: metadata.DistributionFinder.Context) -> object:
            there = metadata.DistributionFinder.Context(name=context.name, path=[elsewhere])
            return PathFinder.find_distributions(there)

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])

    assert [entry.name for entry in entry_points("ferrule", [])] == ["things", "more"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("os.path", "os.path"), ("os.path:join", "join"), ("pathlib : Path.home [x]", "home")],
)
def test_an_entry_point_loads_what_it_names(value: str, expected: str):
    loaded = EntryPoint("one", value, THINGS).load()

    assert getattr(loaded, "__name__", None) in {expected, "posixpath"}
