"""What stopped a connection from being made, in words for people."""

from __future__ import annotations

import ssl
import traceback

import asyncpg

from ferrule_asyncpg.failures import link_reason, server_fields
from ferrule_asyncpg.scrubbing import scrub
from ferrule_core.errors import (
    ConfigurationError,
    ConnectFailed,
    FerruleError,
    error_from_server,
)

_READS_ARGUMENTS = "_parse_connect_arguments"
"""The function of asyncpg that reads arguments and certificates, before it connects."""

_IS_IT_POSTGRESQL = "is that a PostgreSQL server, and is nothing between that speaks otherwise?"


def connect_failure(error: BaseException, place: str) -> FerruleError:
    """Our error for what stopped a connection from being made; it is scrubbed of values.

    Args:
        error: asyncpg's, or the system's.
        place: The server for people: ``host "db.example" port 5432``.
    """
    failure = _counterpart(error, place)
    scrub(error, failure.message)
    return failure


def _counterpart(error: BaseException, place: str) -> FerruleError:
    trace = traceback.walk_tb(error.__traceback__)
    if any(frame.f_code.co_name == _READS_ARGUMENTS for frame, _ in trace):
        return ConfigurationError(f"the URL cannot be used: {_wrong_argument(error)}")
    if isinstance(error, asyncpg.PostgresError):
        return _said(error, place)
    if isinstance(error, OSError):
        return _tls_failure(error, place) or _unreachable(error, place)
    if isinstance(error, asyncpg.exceptions.TargetServerAttributeNotMatched):
        return ConnectFailed(f"{place} is not of the kind that target_session_attrs demands")
    if isinstance(error, asyncpg.InterfaceError):  # a way to log in that asyncpg has not
        return ConnectFailed(f"no connection with {place}: {str(error.args[0]).rstrip('.')}")
    return ConnectFailed(
        f"no connection with {place}: its answer is not understood ({type(error).__name__})",
        hint=_IS_IT_POSTGRESQL,
    )


def _said(error: asyncpg.PostgresError, place: str) -> FerruleError:
    if isinstance(error, asyncpg.ConnectionDoesNotExistError) and error.severity is None:
        return _broken_off(error.__cause__, place)
    said = error_from_server(server_fields(error))
    kind = type(said) if isinstance(said, ConnectFailed) else ConnectFailed
    return kind(f"{place}: {said.message}", hint=said.hint, fields=said.fields)


def _wrong_argument(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        return "sslcert and sslkey do not fit each other, or sslpassword does not fit the key"
    if isinstance(error, OSError):
        return (
            "a file that sslrootcert, sslcert, sslkey or sslcrl names cannot be read: "
            f"{link_reason(error)}"
        )
    if isinstance(error, asyncpg.ClientConfigurationError):
        return str(error.args[0]).rstrip(".")
    return type(error).__name__


def _broken_off(cause: BaseException | None, place: str) -> FerruleError:
    if isinstance(cause, asyncpg.PostgresError):
        return _said(cause, place)
    why = f": {link_reason(cause)}" if isinstance(cause, OSError) else ""
    return ConnectFailed(
        f"{place} broke the connection off before it was ready{why}", hint=_IS_IT_POSTGRESQL
    )


def _tls_failure(error: OSError, place: str) -> ConnectFailed | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConnectFailed(
            f"no TLS connection with {place}: the server's certificate is not trusted: "
            f"{error.verify_message.rstrip('.')}",
            hint="sslrootcert in the URL names the authorities that are trusted; "
            "sslmode says what is demanded of the certificate",
        )
    if isinstance(error, ssl.SSLError):
        why = link_reason(error)
    elif "rejected SSL upgrade" in str(error):  # asyncpg's
        why = "it speaks no TLS, or is no PostgreSQL server"
    else:
        return None
    return ConnectFailed(
        f"no TLS connection with {place}: {why}", hint="sslmode in the URL says what is demanded"
    )


def _unreachable(error: OSError, place: str) -> FerruleError:
    if isinstance(error, TimeoutError):
        return ConnectFailed(
            f"no answer from {place} in time",
            hint="is a firewall in the way? connect_within of the pool says how long to wait",
        )
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return _broken_off(error, place)
    if error.errno is None and isinstance(error, ConnectionError):  # asyncpg's own
        return _broken_off(None, place)
    return ConnectFailed(
        f"no server answers at {place}: {link_reason(error)}",
        hint="is PostgreSQL running there, and do host and port fit?",
    )
