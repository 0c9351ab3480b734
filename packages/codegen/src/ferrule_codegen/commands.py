"""``ferrule pull``: the talking around ``pull.py``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from ferrule_codegen.config import CodegenConfig
from ferrule_codegen.plugin import ferrule_config_sections
from ferrule_codegen.pull import PullRequest, apply_pull, plan_pull
from ferrule_codegen.report import say_plan, say_unmodelled, summary
from ferrule_codegen.writing.decide import unified_diffs
from ferrule_core.command.context import CommandContext
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import Scope


async def pull(  # noqa: PLR0913 - a command's options
    context: CommandContext,
    *,
    profile: str | None = None,
    url: str | None = None,
    schema: Sequence[str] = (),
    output: Path | None = None,
    check: bool = False,
    preview: bool = False,
    force: bool = False,
    strict: bool = False,
) -> int:
    """Make typed Python of a database, or bring it up to date.

    Reads the database and writes a package of models, enums and managers. What is in the folder
    ``generated`` is written again each time; your own classes beside it are created once and never
    touched again. Either everything is written or nothing.

    Args:
        profile: Profile of ferrule.toml to read; its default where neither this nor a URL is given.
        url: A database to read instead of a profile's.
        schema: A schema to read; may be repeated. The profile's, else all but the server's own.
        output: Folder of the package; its last part is the package's name. The profile's, else
            ``models``.
        check: Write nothing; fail if the code is not up to date. For CI.
        preview: Write nothing; show what would change as a diff.
        force: Write over generated files that were edited by hand.
        strict: Fail if the database has what no catalog can hold; what is written is written. For
            CI, with --check.

    Examples:
        ferrule pull
        ferrule pull --profile dev --schema shop --output shop
        ferrule pull --check
    """
    terminal = context.terminal
    with terminal.progress("reading the database"):
        plan = await plan_pull(
            _request(context, profile=profile, url=url, schemas=schema, output=output, force=force)
        )
    if preview:
        terminal.code(unified_diffs(plan.changes), language="diff")
    elif not check:
        apply_pull(plan)
    say_plan(terminal, plan, written=not (check or preview))
    say_unmodelled(terminal, plan.unmodelled)
    terminal.result(summary(plan, written=not (check or preview)))
    if strict and plan.lost:
        terminal.warn(
            f"not in the catalog: {', '.join(f'{one.kind} {one.name}' for one in plan.lost)}",
            hint="leave it out of the schemas that are read, or run without --strict",
        )
        return 1
    return 1 if check and not plan.changes_nothing else 0


def _request(
    context: CommandContext,
    *,
    profile: str | None,
    url: str | None,
    schemas: Sequence[str],
    output: Path | None,
    force: bool,
) -> PullRequest:
    if profile is not None and url is not None:
        raise ConfigurationError(
            "a profile and a URL were given", hint="leave one of --profile and --url out"
        )
    chosen = None if url is not None else context.profile(profile)
    folder = output or (chosen.models if chosen is not None else Path("models"))
    config = cast("CodegenConfig", context.settings.section(ferrule_config_sections()[0]))
    return PullRequest(
        source=context.plugins.schema_source("database"),
        generator=context.plugins.generator("models"),
        types=context.plugins.types(),
        scope=Scope(schemas=tuple(schemas) or (chosen.schemas if chosen is not None else ())),
        root=context.settings.root,
        output=context.root / folder,
        connect=lambda: context.connection(profile=profile, url=url),
        names=config.names,
        force=force,
    )
