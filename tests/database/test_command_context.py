"""How commands reach settings and databases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from ferrule_core.command.context import CommandContext
from ferrule_core.command.terminal import Terminal
from ferrule_core.errors import ConfigurationError, UnknownProfile
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.query.port import executor_for
from ferrule_core.settings import url_text

pytestmark = pytest.mark.anyio


def context(
    root: Path, plugins: Plugins, environment: Mapping[str, str] | None = None
) -> CommandContext:
    silent = cast("Terminal", None)  # nothing here speaks
    return CommandContext(
        terminal=silent, plugins=plugins, root=root, environment=environment or {}
    )


async def one(connection: Any) -> int:
    row = await connection.fetch_first("SELECT 1 AS n")
    return int(row["n"])


async def test_connects_to_a_profile(tmp_path: Path, plugins: Plugins, database_url: DatabaseUrl):
    (tmp_path / "ferrule.toml").write_text('[profiles.dev]\nurl = "${SHOP_URL}"\n')
    environment = {"SHOP_URL": url_text(database_url)}

    async with context(tmp_path, plugins, environment).connection() as connection:
        assert await one(connection) == 1

    assert connection.closed


async def test_connects_to_a_url(tmp_path: Path, plugins: Plugins, database_url: DatabaseUrl):
    commands = context(tmp_path, plugins)

    async with commands.connection(url=url_text(database_url)) as connection:
        assert await one(connection) == 1


async def test_opens_a_database_for_models(
    tmp_path: Path, plugins: Plugins, database_url: DatabaseUrl
):
    async with context(tmp_path, plugins).database(url=url_text(database_url)) as database:
        assert executor_for(None) is database


async def test_starts_the_server_of_a_profile(tmp_path: Path, plugins: Plugins):
    (tmp_path / "ferrule.toml").write_text('[profiles.dev]\nprovider = "embedded"\n')
    commands = context(tmp_path, plugins)

    async with commands.connection() as connection:
        assert await one(connection) == 1
        status = await plugins.server("embedded").status(commands.profile().data)
        assert status.running

    assert commands.profile().data == tmp_path / ".ferrule" / "dev"
    assert not (await plugins.server("embedded").status(commands.profile().data)).running


async def test_a_profile_and_a_url_together_are_refused(tmp_path: Path, plugins: Plugins):
    with pytest.raises(ConfigurationError, match="a profile and a URL were given"):
        async with context(tmp_path, plugins).connection(profile="dev", url="postgresql:///x"):
            pass


async def test_text_that_is_no_url_is_not_taken_for_a_profile(tmp_path: Path, plugins: Plugins):
    with pytest.raises(ConfigurationError, match="does not begin with a scheme"):
        async with context(tmp_path, plugins).connection(url="dev"):
            pass


async def test_an_unknown_profile_is_named(tmp_path: Path, plugins: Plugins):
    (tmp_path / "ferrule.toml").write_text('[profiles.dev]\nprovider = "embedded"\n')

    with pytest.raises(UnknownProfile) as caught:
        context(tmp_path, plugins).profile("deb")

    assert caught.value.hint == 'did you mean "dev"?'


async def test_a_table_that_no_plugin_knows_is_refused(tmp_path: Path, plugins: Plugins):
    (tmp_path / "ferrule.toml").write_text("[profile.dev]\n")

    with pytest.raises(ConfigurationError) as caught:
        context(tmp_path, plugins).profile()

    assert caught.value.message == f"{tmp_path / 'ferrule.toml'}: [profile]: unknown table"
    assert caught.value.hint == 'did you mean "profiles"?'
