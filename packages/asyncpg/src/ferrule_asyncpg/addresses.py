"""The servers of a URL, in the order in which they are tried.

asyncpg could be given all of them at once. But then the first that does not answer would use up the
time of all, and one password would be told to every server.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError, ConnectFailed
from ferrule_core.plugins.contracts import DatabaseUrl, HostAddress

LOCAL = ["/run/postgresql", "/var/run/postgresql", "/tmp", "/private/tmp", "localhost"]  # noqa: S108
"""Where a server of this machine may listen, when no host is named."""

DEFAULT_PORT = 5432

_KINDS = ("any", "primary", "standby", "prefer-standby", "read-write", "read-only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to connect.

    Attributes:
        hosts: What asyncpg is given; several only for the server of this machine.
        password: Empty where there is none, so that asyncpg does not look for one itself.
        wanted: What kind of server it must be: a value of ``target_session_attrs``.
        place: The server, for people.
    """

    hosts: list[str]
    port: int
    password: str
    wanted: str
    place: str

    @property
    def encrypted(self) -> bool:
        """Whether TLS may be spoken there; a unix socket has none."""
        return not all(host.startswith("/") for host in self.hosts)


def attempts_of(url: DatabaseUrl) -> Sequence[Attempt]:
    """All tries that a URL allows, in order.

    Raises:
        ConfigurationError: It demands something that asyncpg cannot do.
    """
    addresses = list(_with_numbers(url))
    if url.options.get("load_balance_hosts") == "random":
        random.shuffle(addresses)
    wanted = url.options.get("target_session_attrs", "any")
    if wanted not in _KINDS:
        raise ConfigurationError(
            "target_session_attrs in the URL is no kind of server",
            hint=f"it is one of {', '.join(_KINDS)}",
        )
    rounds = ["standby", "any"] if wanted == "prefer-standby" else [wanted]
    return [_attempt(shown, address, each) for each in rounds for shown, address in addresses]


def tries_next(error: BaseException) -> bool:
    """Whether another server may do what this one could not; a refused password ends it."""
    return isinstance(
        error,
        OSError
        | asyncpg.CannotConnectNowError
        | asyncpg.exceptions.TargetServerAttributeNotMatched,
    )


def none_usable(failures: Sequence[ConnectFailed]) -> ConnectFailed:
    """The error for several servers, none of which could be used."""
    if len(failures) == 1:
        return failures[0]
    said = "; ".join(dict.fromkeys(failure.message for failure in failures))
    return ConnectFailed(f"none of the servers can be used: {said}")


def place_of(host: str | None, port: int | None) -> str:
    """A server, for people."""
    if host is None:
        return "the server of this machine"
    kind = "socket folder" if host.startswith("/") else "host"
    return f'{kind} "{host}" port {port or DEFAULT_PORT}'


def _with_numbers(url: DatabaseUrl) -> list[tuple[str, HostAddress]]:
    """Each server as it is shown, and as it is reached: by its ``hostaddr``, where it has one."""
    shown = [(place_of(one.host, one.port), one) for one in url.hosts]
    if "hostaddr" not in url.options:
        return shown
    if url.options.get("sslmode") == "verify-full":
        raise ConfigurationError(
            'the asyncpg backend cannot do what "hostaddr" in the URL demands with verify-full',
            hint="leave hostaddr out, and let the host's name be looked up",
        )
    numbers = url.options["hostaddr"].split(",")
    return [
        (place if one.host else place_of(number, one.port), replace(one, host=number or one.host))
        for (place, one), number in zip(shown, numbers, strict=True)
    ]


def _attempt(place: str, address: HostAddress, wanted: str) -> Attempt:
    return Attempt(
        hosts=LOCAL if address.host is None else [address.host],
        port=address.port or DEFAULT_PORT,
        password=address.password or "",
        wanted=wanted,
        place=place,
    )
