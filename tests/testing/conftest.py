"""What the tests of the pytest plugin share."""

from __future__ import annotations

import importlib

import pytest

# pytester forgets the modules that a run imported, and C extensions cannot be imported twice.
for module in ("asyncpg", "ferrule_core.database", "ferrule_asyncpg.backend"):
    importlib.import_module(module)

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project of a user, with nothing but the plugin."""
    for name in ("CI", "FERRULE_KEEP_DATABASE", "FERRULE_TEST_DSN", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeconftest(CONFTEST)
    return pytester
