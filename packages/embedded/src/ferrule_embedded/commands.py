"""``ferrule db``: servers that stay until they are stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ferrule_core.command.context import CommandContext
from ferrule_core.command.terminal import JsonValue
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import ScratchServer, ServerStatus
from ferrule_core.settings.urls import shown_url

DEFAULT_PROVIDER = "embedded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder with a server, and what runs it.

    Attributes:
        profile: Name of the profile that it belongs to, if it does.
        database: Name of that profile's database; ``None`` for the one that is always there.
    """

    folder: Path
    server: ScratchServer
    profile: str | None = None
    database: str | None = None

    def shown(self, status: ServerStatus) -> ServerStatus:
        """The status, with the URL of the profile's database."""
        if status.url is None or self.database is None:
            return status
        return replace(status, url=replace(status.url, database=self.database))


async def start(
    context: CommandContext, *, profile: str | None = None, data: Path | None = None
) -> int:
    """Start the PostgreSQL server of a profile, which then stays until it is stopped.

    Without this, the server of a profile runs only as long as a program or a command uses it.

    Args:
        profile: Name of the profile; without one, that in use.
        data: Folder of the server's data, instead of a profile's.

    Examples:
        ferrule db start
        ferrule db start --data /tmp/play
    """
    place = find_place(context, profile, data)
    ran = (await place.server.status(place.folder)).running
    with context.terminal.progress("starting PostgreSQL"):
        status = place.shown(await place.server.start(place.folder))
        if place.database is not None:
            async with context.connection(profile=place.profile):
                pass  # now it is there, for psql too

    context.terminal.success(
        f"{describe(status)}, and stays until `ferrule db stop`"
        + (" (it ran already)" if ran else "")
    )
    say_url(context, status)
    context.terminal.result(as_json(status))
    return 0


async def stop(
    context: CommandContext, *, profile: str | None = None, data: Path | None = None
) -> int:
    """Stop the PostgreSQL server of a profile; who still uses it is disconnected.

    Args:
        profile: Name of the profile; without one, that in use.
        data: Folder of the server's data, instead of a profile's.

    Examples:
        ferrule db stop
    """
    place = find_place(context, profile, data)
    with context.terminal.progress("stopping PostgreSQL"):
        stopped = await place.server.stop(place.folder)

    if stopped:
        context.terminal.success(f"stopped the server in {place.folder}")
    else:
        context.terminal.say(f"no server runs in {place.folder}")
    context.terminal.result({"folder": str(place.folder), "stopped": stopped})
    return 0


async def status(
    context: CommandContext, *, profile: str | None = None, data: Path | None = None
) -> int:
    """Say whether the PostgreSQL server of a profile runs, and where.

    Args:
        profile: Name of the profile; without one, that in use.
        data: Folder of the server's data, instead of a profile's.

    Examples:
        ferrule db status
        ferrule db status --json
    """
    place = find_place(context, profile, data)
    found = place.shown(await place.server.status(place.folder))

    context.terminal.say(describe(found))
    say_url(context, found)
    context.terminal.result(as_json(found))
    return 0


def find_place(context: CommandContext, profile: str | None, data: Path | None) -> Place:
    """Which server in which folder is meant.

    Raises:
        ConfigurationError: The profile's server is not one that Ferrule runs.
    """
    if data is not None:
        if profile is not None:
            raise ConfigurationError("a profile and a folder were given; one of them is needed")
        return Place(
            folder=context.root / data.expanduser(),
            server=context.plugins.server(DEFAULT_PROVIDER),
        )
    found = context.profile(profile)
    if found.provider is None:
        raise ConfigurationError(
            f'profile "{found.name}" is of a server that Ferrule does not run',
            hint='its profile would say provider = "embedded" instead of a url',
        )
    return Place(
        folder=found.data,
        server=context.plugins.server(found.provider),
        profile=found.name,
        database=found.database,
    )


def describe(status: ServerStatus) -> str:
    """A server for a person."""
    if not status.running:
        return f"no server runs in {status.folder}"
    return f"PostgreSQL {_version(status)} runs in {status.folder}"


def say_url(context: CommandContext, status: ServerStatus) -> None:
    """Show where to connect, where there is something to connect to."""
    if status.url is not None:
        context.terminal.say(f"  {shown_url(status.url)}")


def as_json(status: ServerStatus) -> JsonValue:
    """A server for a program."""
    return {
        "folder": str(status.folder),
        "running": status.running,
        "url": None if status.url is None else shown_url(status.url),
        "pid": status.pid,
        "version": _version(status),
    }


def _version(status: ServerStatus) -> str | None:
    return None if status.version is None else ".".join(map(str, status.version))


COMMANDS = {"start": start, "stop": stop, "status": status}
