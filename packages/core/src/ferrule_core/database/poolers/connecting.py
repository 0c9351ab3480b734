"""Makes the connections of a database, as what stands before the server needs them."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.database.poolers.connection import PooledConnection
from ferrule_core.database.poolers.detection import (
    guessed,
    refuse_lost_statements,
    refuse_statement_mode,
    shares_sessions,
    talks_to_server,
)
from ferrule_core.database.pooling.server_settings import server_settings
from ferrule_core.errors import ConfigurationError, ConnectFailed
from ferrule_core.plugins.contracts import Backend, Connection, ConnectOptions, DatabaseUrl
from ferrule_core.settings.parameters import PARAMETERS
from ferrule_core.settings.profiles import PoolerFound, PoolOptions
from ferrule_core.sql.literals import quote_literal

logger = logging.getLogger("ferrule.pooler")

_LISTS = frozenset({"search_path", "temp_tablespaces"})
"""Settings that are a list of names, which ``SET`` takes one by one."""

_OF_CLIENT = PARAMETERS - {"options"}
"""Options of a URL that are no settings of a session."""


class PoolerMismatch(ConfigurationError):
    """Where a session was to be had, there is a pooler in transaction mode."""


class Connector:
    """Opens connections to one place.

    Attributes:
        pooler: What stands in between; ``None`` until the first connection was made.
    """

    def __init__(self, backend: Backend, options: PoolOptions, *, ours: bool = False) -> None:
        """Know how connections are to be made.

        Args:
            backend: Makes them.
            options: Those of the pool.
            ours: Whether Ferrule started the server itself, so that nobody stands in between.
        """
        self.pooler: PoolerFound | None = "none" if ours else None
        self._backend = backend
        self._options = options

    async def connect(self, url: DatabaseUrl) -> Connection:
        """Open a connection; the first one finds out what stands in between.

        Raises:
            ConnectFailed: Nobody answers, or somebody refuses.
            ConfigurationError: A pooler is there that does something else than was declared.
        """
        if self.pooler is None:
            return await self._connect_first(url)
        return self._dressed(await self._open(url, self.pooler), url, self.pooler)

    async def _connect_first(self, url: DatabaseUrl) -> Connection:
        guess = guessed(url, self._options.pooler)
        connection: Connection | None = None
        try:
            connection, guess = await self._open_guessed(url, guess)
            async with asyncio.timeout(self._options.connect_within.total_seconds()):
                found = await self._found(connection, url, guess)
            if (found == "transaction") != (guess == "transaction"):
                connection.terminate()
                connection = await self._open(url, found)
            if found == "transaction":
                connection = await self._tested(connection, url)
        except TimeoutError:
            _drop(connection)
            raise ConnectFailed(
                f"no answer to the first statement at {_place(url)} in time",
                hint="has the pooler no free connection to the server? "
                "connect_within of the pool says how long to wait",
            ) from None
        except BaseException:
            _drop(connection)
            raise
        if self.pooler is None:
            self.pooler = found
            self._report(url, found)
        return self._dressed(connection, url, found)

    async def _open_guessed(
        self, url: DatabaseUrl, guess: PoolerFound
    ) -> tuple[Connection, PoolerFound]:
        try:
            return await self._open(url, guess), guess
        except ConnectFailed as error:
            if "startup parameter" not in error.message or guess == "transaction":
                raise
            if self._options.pooler != "auto":
                raise ConfigurationError(
                    f"the pooler takes no settings at the start: {error.message}",
                    hint='set them by ALTER ROLE ... SET, or say pooler = "transaction": then '
                    "each transaction is given them",
                ) from error
        return await self._open(url, "transaction"), "transaction"

    async def _found(
        self, connection: Connection, url: DatabaseUrl, guess: PoolerFound
    ) -> PoolerFound:
        declared = self._options.pooler
        if declared == "transaction":
            return "transaction"
        if await talks_to_server(connection):
            return "none"
        if guess == "transaction" or (declared == "auto" and guess == "none"):
            return "transaction"
        await refuse_statement_mode(connection, _place(url))
        if await shares_sessions(lambda: self._open(url, "transaction")):
            if declared == "auto":
                return "transaction"
            raise PoolerMismatch(
                f'{_place(url)} is a pooler in transaction mode, but pooler = "{declared}"',
                hint='say pooler = "transaction", or leave it out, or set pool_mode of the pooler',
            )
        return "session"

    async def _tested(self, connection: Connection, url: DatabaseUrl) -> Connection:
        await refuse_statement_mode(connection, _place(url))
        if self._options.statement_cache:
            probing = replace(self._options, statement_cache=None)
            probe = Connector(self._backend, probing)
            await refuse_lost_statements(
                connection, lambda: probe._open(url, "transaction"), _place(url)
            )
            if connection.closed:
                return await self._open(url, "transaction")
        return connection

    async def _open(self, url: DatabaseUrl, pooler: PoolerFound) -> Connection:
        if pooler != "transaction":
            return await self._backend.connect(url, connect_options(self._options))
        self._settings(url)  # what is wrong with them is said before there is a connection
        options = replace(
            connect_options(self._options),
            statement_cache=self._options.statement_cache is True,
            server_settings={},
            shared_session=True,
        )
        return await self._backend.connect(_without_settings(url), options)

    def _dressed(self, connection: Connection, url: DatabaseUrl, pooler: PoolerFound) -> Connection:
        if pooler != "transaction":
            return connection
        return PooledConnection(
            connection,
            settings=self._settings(url),
            prepares=self._options.statement_cache is True,
        )

    def _settings(self, url: DatabaseUrl) -> str:
        """The statements that begin each transaction."""
        settings = {**server_settings(self._options), **_settings_of(url)}
        return "".join(_set_local(name, text) for name, text in settings.items())

    def _report(self, url: DatabaseUrl, found: PoolerFound) -> None:
        if found != "transaction":
            logger.debug("%s: pooler %s", _place(url), found)
            return
        cache = "on, as the profile says" if self._options.statement_cache else "off"
        if self._options.pooler == "auto":
            logger.warning(
                "%s is a pooler, which is taken to be in transaction mode: the statement cache is "
                "%s, and each statement is a transaction. If it is in session mode, "
                'say pooler = "session"',
                _place(url),
                cache,
            )
        else:
            logger.info("%s: pooler in transaction mode; statement cache %s", _place(url), cache)


def connect_options(options: PoolOptions) -> ConnectOptions:
    """The part of a pool's options that concerns one connection."""
    return ConnectOptions(
        connect_within=options.connect_within,
        statement_within=options.statement_within,
        statement_cache=options.statement_cache is not False,
        server_settings=server_settings(options),
    )


