"""How the system notices that the other end of a link is gone."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from ferrule_core.errors import ConfigurationError

KEEPALIVE_DEFAULTS: Mapping[str, int] = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""libpq's parameters, in seconds, and milliseconds for the last. A dead link is noticed after a
minute; the system alone takes two hours when nothing is sent, and a quarter of one otherwise."""

_SOCKET_OPTIONS = {
    "keepalives_idle": ("TCP_KEEPIDLE", "TCP_KEEPALIVE"),  # the second is macOS's name
    "keepalives_interval": ("TCP_KEEPINTVL",),
    "keepalives_count": ("TCP_KEEPCNT",),
    "tcp_user_timeout": ("TCP_USER_TIMEOUT",),
}


def keepalive_settings(options: Mapping[str, str]) -> dict[str, int]:
    """Our defaults, and what the URL says instead. As in libpq, 0 is the system's default.

    Raises:
        ConfigurationError: One of them is not a number.
    """
    return {
        name: _number(name, options[name]) if name in options else default
        for name, default in KEEPALIVE_DEFAULTS.items()
    }


def keep_alive(link: socket.socket, settings: Mapping[str, int]) -> None:
    """Set them on a socket, as far as its system knows them."""
    if link.family not in (socket.AF_INET, socket.AF_INET6):
        return
    if settings["keepalives"]:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, spellings in _SOCKET_OPTIONS.items():
        number = next((getattr(socket, one) for one in spellings if hasattr(socket, one)), None)
        if number is not None and settings[name] > 0:
            link.setsockopt(socket.IPPROTO_TCP, number, settings[name])


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        pass
    raise ConfigurationError(f'"{name}" in the URL is not a whole number')
