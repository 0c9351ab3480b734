"""From a URL to what asyncpg is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ferrule_asyncpg.opening import connect_arguments, place_of
from ferrule_asyncpg.plugin import ferrule_backends
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import ConnectOptions, DatabaseUrl

URL = DatabaseUrl(host="db", port=5433, user="ann", password="p@ss/w%rd", database="shop")


def with_options(**options: str) -> DatabaseUrl:
    return replace(URL, options=options)


def test_the_parts_of_the_url_are_passed_as_they_are():
    arguments = connect_arguments(URL, ConnectOptions())

    assert {name: arguments[name] for name in ("host", "port", "user", "password", "database")} == {
        "host": "db",
        "port": 5433,
        "user": "ann",
        "password": "p@ss/w%rd",
        "database": "shop",
    }
    assert arguments["dsn"] is None
    assert arguments["server_settings"] == {"application_name": "ferrule"}
    assert (arguments["timeout"], arguments["command_timeout"]) == (10.0, None)
    assert "statement_cache_size" not in arguments


def test_options_become_asyncpgs():
    options = ConnectOptions(
        connect_within=timedelta(seconds=2),
        statement_within=timedelta(milliseconds=500),
        statement_cache=False,
        application_name="shop",
        server_settings={"work_mem": "7MB"},
    )

    arguments = connect_arguments(URL, options)

    assert (arguments["timeout"], arguments["command_timeout"]) == (2.0, 0.5)
    assert arguments["statement_cache_size"] == 0
    assert arguments["server_settings"] == {"application_name": "shop", "work_mem": "7MB"}


def test_tls_travels_in_the_dsn_and_settings_of_the_server_beside_it():
    url = with_options(
        sslmode="verify-full", sslrootcert="/a b/root.crt", application_name="x", jit="off"
    )

    arguments = connect_arguments(url, ConnectOptions())

    assert arguments["dsn"] == "postgresql://?sslmode=verify-full&sslrootcert=%2Fa+b%2Froot.crt"
    assert arguments["server_settings"] == {"application_name": "x", "jit": "off"}


def test_what_has_no_effect_is_left_out():
    url = with_options(keepalives="1", client_encoding="utf8", channel_binding="prefer")

    arguments = connect_arguments(url, ConnectOptions())

    assert arguments["dsn"] is None
    assert arguments["server_settings"] == {"application_name": "ferrule"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("channel_binding", "require"),
        ("gssencmode", "require"),
        ("require_auth", "scram-sha-256"),
        ("requirepeer", "postgres"),
    ],
)
def test_demands_that_asyncpg_cannot_make_are_refused(name: str, text: str):
    with pytest.raises(ConfigurationError) as caught:
        connect_arguments(with_options(**{name: text}), ConnectOptions())

    assert caught.value.message == (
        f'the asyncpg backend cannot do what "{name}" in the URL demands'
    )


@pytest.mark.parametrize(("text", "seconds"), [("3", 3.0), ("0", 10.0), ("-1", 10.0)])
def test_the_time_to_connect_in_the_url_wins(text: str, seconds: float):
    arguments = connect_arguments(with_options(connect_timeout=text), ConnectOptions())

    assert arguments["timeout"] == seconds


def test_a_time_to_connect_that_is_no_number_is_refused():
    with pytest.raises(ConfigurationError, match="connect_timeout in the URL is not a number"):
        connect_arguments(with_options(connect_timeout="soon"), ConnectOptions())


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (URL, 'host "db" port 5433'),
        (DatabaseUrl(host="db"), 'host "db" port 5432'),
        (DatabaseUrl(host="/var/run"), 'socket folder "/var/run" port 5432'),
        (DatabaseUrl(), "the server of this machine"),
    ],
)
def test_the_place_is_named_for_people(url: DatabaseUrl, place: str):
    assert place_of(url) == place


def test_the_backend_serves_both_spellings_of_the_scheme():
    (backend,) = ferrule_backends()

    assert (backend.name, backend.schemes) == ("asyncpg", {"postgres", "postgresql"})
