"""``ferrule init``: a project in a folder."""

from __future__ import annotations

import json
import tomllib

import pytest

from ferrule_cli.commands.init import database_name, holds_password, init, settings_text
from ferrule_core.settings import load_settings


@pytest.fixture
def project(ferrule, tmp_path, monkeypatch):
    """An empty folder, in which `ferrule init` is run."""
    ferrule.add("init", init)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_project_begins_with_a_server_of_its_own(ferrule, project):
    done = ferrule("init")

    profile = load_settings(project, {}).profile()
    assert (profile.name, profile.provider, profile.url) == ("dev", "embedded", None)
    assert profile.models == project / "models"
    assert (project / ".gitignore").read_text() == ".ferrule/\n"
    assert done.code == 0
    assert done.out.startswith('✓ wrote ferrule.toml with the profile "dev"\n')
    assert done.err == ""


def test_a_url_makes_a_profile_of_an_existing_database(ferrule, project):
    ferrule("init", "--url", "postgresql://ann@db.example/shop", "--profile", "live")

    profile = load_settings(project, {}).profile()
    assert (profile.name, profile.provider) == ("live", None)
    assert profile.url is not None
    assert (profile.url.host, profile.url.database) == ("db.example", "shop")


def test_a_variable_stays_a_variable(ferrule, project):
    done = ferrule("init", "--url", "${DATABASE_URL}")

    written = tomllib.loads((project / "ferrule.toml").read_text())
    assert written["profiles"]["dev"]["url"] == "${DATABASE_URL}"
    profile = load_settings(project, {"DATABASE_URL": "postgresql://h/d"}).profile()
    assert profile.url is not None
    assert profile.url.host == "h"
    assert done.err == ""


def test_an_existing_file_is_not_written_over(ferrule, project):
    (project / "ferrule.toml").write_text("# mine\n")

    done = ferrule("init")

    assert done.code == 1
    assert done.err == (
        f"error: [FER-C001] {project}/ferrule.toml is there already\n"
        "hint: edit it, or delete it to begin anew\n"
    )
    assert (project / "ferrule.toml").read_text() == "# mine\n"
    assert not (project / ".gitignore").exists()


def test_a_url_that_is_none_writes_nothing(ferrule, project):
    done = ferrule("init", "--url", "localhost/shop")

    assert done.code == 1
    assert "does not begin with a scheme" in done.err
    assert list(project.iterdir()) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*.pyc\n", "*.pyc\n.ferrule/\n"),
        ("*.pyc", "*.pyc\n.ferrule/\n"),
        ("a\n.ferrule/\nb\n", "a\n.ferrule/\nb\n"),
    ],
)
def test_gitignore_gets_what_is_missing(ferrule, project, before, after):
    (project / ".gitignore").write_text(before)

    ferrule("init")

    assert (project / ".gitignore").read_text() == after


def test_a_password_in_the_file_is_warned_of_but_not_shown(ferrule, project):
    done = ferrule("init", "--url", "postgresql://ann:s3cret@db.example/shop")

    assert done.code == 0
    assert done.err.startswith("warning: ferrule.toml holds a password")
    assert "${DATABASE_URL}" in done.err
    assert "s3cret" not in done.out + done.err
    assert "s3cret" in (project / "ferrule.toml").read_text()


def test_a_project_inside_another_is_pointed_out(ferrule, project, monkeypatch):
    (project / "ferrule.toml").write_text("")
    (project / "inner").mkdir()
    monkeypatch.chdir(project / "inner")

    done = ferrule("init")

    assert done.err == f"warning: {project}/ferrule.toml is not used in this folder any more\n"
    assert (project / "inner" / "ferrule.toml").exists()


def test_json_says_what_was_written(ferrule, project):
    done = ferrule("init", "--json")

    assert json.loads(done.out) == {
        "path": str(project / "ferrule.toml"),
        "profile": "dev",
        "ignored": [".ferrule/"],
    }


def test_what_cannot_be_read_is_no_bug_and_nothing_is_half_written(ferrule, project):
    (project / ".gitignore").mkdir()

    done = ferrule("init")

    assert done.code == 1
    assert done.err == f"error: is a directory: {project}/.gitignore\n"
    assert not (project / "ferrule.toml").exists()


@pytest.mark.parametrize("name", ["dev", "my profile", 'qu"ote', "ünï.code", "back\\slash", "\x7f"])
@pytest.mark.parametrize("url", [None, 'postgresql://h/d?a="b\\c"', "${URL}"])
def test_every_name_and_url_makes_valid_toml(name, url):
    written = tomllib.loads(settings_text(profile=name, url=url))

    assert written["default"] == name
    assert written["profiles"][name].get("url") == url


@pytest.mark.parametrize(
    ("url", "held"),
    [
        ("postgresql://h/d", False),
        ("postgresql://ann@h/d", False),
        ("postgresql://ann:pw@h/d", True),
        ("postgresql://ann:p@w@h/d", True),
        ("postgresql://ann:${PASSWORD}@h/d", False),
        ("postgresql://ann:x${PASSWORD}@h/d", True),
        ("postgresql://h/d?password=pw", True),
        ("postgresql://h/d?password=${PASSWORD}", False),
        ("${DATABASE_URL}", False),
    ],
)
def test_where_a_password_stands(url, held):
    assert holds_password(url) is held


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("shop", "shop"),
        ("My Shop (2)", "my_shop_2"),
        ("postgres", "app_postgres"),
        ("2nd", "app_2nd"),
        ("\u00fc", "app"),
        ("x" * 80, "x" * 50),
    ],
)
def test_a_server_of_ones_own_has_a_database_named_after_the_folder(folder, name):
    assert database_name(folder) == name
