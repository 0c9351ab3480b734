"""The pages of help, word by word. ``FERRULE_UPDATE_SCREENS=1`` writes those files again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ferrule_cli.front_page import front_page
from ferrule_cli.plugin import ferrule_commands
from ferrule_core.command.context import CommandContext
from ferrule_core.plugins.contracts import CommandGroup

SCREENS = Path(__file__).parent / "screens"


def expect_screen(name: str, shown: str) -> None:
    """Compare with the stored screen, or store it."""
    path = SCREENS / f"{name}.txt"
    if os.environ.get("FERRULE_UPDATE_SCREENS"):
        path.write_text(shown)
    assert shown == path.read_text()


def pull(
    context: CommandContext,
    *folders: Path,
    profile: str = "dev",
    schema: list[str] | None = None,
    check: bool = False,
    color: bool = True,
) -> int:
    """Write models of a database.

    The models are written into the output folder; files that others wrote are never touched,
    and pulling an unchanged database changes no byte, as ``git diff`` would show.

    A second paragraph.

    Args:
        context: What the command is given; no option.
            It goes on for another line.
        folders: Where to write.
        profile: Which profile of ferrule.toml; an explanation that is long enough to have to be
            broken into several lines.
        schema: Only this schema; may be repeated.
        check: Write nothing; fail where something would change.
        color: Use colours.

    Returns:
        Never shown.

    Examples:
        ferrule pull
        ferrule pull --schema shop --schema public  # two schemas

    Exit codes:
        0 done
        1 something would change
    """
    return len((context, folders, profile, schema, check, color))


def test_the_front_page_lists_every_command_without_importing_it(ferrule):
    ferrule.groups += [
        *ferrule_commands(),
        CommandGroup(name="pull", target="x:y", summary="Pull."),
    ]

    shown = ferrule("--help")

    expect_screen("front_page", shown.out)
    assert (shown.code, shown.err) == (0, "")


ASKING = ([], ["help"], ["-h"], ["--help"], ["--debug"], ["--json", "--help"], ["-h", "--json"])


def test_the_front_page_answers_every_way_of_asking_for_help(ferrule):
    ferrule.groups += ferrule_commands()

    pages = {ferrule(*words).out for words in ASKING}

    assert len(pages) == 1


def test_a_page_of_a_command_has_its_options_and_examples(ferrule):
    ferrule.add("pull", pull)

    shown = ferrule("pull", "--help")

    expect_screen("command_page", shown.out)
    assert ferrule("help", "pull").out == ferrule("pull", "-h").out == shown.out


def test_a_page_of_a_group_lists_its_commands(ferrule):
    def start() -> int:
        """Start the server of a profile."""
        return 0

    def stop() -> int:
        """Stop it."""
        return 0

    ferrule.add("db", {"start": start, "stop": stop}, summary="Start and stop servers.")

    expect_screen("group_page", ferrule("db", "--help").out)


@pytest.mark.parametrize("group", ferrule_commands(), ids=lambda group: group.name)
def test_the_page_of_each_command_of_ours(ferrule, group):
    ferrule.groups.append(type(group)(name=group.name, target=group.target, summary=group.summary))

    expect_screen(f"help_{group.name}", ferrule(group.name, "--help").out)


@pytest.mark.parametrize("width", [70, 80, 120])
def test_no_line_of_a_page_is_longer_than_the_terminal(ferrule, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    ferrule.groups += ferrule_commands()
    ferrule.add("pull", pull)

    pages = [ferrule("--help").out, ferrule("pull", "--help").out]

    explained = [
        line
        for page in pages
        for line in page.splitlines()
        if "# " not in line and "pip install" not in line and not line.startswith("  ferrule")
    ]
    assert max(map(len, explained)) <= width


def test_a_page_is_coloured_where_a_person_looks():
    commands = {"pull": CommandGroup(name="pull", target="x:y", summary="Pull.")}

    plain = front_page(commands, width=80, colour=False)
    coloured = front_page(commands, width=80, colour=True)

    assert "\x1b" not in plain
    assert "\x1b[36mpull\x1b[0m" in coloured


def test_the_version_is_that_of_the_package(ferrule):
    version = (Path(__file__).parents[3] / "VERSION").read_text().strip()

    assert ferrule("--version").out == f"ferrule {version}\n"
    assert json.loads(ferrule("--version", "--json").out) == {"version": version}
    assert json.loads(ferrule("--json", "--version").out) == {"version": version}
