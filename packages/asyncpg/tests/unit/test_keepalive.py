"""Noticing dead links: what the socket is told."""

from __future__ import annotations

import socket

import pytest

from ferrule_asyncpg.keepalive import KEEPALIVE_DEFAULTS, keep_alive, keepalive_settings
from ferrule_core.errors import ConfigurationError


def set_on(link: socket.socket, **options: str) -> dict[str, int]:
    keep_alive(link, keepalive_settings(options))
    read = {name: link.getsockopt(socket.IPPROTO_TCP, number) for name, number in NUMBERS.items()}
    return read | {"keepalives": link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)}


NUMBERS = {
    "keepalives_idle": socket.TCP_KEEPIDLE,
    "keepalives_interval": socket.TCP_KEEPINTVL,
    "keepalives_count": socket.TCP_KEEPCNT,
    "tcp_user_timeout": socket.TCP_USER_TIMEOUT,
}


def test_a_dead_link_is_noticed_after_a_minute():
    with socket.socket(socket.AF_INET) as link:
        assert set_on(link) == KEEPALIVE_DEFAULTS

    idle, interval = (
        KEEPALIVE_DEFAULTS["keepalives_idle"],
        KEEPALIVE_DEFAULTS["keepalives_interval"],
    )
    assert idle + interval * KEEPALIVE_DEFAULTS["keepalives_count"] == 60


def test_the_url_says_otherwise():
    with socket.socket(socket.AF_INET6) as link:
        seen = set_on(link, keepalives_idle="7", tcp_user_timeout="9000", keepalives_count="0")
        system = socket.socket(socket.AF_INET6)
        with system:
            count = system.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)

    assert (seen["keepalives_idle"], seen["tcp_user_timeout"]) == (7, 9000)
    assert seen["keepalives_count"] == count  # 0 leaves it to the system


def test_keepalives_can_be_left_off():
    with socket.socket(socket.AF_INET) as link:
        assert set_on(link, keepalives="0")["keepalives"] == 0


def test_a_unix_socket_has_none_of_them():
    with socket.socket(socket.AF_UNIX) as link:
        keep_alive(link, keepalive_settings({}))

        assert link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0


def test_what_is_not_a_number_is_refused():
    with pytest.raises(ConfigurationError) as caught:
        keepalive_settings({"keepalives_idle": "soon"})

    assert caught.value.message == '"keepalives_idle" in the URL is not a whole number'
