"""What every test of the repository shares."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# No deadline: machines that are shared are slow now and then. CI finds the same each time;
# `HYPOTHESIS_PROFILE=search` looks longer and elsewhere.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("search", max_examples=5000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

pytest_plugins = ["pytester"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many workers ``-n auto`` means: half of the time, tests wait for a server."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture(scope="session")
def anyio_backend() -> str | tuple[str, dict[str, bool]]:
    """Run async tests on asyncio, the only one that the drivers support; on uvloop where asked."""
    uvloop = os.environ.get("FERRULE_TEST_UVLOOP")
    return ("asyncio", {"use_uvloop": True}) if uvloop else "asyncio"
