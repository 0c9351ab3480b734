"""``ferrule db``, without the command line around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ferrule_core.command.context import CommandContext
from ferrule_core.command.terminal import JsonValue
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.urls import parse_url
from ferrule_embedded import plugin
from ferrule_embedded.commands import COMMANDS, start, status, stop

pytestmark = pytest.mark.anyio


class Recorder:
    """A terminal that remembers what was said."""

    json = False

    def __init__(self) -> None:
        self.said: list[str] = []
        self.outcome: JsonValue = None

    def say(self, text: str = "") -> None:
        self.said.append(text)

    success = heading = say

    def warn(self, text: str, *, hint: str | None = None) -> None:
        self.said += [text, hint or ""]

    @contextmanager
    def progress(self, label: str, *, total: int | None = None) -> Iterator[None]:
        self.said.append(label if total is None else f"{label} (0 of {total})")
        yield

    def result(self, value: JsonValue) -> None:
        self.outcome = value


@pytest.fixture
def terminal() -> Recorder:
    return Recorder()


@pytest.fixture
def project(tmp_path: Path, terminal: Recorder) -> CommandContext:
    (tmp_path / "ferrule.toml").write_text(
        'default = "dev"\n[profiles.dev]\nprovider = "embedded"\n'
        '[profiles.live]\nurl = "postgresql://live.example.com/shop"\n'
    )
    return CommandContext(
        terminal=terminal,  # type: ignore[arg-type]
        plugins=Plugins.of(plugin),
        root=tmp_path,
        environment={},
    )


async def test_starts_looks_and_stops(
    project: CommandContext, terminal: Recorder, ask, tmp_path: Path
):
    folder = tmp_path / ".ferrule" / "dev"

    assert await start(project) == 0
    begun = terminal.outcome
    try:
        assert isinstance(begun, dict)
        url = parse_url(str(begun["url"]))
        assert await ask(url, "SELECT 1") == 1
        assert await status(project) == 0
        assert terminal.outcome == begun
    finally:
        assert await stop(project) == 0

    assert begun["folder"] == str(folder)
    assert begun["running"] is True
    assert str(begun["version"]).startswith("18.")
    assert terminal.outcome == {"folder": str(folder), "stopped": True}
    assert isinstance(url, DatabaseUrl)
    assert terminal.said[-1] == f"stopped the server in {folder}"


async def test_says_that_a_server_ran_already(project: CommandContext, terminal: Recorder):
    await start(project)
    try:
        await start(project)
    finally:
        await stop(project)

    again = [line for line in terminal.said if line.endswith("(it ran already)")]
    assert len(again) == 1


async def test_a_folder_takes_the_place_of_a_profile(
    project: CommandContext, terminal: Recorder, tmp_path: Path
):
    await start(project, data=Path("play"))
    await stop(project, data=tmp_path / "play")

    assert terminal.outcome == {"folder": str(tmp_path / "play"), "stopped": True}
    assert not (tmp_path / ".ferrule").exists()


async def test_nothing_runs_before_the_first_start(
    project: CommandContext, terminal: Recorder, tmp_path: Path
):
    folder = tmp_path / ".ferrule" / "dev"

    await status(project)
    looked = terminal.outcome
    await stop(project)

    assert looked == {
        "folder": str(folder),
        "running": False,
        "url": None,
        "pid": None,
        "version": None,
    }
    assert terminal.outcome == {"folder": str(folder), "stopped": False}
    assert terminal.said[-1] == f"no server runs in {folder}"
    assert not folder.exists()


async def test_a_profile_with_a_url_has_no_server_to_start(project: CommandContext):
    with pytest.raises(ConfigurationError) as refused:
        await start(project, profile="live")

    assert refused.value.message == 'profile "live" is of a server that Ferrule does not run'


async def test_a_profile_and_a_folder_contradict_each_other(project: CommandContext):
    with pytest.raises(ConfigurationError, match="a profile and a folder were given"):
        await stop(project, profile="dev", data=Path("play"))


def test_each_command_has_a_page():
    for command in COMMANDS.values():
        assert command.__doc__
        assert "Examples:\n" in command.__doc__
