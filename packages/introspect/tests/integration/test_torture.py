"""Every kind and option that belongs to a relation: read, rendered, and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferrule_core.catalog import dump_catalog, load_catalog

pytestmark = pytest.mark.anyio

SCRIPTS = sorted(path.stem for path in (Path(__file__).parent / "torture").glob("*.sql"))


def needed(script: str) -> int:
    """The oldest server that can run a script: ``since_15`` says it."""
    _, since, version = script.rpartition("since_")
    return int(version) if since else 13


async def load(database, script: str) -> None:
    """Run a script, or skip where the server is too old."""
    if (await database.connect()).server_version < (needed(script), 0):
        pytest.skip(f"{script} needs a newer server")
    await database.run((Path(__file__).parent / "torture" / f"{script}.sql").read_text("utf-8"))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_script_is_read_in_full_and_made_again(database, script: str):
    await load(database, script)
    first = await database.read()

    assert first.unmodelled == ()
    assert load_catalog(dump_catalog(first.catalog)) == first.catalog
    async with database.copy(first.catalog) as copy:
        assert await copy.dump() == await database.dump()
        second = await copy.read()
        assert second.catalog == first.catalog
        async with copy.copy(second.catalog) as further:
            assert (await further.read()).catalog == first.catalog
