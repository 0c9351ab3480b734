"""What ``ferrule`` exports changes on purpose or not at all."""

from __future__ import annotations

import ast
from pathlib import Path

import ferrule

STORED = Path(__file__).with_name("public_names.txt")


def test_the_public_names_are_those_of_the_stored_list():
    names = sorted(getattr(ferrule, "__all__", []))

    assert names == STORED.read_text().split(), f"if that is meant, change {STORED.name} too"


def test_each_public_name_is_there():
    assert [name for name in getattr(ferrule, "__all__", []) if not hasattr(ferrule, name)] == []


def test_what_checkers_see_is_what_is_there_at_run_time():
    written = Path(ferrule.__file__).read_text()
    imported = {
        (node.module, name.name)
        for node in ast.walk(ast.parse(written))
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    }

    at_run_time = {
        (f"ferrule_core.{module}", name)
        for module, names in vars(ferrule)["_MODULES"].items()
        for name in names
    }

    beside = {"types", "lazy_exports", "annotations", "TYPE_CHECKING"}
    assert {(module, name) for module, name in imported if name not in beside} == at_run_time
