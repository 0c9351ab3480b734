"""From a URL to an open connection."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

import asyncpg

from ferrule_asyncpg.codecs import set_codecs
from ferrule_asyncpg.connection import AsyncpgConnection
from ferrule_asyncpg.failures import DRIVER_ERRORS, connect_failure
from ferrule_asyncpg.session import Session
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import ConnectOptions, DatabaseUrl

_UNDERSTOOD = frozenset(
    {
        "gsslib",
        "krbsrvname",
        "passfile",
        "service",
        "ssl_max_protocol_version",
        "ssl_min_protocol_version",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslnegotiation",
        "sslpassword",
        "sslrootcert",
        "target_session_attrs",
    }
)
"""Parameters of libpq that asyncpg takes from a DSN; it sends all others to the server."""

_WITHOUT_EFFECT = frozenset(
    {
        "client_encoding",
        "fallback_application_name",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "sslcompression",
        "sslsni",
        "tcp_user_timeout",
    }
)
"""Parameters of libpq that change nothing here, and weaken nothing when they are left out."""

_DEMANDS = {
    "channel_binding": "require",
    "gssencmode": "require",
    "requirepeer": None,
    "require_auth": None,
    "requiressl": None,
}
"""Demands on the server that asyncpg cannot make; with ``None``, whatever their value is."""


async def open_connection(url: DatabaseUrl, options: ConnectOptions) -> AsyncpgConnection:
    """Open one connection and set its codecs; see ``Backend.connect`` for the errors."""
    arguments = connect_arguments(url, options)
    try:
        session = cast("Session", await asyncpg.connect(**arguments))
    except DRIVER_ERRORS as error:
        raise connect_failure(error, place_of(url)) from error
    try:
        await set_codecs(session)
    except BaseException:
        session.terminate()
        raise
    return AsyncpgConnection(session)


def connect_arguments(url: DatabaseUrl, options: ConnectOptions) -> dict[str, Any]:
    """What ``asyncpg.connect`` is to be given.

    Raises:
        ConfigurationError: The URL demands something that asyncpg cannot do.
    """
    known: dict[str, str] = {}
    settings = {"application_name": options.application_name, **options.server_settings}
    within = options.connect_within.total_seconds()
    for name, text in url.options.items():
        if name in _DEMANDS and _DEMANDS[name] in (None, text):
            raise ConfigurationError(
                f'the asyncpg backend cannot do what "{name}" in the URL demands',
                hint=f"leave {name} out, if you can do without it",
            )
        if name == "connect_timeout":
            within = _seconds(text) or within
        elif name in _UNDERSTOOD:
            known[name] = text
        elif name not in _WITHOUT_EFFECT and name not in _DEMANDS:
            settings[name] = text
    statement_within = options.statement_within
    return {
        "dsn": f"postgresql://?{urlencode(known)}" if known else None,
        "host": url.host,
        "port": url.port,
        "user": url.user,
        "password": url.password,
        "database": url.database,
        "timeout": within,
        "command_timeout": None if statement_within is None else statement_within.total_seconds(),
        "server_settings": settings,
        "connection_class": Session,
        **({} if options.statement_cache else {"statement_cache_size": 0}),
    }


def place_of(url: DatabaseUrl) -> str:
    """The server, for people."""
    if url.host is None:
        return "the server of this machine"
    if url.host.startswith("/"):
        return f'socket folder "{url.host}" port {url.port or 5432}'
    return f'host "{url.host}" port {url.port or 5432}'


def _seconds(text: str) -> float:
    """As libpq reads it: 0 and less are no limit of its own."""
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    raise ConfigurationError("connect_timeout in the URL is not a number of seconds")
