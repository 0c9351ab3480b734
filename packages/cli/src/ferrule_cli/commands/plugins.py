"""``ferrule plugins``."""

from __future__ import annotations

from ferrule_core.command.context import CommandContext
from ferrule_core.plugins.manager import PluginListing


def plugins(context: CommandContext) -> int:
    """List the installed plugins and what they hand out.

    Nothing is connected. A plugin is switched off by naming it in the environment variable
    FERRULE_DISABLE_PLUGINS.

    Examples:
        ferrule plugins
        ferrule plugins --json
        FERRULE_DISABLE_PLUGINS=embedded ferrule plugins
    """
    listing = context.plugins.listing()
    context.terminal.table(
        ("plugin", "version", "hands out"),
        [(plugin.name, plugin.version, handed_out(plugin)) for plugin in listing],
    )
    context.terminal.result(
        [
            {
                "name": plugin.name,
                "distribution": plugin.distribution,
                "version": plugin.version,
                "hands_out": {kind: list(names) for kind, names in plugin.hands_out.items()},
            }
            for plugin in listing
        ]
    )
    return 0


def handed_out(plugin: PluginListing) -> str:
    """One line for each kind of object; of many names only their number."""
    most = 8
    return "\n".join(
        f"{kind}: {', '.join(names) if len(names) <= most else len(names)}"
        for kind, names in plugin.hands_out.items()
    )
