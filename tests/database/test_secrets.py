"""Passwords appear nowhere, whatever happens."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrule_core.database import Database, connect
from ferrule_core.database.target import find_target
from ferrule_core.errors import FerruleError
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings import load_settings, parse_url, url_text

secrets = st.text("abcxyz019/@[]%:?#&= '\"\\", min_size=12, max_size=20)


@given(secret=secrets, host=st.sampled_from(["127.0.0.1:1", "[::1]:1", ""]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_raw_password_in_a_url_is_never_shown(
    secret: str, host: str, tmp_path: Path, plugins: Plugins
):
    text = f"postgresql://ann:{secret}@{host}/shop"
    (tmp_path / "ferrule.toml").write_text('[profiles.dev]\nurl = "${URL}"')
    shown: list[str] = []

    uses: list[Callable[[], object]] = [
        lambda: parse_url(text),
        lambda: find_target(text, plugins, None),
        lambda: connect(text, plugins=plugins),
        lambda: load_settings(tmp_path, {"URL": text}).profile(),
    ]
    for use in uses:
        try:
            shown.append(repr(use()))
        except FerruleError as error:
            shown.append(f"{error!s} {error!r} {error.__context__!r} {error.__cause__!r}")

    assert all(secret not in line for line in shown), shown
    # and no long part of it, where it is taken for something else
    assert all(secret[1:9] not in line for line in shown), shown


@pytest.mark.anyio
async def test_no_log_or_traceback_holds_the_password(
    database_url: DatabaseUrl, plugins: Plugins, capfd: pytest.CaptureFixture[str]
):
    secret = "hunter2hunter2"
    log = io.StringIO()
    stream = logging.StreamHandler(log)
    root = logging.getLogger()
    before = root.level
    root.addHandler(stream)
    root.setLevel(logging.DEBUG)
    url = replace(database_url, password=secret, options={"sslpassword": secret})
    try:
        async with connect(
            url_text(url), plugins=plugins, close_within=timedelta(seconds=0.1)
        ) as database:
            await use_badly(database, log)
        with suppress(FerruleError):
            await connect(replace(url, database="nowhere"), plugins=plugins)
    except FerruleError:
        log.write(traceback.format_exc())
    finally:
        root.removeHandler(stream)
        root.setLevel(before)

    captured = capfd.readouterr()
    assert "hunter2" not in log.getvalue() + captured.out + captured.err


async def use_badly(database: Database, log: io.StringIO) -> None:
    for text in ("SELECT no_such_column", "SELECT pg_terminate_backend(pg_backend_pid())"):
        try:
            await database.fetch(text)
        except FerruleError:
            log.write(traceback.format_exc())
    log.write(f"{database!r} {database.url!r} {database.statistics()!r} {vars(database)!r}")
