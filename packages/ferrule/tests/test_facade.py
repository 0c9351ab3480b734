"""What ``ferrule`` shows to its users, and what showing it costs."""

from __future__ import annotations

import subprocess
import sys

import ferrule
import ferrule.errors
import ferrule.types
from ferrule_core import errors
from ferrule_core.mapping import types


def test_the_public_names_are_there():
    assert len(set(ferrule.__all__)) == len(ferrule.__all__) > 100
    assert all(getattr(ferrule, name) is not None for name in ferrule.__all__)


def test_errors_and_types_are_whole():
    assert set(ferrule.errors.__all__) <= set(errors.__all__)
    spelt = {name for name, what in vars(types).items() if callable(what) and name[0].isupper()}
    own = {name for name in spelt if vars(types)[name].__module__ == types.__name__}
    assert own <= set(ferrule.types.__all__)
    assert all(callable(getattr(ferrule.types, name)) for name in ferrule.types.__all__)


def test_a_name_that_is_not_there_is_said():
    done = subprocess.run(
        [sys.executable, "-c", "from ferrule import nothing"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "cannot import name 'nothing' from 'ferrule'" in done.stderr


def test_importing_it_imports_no_driver_no_validation_and_no_plugins():
    heavy = ["pydantic", "asyncpg", "pluggy", "cyclopts", "jinja2", "typing_extensions", "asyncio"]
    program = f"import ferrule, sys; print([m for m in {heavy} if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
