"""What is imported or compiled when it is first used."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from ferrule_core.lazy import lazy_module, pattern


def test_a_pattern_does_what_the_compiled_one_does():
    words = pattern(r"(\w+) ?", re.IGNORECASE)

    found = words.match("One two")
    assert found is not None
    assert found.group(1) == "One"
    assert words.sub("x", "one two") == "xx"
    assert words.flags & re.IGNORECASE


def test_a_wrong_pattern_is_refused_when_it_is_used():
    broken = pattern("(")

    assert repr(broken) == "pattern('(')"
    with pytest.raises(re.error, match="unterminated subpattern"):
        broken.match("x")


def test_a_module_is_imported_when_something_of_it_is_used():
    program = """
import sys
from ferrule_core.lazy import lazy_module
csv = lazy_module("csv")
print("csv" in sys.modules, csv)
print(csv.QUOTE_ALL == csv.QUOTE_ALL == 1, "csv" in sys.modules)
"""

    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    assert printed.splitlines() == ["False lazy_module('csv')", "True True"]


def test_a_module_that_is_not_there_is_named():
    with pytest.raises(ModuleNotFoundError, match="nothing_of_that_name"):
        getattr(lazy_module("nothing_of_that_name"), "anything")  # noqa: B009 - it has no type
