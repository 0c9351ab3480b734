"""What stops a connection from being made, and what is said of it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Unpack

import pytest

from ferrule_core.database import connect
from ferrule_core.database.connect import PoolKeywords
from ferrule_core.errors import (
    AuthenticationFailed,
    ConfigurationError,
    ConnectFailed,
    FerruleError,
    ServerNotReady,
    TooManyConnections,
    UndefinedObject,
    UnknownDatabase,
)
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings import parse_url, url_text

pytestmark = pytest.mark.anyio

PASSWORD = "p@ss/w[rd%:?#&ü\\ '\""


async def failure(
    target: str | DatabaseUrl, plugins: Plugins, **options: Unpack[PoolKeywords]
) -> FerruleError:
    with pytest.raises(FerruleError) as caught:
        await connect(target, plugins=plugins, name="failing", **options)
    return caught.value


def data_folder(url: DatabaseUrl) -> Path:
    """Where an embedded server keeps its data, and its socket."""
    assert url.host is not None
    return Path(url.host)


def postmaster_of(url: DatabaseUrl) -> int:
    return int((data_folder(url) / "postmaster.pid").read_text().split()[0])


def ask_ann_for_her_password(url: DatabaseUrl) -> None:
    rules = data_folder(url) / "pg_hba.conf"
    rules.write_text(f"local all ann scram-sha-256\n{rules.read_text()}")


@pytest.fixture
async def own_server(plugins: Plugins) -> AsyncIterator[DatabaseUrl]:
    """A server of this test alone, which asks the role ``ann`` for her password."""
    async with plugins.server("embedded").open() as url:
        async with connect(url, plugins=plugins, name="admin") as admin:
            ask_ann_for_her_password(url)
            await admin.execute("SELECT pg_reload_conf()")
            quoted = await admin.fetch_first("SELECT quote_literal($1) AS text", PASSWORD)
            assert quoted is not None
            await admin.execute(f"CREATE ROLE ann LOGIN PASSWORD {quoted['text']}")
        yield url


async def test_a_password_with_any_character_opens_the_door(
    own_server: DatabaseUrl, plugins: Plugins
):
    url = replace(own_server, user="ann", password=PASSWORD)

    async with connect(url_text(url), plugins=plugins, name="ann") as database:
        row = await database.fetch_first("SELECT current_user::text AS user")

    assert row is not None
    assert row["user"] == "ann"


async def test_a_wrong_password_is_said_and_never_shown(
    own_server: DatabaseUrl, plugins: Plugins, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    secret = "hunter2/@[%"

    error = await failure(replace(own_server, user="ann", password=secret), plugins)

    assert isinstance(error, AuthenticationFailed)
    assert 'password authentication failed for user "ann" (SQLSTATE 28P01)' in error.message
    assert error.hint == "check user and password of the profile or URL"
    shown = "".join(traceback.format_exception(error)) + caplog.text + repr(error)
    assert "hunter2" not in shown


async def test_no_password_where_one_is_needed_is_an_authentication_failure(
    own_server: DatabaseUrl, plugins: Plugins, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "absent"))

    error = await failure(replace(own_server, user="ann"), plugins)

    assert isinstance(error, AuthenticationFailed | ConnectFailed)
    assert "password" in error.message


async def test_a_server_that_shuts_down_is_not_ready(own_server: DatabaseUrl, plugins: Plugins):
    async with connect(own_server, plugins=plugins, name="admin") as admin:
        os.kill(postmaster_of(own_server), signal.SIGTERM)  # it waits for the session of admin
        with pytest.raises(ServerNotReady) as caught:
            for _ in range(200):
                async with connect(own_server, plugins=plugins, name="late"):
                    await asyncio.sleep(0.01)
        await admin.close()

    assert "the database system is shutting down" in caught.value.message


async def test_an_unknown_database_is_named(database_url: DatabaseUrl, plugins: Plugins):
    error = await failure(replace(database_url, database="nowhere"), plugins)

    assert isinstance(error, UnknownDatabase)
    assert error.message.endswith('database "nowhere" does not exist (SQLSTATE 3D000)')


async def test_nobody_there_names_host_and_port(plugins: Plugins):
    error = await failure("postgresql://ann:hunter2@127.0.0.1:1/shop", plugins)

    assert isinstance(error, ConnectFailed)
    assert error.message == 'no server answers at host "127.0.0.1" port 1: connection refused'
    assert error.hint == "is PostgreSQL running there, and do host and port fit?"
    assert isinstance(error.__cause__, OSError)


async def test_an_unknown_host_is_named(plugins: Plugins):
    error = await failure("postgresql://ann:hunter2@nowhere.invalid/shop", plugins)

    assert isinstance(error, ConnectFailed)
    assert error.message.startswith('no server answers at host "nowhere.invalid" port 5432: ')
    assert "hunter2" not in str(error)


async def test_a_socket_folder_without_a_server_is_named(plugins: Plugins, tmp_path: Path):
    error = await failure(f"postgresql:///shop?host={tmp_path}", plugins)

    assert error.message == (
        f'no server answers at socket folder "{tmp_path}" port 5432: no such file or directory'
    )


async def test_silence_ends_after_the_time_that_was_given(plugins: Plugins):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = await failure(
            f"postgresql://ann@127.0.0.1:{port}/shop",
            plugins,
            connect_within=timedelta(seconds=0.2),
        )

    assert isinstance(error, ConnectFailed)
    assert error.message == f'no answer from host "127.0.0.1" port {port} in time'


async def test_a_server_that_is_no_postgresql_is_a_failure_to_connect(plugins: Plugins):
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as web:
        port = web.sockets[0].getsockname()[1]
        error = await failure(
            f"postgresql://ann@127.0.0.1:{port}/shop?sslmode=disable",
            plugins,
            connect_within=timedelta(seconds=1),
        )

    assert isinstance(error, ConnectFailed)
    assert f'host "127.0.0.1" port {port}' in error.message


async def test_too_many_connections_are_said(database_url: DatabaseUrl, plugins: Plugins):
    assert database_url.database is not None
    async with connect(database_url, plugins=plugins, name="admin") as admin:
        await admin.execute("CREATE ROLE one_only LOGIN CONNECTION LIMIT 0")
        try:
            error = await failure(replace(database_url, user="one_only"), plugins)
        finally:
            await admin.execute("DROP ROLE one_only")

    assert isinstance(error, TooManyConnections)
    assert 'too many connections for role "one_only"' in error.message


async def test_settings_in_the_url_reach_the_session(database_url: DatabaseUrl, plugins: Plugins):
    options = "?application_name=shop&work_mem=7MB&options=-c%20search_path%3Dpg_catalog"
    url = parse_url(url_text(replace(database_url, options={})) + options)

    async with connect(url, plugins=plugins, name="tuned") as database:
        row = await database.fetch_first(
            "SELECT current_setting('application_name'), current_setting('work_mem'), "
            "current_setting('search_path')"
        )

    assert row is not None
    assert tuple(row) == ("shop", "7MB", "pg_catalog")


async def test_an_unknown_setting_in_the_url_is_named(database_url: DatabaseUrl, plugins: Plugins):
    error = await failure(replace(database_url, options={"wrok_mem": "7MB"}), plugins)

    assert isinstance(error, ConnectFailed | UndefinedObject)
    assert "wrok_mem" in error.message


async def test_what_asyncpg_cannot_demand_is_refused(database_url: DatabaseUrl, plugins: Plugins):
    error = await failure(replace(database_url, options={"channel_binding": "require"}), plugins)

    assert isinstance(error, ConfigurationError)
    assert error.message == (
        'the asyncpg backend cannot do what "channel_binding" in the URL demands'
    )


async def test_tls_that_the_server_does_not_speak_is_said(plugins: Plugins):
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        writer.write(b"N")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        error = await failure(f"postgresql://ann@127.0.0.1:{port}/shop?sslmode=require", plugins)

    assert isinstance(error, ConnectFailed)
    assert error.message == (
        f'no TLS connection with host "127.0.0.1" port {port}: '
        "it speaks no TLS, or is no PostgreSQL server"
    )


async def test_a_statement_cache_that_is_off_prepares_nothing(
    database_url: DatabaseUrl, plugins: Plugins
):
    statements = "SELECT count(*)::int AS n FROM pg_prepared_statements"
    async with (
        connect(database_url, plugins=plugins, name="pooled", statement_cache=False) as database,
        database.connection() as connection,
    ):
        await connection.fetch("SELECT 1")
        row = await connection.fetch_first(statements)

    assert row is not None
    assert row["n"] == 0
