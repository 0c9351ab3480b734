"""``ferrule demo``."""

from __future__ import annotations

import time
from pathlib import Path

from ferrule_cli.demo.guide import Guide
from ferrule_cli.demo.project import Project, open_project
from ferrule_cli.demo.tour import Tour
from ferrule_core.command.context import CommandContext


async def demo(context: CommandContext, *, keep: Path | None = None, pause: bool = False) -> int:
    """See it all work, on the database of a bookshop.

    Starts a PostgreSQL server of its own, loads a schema of 16 tables with some thousand rows,
    writes typed models of it, queries and changes it through them, changes the database as a
    colleague might, and pulls again. It takes some seconds and needs neither a database nor the
    network, and nothing of it is left behind.

    Args:
        keep: Leave the project in this new folder, with its database, to play with.
        pause: Wait for the Enter key after each step.

    Examples:
        ferrule demo
        ferrule demo --pause
        ferrule demo --keep bookshop && cd bookshop && python play.py
    """
    begun = time.monotonic()
    guide = Guide(context.terminal, pause=pause)
    with open_project(keep) as project:
        await Tour(context, project, guide).run()
        seconds = round(time.monotonic() - begun, 1)
        say_what_next(context, project, seconds)
        folder = str(project.folder) if project.kept else None
    context.terminal.result({"seconds": seconds, "folder": folder, "steps": guide.steps})
    return 0


def say_what_next(context: CommandContext, project: Project, seconds: float) -> None:
    """The last words: where to go from here."""
    terminal = context.terminal
    terminal.heading(f"That was Ferrule, in {seconds} seconds. What next?")
    if project.kept:
        terminal.say(f"  cd {project.folder}")
        terminal.say("  python play.py          run the queries, then change them")
        terminal.say("  ferrule db start        keep its server running, for psql and other tools")
        terminal.say("  ferrule inspect         look at what is in the database")
        return
    terminal.say("  ferrule demo --keep bookshop    the same, left in a folder to play with")
    terminal.say("  ferrule init                    a project of your own")
    terminal.say("  ferrule pull --url postgresql://user@host/database")
