"""From a URL to an open connection."""

from __future__ import annotations

from time import monotonic
from typing import Any, cast
from urllib.parse import urlencode

import asyncpg

from ferrule_asyncpg.addresses import Attempt, attempts_of, none_usable, tries_next
from ferrule_asyncpg.codecs import set_codecs
from ferrule_asyncpg.connect_failures import connect_failure
from ferrule_asyncpg.connection import AsyncpgConnection
from ferrule_asyncpg.failures import DRIVER_ERRORS
from ferrule_asyncpg.keepalive import KEEPALIVE_DEFAULTS, keep_alive, keepalive_settings
from ferrule_asyncpg.session import Session
from ferrule_asyncpg.tls import be_quiet
from ferrule_core.errors import AuthenticationFailed, ConfigurationError, ConnectFailed
from ferrule_core.plugins.contracts import ConnectOptions, DatabaseUrl

_UNDERSTOOD = frozenset(
    {
        "gsslib",
        "krbsrvname",
        "ssl_max_protocol_version",
        "ssl_min_protocol_version",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslnegotiation",
        "sslpassword",
        "sslrootcert",
    }
)
"""Parameters of libpq that asyncpg takes from a DSN; it sends all others to the server."""

_WITHOUT_EFFECT = frozenset(
    {
        "client_encoding",
        "hostaddr",
        "load_balance_hosts",
        "max_protocol_version",
        "oauth_client_id",
        "oauth_client_secret",
        "oauth_issuer",
        "oauth_scope",
        "passfile",
        "service",
        "servicefile",
        "sslcompression",
        "sslsni",
        "target_session_attrs",
    }
)
"""Parameters of libpq that change nothing here, weaken nothing when they are left out, or were
heeded before: where the server is, and who one is there."""

_HARMLESS: dict[str, frozenset[str]] = {
    "channel_binding": frozenset({"disable", "prefer"}),
    "gssdelegation": frozenset({"0"}),
    "gssencmode": frozenset({"disable", "prefer"}),
    "min_protocol_version": frozenset({"3.0"}),
    "replication": frozenset({"false", "off", "no", "0"}),
    "require_auth": frozenset(),
    "requirepeer": frozenset(),
    "scram_client_key": frozenset(),
    "scram_server_key": frozenset(),
    "sslcertmode": frozenset({"allow"}),
    "sslcrldir": frozenset(),
    "sslkeylogfile": frozenset(),
}
"""Parameters with which a URL demands what asyncpg cannot do, but for these of their values."""

_TREATED_ELSEWHERE = _UNDERSTOOD | _WITHOUT_EFFECT | KEEPALIVE_DEFAULTS.keys()

NOT_GIVEN = "no password was given: not in the URL, not in PGPASSWORD, not in the pass file"

be_quiet()


async def open_connection(url: DatabaseUrl, options: ConnectOptions) -> AsyncpgConnection:
    """Open one connection and set its codecs; see ``Backend.connect`` for the errors."""
    keepalives = keepalive_settings(url.options)
    session = await _open_session(url, options)
    if options.shared_session:
        session.keep_nothing()
    try:
        keep_alive(session.link, keepalives)
        await set_codecs(session)
    except BaseException:
        session.terminate()
        raise
    return AsyncpgConnection(session, options.statement_within)


async def _open_session(url: DatabaseUrl, options: ConnectOptions) -> Session:
    """One with the first server that can be used; a silent one leaves time for those behind it."""
    attempts = attempts_of(url)
    arguments = connect_arguments(url, options)
    deadline = monotonic() + arguments["timeout"]
    failures: list[ConnectFailed] = []
    for left, attempt in zip(range(len(attempts), 0, -1), attempts, strict=True):
        within = max(deadline - monotonic(), 0.001) / left
        each = arguments | address_arguments(url, attempt) | {"timeout": within}
        try:
            return cast("Session", await asyncpg.connect(**each))
        except DRIVER_ERRORS as error:
            failure = connect_failure(error, attempt.place)
            if isinstance(failure, AuthenticationFailed) and not attempt.password:
                failure.hint = failure.hint or NOT_GIVEN
            if not isinstance(failure, ConnectFailed) or not tries_next(error):
                raise failure from error
            failure.__cause__ = error
            failures.append(failure)
    raise none_usable(failures) from failures[-1].__cause__


def connect_arguments(url: DatabaseUrl, options: ConnectOptions) -> dict[str, Any]:
    """What ``asyncpg.connect`` is to be given, whichever server it is.

    Everything that asyncpg would look up in the environment is said, if only as a default: the URL
    is complete, and this is what it says.

    Raises:
        ConfigurationError: The URL demands something that asyncpg cannot do.
    """
    named = url.options.get("fallback_application_name", options.application_name)
    settings = {"application_name": named, **options.server_settings}
    within = options.connect_within.total_seconds()
    for name, text in url.options.items():
        if name in _HARMLESS and text not in _HARMLESS[name]:
            raise ConfigurationError(
                f'the asyncpg backend cannot do what "{name}" in the URL demands',
                hint=f"leave {name} out, if you can do without it",
            )
        if name == "connect_timeout":
            within = _seconds(text) or within
        elif name not in _TREATED_ELSEWHERE and name not in _HARMLESS:
            settings[name] = text
    return {
        "user": url.user,
        "database": url.database,
        "timeout": within,
        "server_settings": {
            name: text for name, text in settings.items() if name != "fallback_application_name"
        },
        "connection_class": Session,
        **({} if options.statement_cache else {"statement_cache_size": 0}),
    }


def address_arguments(url: DatabaseUrl, attempt: Attempt) -> dict[str, Any]:
    """What ``asyncpg.connect`` is to be given for one of the servers."""
    known = {name: text for name, text in url.options.items() if name in _UNDERSTOOD}
    mode = known.pop("sslmode", "prefer")
    return {
        "dsn": f"postgresql://?{urlencode(known)}" if known else None,
        "host": attempt.hosts,
        "port": attempt.port,
        "password": attempt.password,
        "target_session_attrs": attempt.wanted,
        "ssl": mode if attempt.encrypted else False,
    }


def _seconds(text: str) -> float:
    """As libpq reads it: 0 and less are no limit of its own."""
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    raise ConfigurationError("connect_timeout in the URL is not a number of seconds")
