"""What ``ferrule`` exports changes on purpose or not at all."""

from __future__ import annotations

from pathlib import Path

import ferrule

STORED = Path(__file__).with_name("public_names.txt")


def test_the_public_names_are_those_of_the_stored_list():
    names = sorted(getattr(ferrule, "__all__", []))

    assert names == STORED.read_text().split(), f"if that is meant, change {STORED.name} too"


def test_each_public_name_is_there():
    assert [name for name in getattr(ferrule, "__all__", []) if not hasattr(ferrule, name)] == []
