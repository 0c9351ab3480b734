"""What a pull says about itself, to a person and to a program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ferrule_codegen.pull import LOCK, PullPlan
from ferrule_codegen.writing.decide import FileChange
from ferrule_core.catalog import Catalog
from ferrule_core.command.terminal import JsonValue, Terminal
from ferrule_core.plugins.contracts import Unmodelled

_SHOWN = 8
"""So many objects of a kind are named; the rest is counted."""

_SHOWN_FILES = 20
"""So many changed files are named."""


def say_plan(terminal: Terminal, plan: PullPlan, *, written: bool) -> None:
    """Say what was read, and what happened to the files or would happen."""
    terminal.say(f"read {contents(plan.catalog)}")
    changed = [change for change in plan.changes if change.writes]
    if written and all(change.outcome == "created" for change in plan.changes):
        terminal.say(f"{plan.output.name}/*.py and {plan.output.name}/managers/*.py are yours")
        terminal.say(f"{plan.output.name}/generated is written again by each pull")
    else:
        _say_changes(terminal, plan, changed)
    for key in plan.unused_names:
        terminal.warn(
            f'there is no "{key}" to give the name to that [codegen.names] has for it',
            hint="correct it, or take it out of ferrule.toml",
        )
    if plan.takes_over_lock and written:
        terminal.warn(
            f"{LOCK} was of a pull into another folder, and is now of this one",
            hint="pull into folders with different parents to keep a lock for each",
        )
    for change in plan.changes:
        if change.outcome == "orphaned":
            terminal.warn(
                f'"{plan.output.name}/{change.path}" is yours, and what it was made for is gone',
                hint="remove it, or keep it: a pull never touches it",
            )
    if plan.changes_nothing:
        terminal.success(f"{plan.output.name} is up to date")
    elif not changed:
        done = "updated" if written else "would change"
        terminal.success(f"{plan.output.name} is up to date; {LOCK} {done}")
    elif written:
        terminal.success(f"{counted(plan)} in {plan.output}")
    else:
        terminal.warn(
            f"{plan.output.name} is not up to date: {counted(plan)}", hint="run `ferrule pull`"
        )


def _say_changes(terminal: Terminal, plan: PullPlan, changed: Sequence[FileChange]) -> None:
    for change in changed[:_SHOWN_FILES]:
        terminal.say(f"{change.outcome:>9}  {plan.output.name}/{change.path}")
    if len(changed) > _SHOWN_FILES:
        terminal.say(f"{'':>9}  and {len(changed) - _SHOWN_FILES} more")


def say_unmodelled(terminal: Terminal, unmodelled: Sequence[Unmodelled]) -> None:
    """Say what the database has and the models do not say, by kind."""
    if not unmodelled:
        return
    by_kind: dict[str, list[str]] = defaultdict(list)
    for item in unmodelled:
        unreadable = " (unreadable)" if item.reason == "unreadable" else ""
        by_kind[item.kind].append(_shown(item.name) + unreadable)
    branches = {
        f"{kind}: {len(names)}": [
            *sorted(names)[:_SHOWN],
            *([f"and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []),
        ]
        for kind, names in sorted(by_kind.items())
    }
    objects = "object" if len(unmodelled) == 1 else "objects"
    terminal.tree(f"not in the models: {len(unmodelled)} {objects}", branches)


def summary(plan: PullPlan, *, written: bool) -> JsonValue:
    """The result for a program."""
    return {
        "output": str(plan.output),
        "up_to_date": plan.changes_nothing,
        "written": written and not plan.changes_nothing,
        "files": {str(change.path): change.outcome for change in plan.changes},
        "unmodelled": [
            {"kind": item.kind, "name": item.name, "reason": item.reason}
            for item in plan.unmodelled
        ],
    }


def contents(catalog: Catalog) -> str:
    """What a catalog holds, counted."""
    counts = {
        "table": len(catalog.tables),
        "view": len(catalog.views) + len(catalog.materialized_views),
        "enum": len(catalog.enums),
    }
    shown = [f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in counts.items() if n]
    return ", ".join(shown) or "no tables"


def counted(plan: PullPlan) -> str:
    """How many files were, or would be, created, changed and removed."""
    outcomes = [change.outcome for change in plan.changes]
    words = [
        f"{outcomes.count(word)} {word}"
        for word in ("created", "changed", "removed")
        if word in outcomes
    ]
    return ", ".join(words)


def _shown(name: str) -> str:
    """Without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
