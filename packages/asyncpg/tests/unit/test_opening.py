"""From a URL to what asyncpg is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ferrule_asyncpg.addresses import LOCAL, attempts_of
from ferrule_asyncpg.opening import address_arguments, connect_arguments
from ferrule_asyncpg.plugin import ferrule_backends
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import ConnectOptions, DatabaseUrl, HostAddress

URL = DatabaseUrl(host="db", port=5433, user="ann", password="p@ss/w%rd", database="shop")


def with_host(host: str, **options: str) -> DatabaseUrl:
    return replace(URL, host=host, options=options)


def with_options(**options: str) -> DatabaseUrl:
    return replace(URL, options=options)


def arguments_of(url: DatabaseUrl) -> list[dict[str, object]]:
    return [address_arguments(url, attempt) for attempt in attempts_of(url)]


def test_the_parts_of_the_url_are_passed_as_they_are():
    arguments = connect_arguments(URL, ConnectOptions())
    (address,) = arguments_of(URL)

    assert (arguments["user"], arguments["database"]) == ("ann", "shop")
    assert address == {
        "dsn": None,
        "host": ["db"],
        "port": 5433,
        "password": "p@ss/w%rd",
        "target_session_attrs": "any",
        "ssl": "prefer",
    }
    assert arguments["server_settings"] == {"application_name": "ferrule"}
    assert arguments["timeout"] == 10.0
    assert "command_timeout" not in arguments  # the deadline is ours
    assert "statement_cache_size" not in arguments


def test_asyncpg_is_left_nothing_to_look_up_in_the_environment():
    (address,) = arguments_of(DatabaseUrl(user="ann", database="shop"))

    assert address["host"] == LOCAL
    assert (address["port"], address["password"]) == (5432, "")


def test_a_socket_is_used_without_tls():
    (address,) = arguments_of(with_host("/var/run", sslmode="require"))

    assert address["ssl"] is False


def test_each_of_several_servers_is_told_its_own_password_and_no_other():
    alternatives = (HostAddress(host="two", port=1, password="b"), HostAddress(host="three"))
    url = replace(URL, alternatives=alternatives)

    told = [(each["host"], each["port"], each["password"]) for each in arguments_of(url)]

    assert told == [(["db"], 5433, "p@ss/w%rd"), (["two"], 1, "b"), (["three"], 5432, "")]


def test_a_standby_is_looked_for_on_all_servers_before_any_other_is_taken():
    url = replace(
        with_options(target_session_attrs="prefer-standby"),
        alternatives=(HostAddress(host="two"),),
    )

    tried = [(each["host"], each["target_session_attrs"]) for each in arguments_of(url)]

    assert tried == [
        (["db"], "standby"),
        (["two"], "standby"),
        (["db"], "any"),
        (["two"], "any"),
    ]


def test_a_kind_of_server_that_there_is_not_is_refused():
    with pytest.raises(ConfigurationError) as caught:
        attempts_of(with_options(target_session_attrs="primry"))

    assert caught.value.message == "target_session_attrs in the URL is no kind of server"


def test_servers_may_be_tried_in_any_order():
    alternatives = tuple(HostAddress(host=str(number)) for number in range(20))
    url = replace(with_options(load_balance_hosts="random"), alternatives=alternatives)

    orders = {tuple(attempt.place for attempt in attempts_of(url)) for _ in range(5)}

    assert len(orders) > 1


def test_an_address_is_used_and_the_name_is_shown():
    (attempt,) = attempts_of(with_options(hostaddr="127.0.0.1"))

    assert (attempt.hosts, attempt.place) == (["127.0.0.1"], 'host "db" port 5433')


def test_an_address_in_place_of_a_name_that_a_certificate_must_have_is_refused():
    with pytest.raises(ConfigurationError, match="with verify-full"):
        attempts_of(with_options(hostaddr="127.0.0.1", sslmode="verify-full"))


def test_options_become_asyncpgs():
    options = ConnectOptions(
        connect_within=timedelta(seconds=2),
        statement_cache=False,
        application_name="shop",
        server_settings={"work_mem": "7MB"},
    )

    arguments = connect_arguments(URL, options)

    assert arguments["timeout"] == 2.0
    assert arguments["statement_cache_size"] == 0
    assert arguments["server_settings"] == {"application_name": "shop", "work_mem": "7MB"}


def test_tls_travels_in_the_dsn_and_settings_of_the_server_beside_it():
    url = with_options(
        sslmode="verify-full", sslrootcert="/a b/root.crt", application_name="x", jit="off"
    )

    arguments = connect_arguments(url, ConnectOptions())
    (address,) = arguments_of(url)

    assert address["dsn"] == "postgresql://?sslrootcert=%2Fa+b%2Froot.crt"
    assert address["ssl"] == "verify-full"
    assert arguments["server_settings"] == {"application_name": "x", "jit": "off"}


def test_what_has_no_effect_is_left_out():
    url = with_options(keepalives="1", client_encoding="utf8", channel_binding="prefer")

    arguments = connect_arguments(url, ConnectOptions())

    assert arguments_of(url)[0]["dsn"] is None
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
    assert [attempt.place for attempt in attempts_of(url)] == [place]


def test_the_backend_serves_both_spellings_of_the_scheme():
    (backend,) = ferrule_backends()

    assert (backend.name, backend.schemes) == ("asyncpg", {"postgres", "postgresql"})