def _drop(connection: Connection | None) -> None:
    if connection is not None:
        connection.terminate()


def _place(url: DatabaseUrl) -> str:
    port = url.port or 5432
    return f'host "{url.host}" port {port}' if url.host else f"port {port} of this machine"


def _without_settings(url: DatabaseUrl) -> DatabaseUrl:
    options = {name: text for name, text in url.options.items() if name in _OF_CLIENT}
    return replace(url, options=options)


def _settings_of(url: DatabaseUrl) -> dict[str, str]:
    """What the URL wants to be set in each session; no pooler passes it on."""
    settings: dict[str, str] = {}
    for name, text in url.options.items():
        if name == "options":
            settings.update(_settings_of_options(text))
        elif name not in _OF_CLIENT:
            settings[name] = text
    return settings


def _settings_of_options(text: str) -> dict[str, str]:
    """``-c name=value`` and ``--name=value``, as the server's command line has them."""
    settings: dict[str, str] = {}
    words = [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"(?:\\.|\S)+", text)]
    while words:
        word = words.pop(0)
        if word == "-c" and words:
            word = words.pop(0)
        elif word.startswith(("-c", "--")):
            word = word[2:]
        else:
            raise _odd_options()
        name, equals, value = word.partition("=")
        if not equals:
            raise _odd_options()
        settings[name.replace("-", "_")] = value
    return settings


def _odd_options() -> ConfigurationError:
    return ConfigurationError(
        "options in the URL has more than settings, and a pooler passes nothing of it on",
        hint="write them as -c name=value",
    )


def _set_local(name: str, text: str) -> str:
    """The statement that sets it for a transaction, as the start of a session would have done."""
    values = _listed(text) if name.lower() in _LISTS else [text]
    quoted = ", ".join(map(quote_literal, values)) or "''"
    return f"SET LOCAL {'.'.join(map(quote_identifier, name.split('.')))} = {quoted};"


def _listed(text: str) -> list[str]:
    """The names of a list, as the server reads them: folded to lower case unless quoted."""
    found = re.findall(r'\s*(?:"((?:[^"]|"")*)"|([^",\s]+))\s*(?:,|\Z)', text)
    return [quoted.replace('""', '"') if quoted else bare.lower() for quoted, bare in found]
