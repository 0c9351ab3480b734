"""``ferrule completion``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ferrule_core.command.context import CommandContext
from ferrule_core.errors import ConfigurationError

if TYPE_CHECKING:
    from cyclopts import App

Shell = Literal["zsh", "bash", "fish", "powershell"]


def completion(
    context: CommandContext, shell: Shell | None = None, *, install: bool = False
) -> int:
    """Print or install the completion of commands for your shell.

    The script knows the commands of the packages that are installed now; run this again after
    installing others.

    Args:
        shell: The shell; the one that is running now, if left out.
        install: Put the script where the shell looks for it, and name it in the shell's
            start-up file where that is needed.

    Examples:
        ferrule completion --install
        ferrule completion bash > ~/.local/share/bash-completion/completions/ferrule
    """
    app = whole_app(context)
    shell = shell or running_shell()
    if install:
        path = install_script(app, shell)
        context.terminal.success(f"wrote {path}; it works in the next {shell} that you open")
        context.terminal.result({"shell": shell, "path": str(path)})
        return 0
    script = app.generate_completion(prog_name="ferrule", shell=shell)
    context.terminal.code(script, language=shell)
    context.terminal.result({"shell": shell, "script": script})
    return 0


def whole_app(context: CommandContext) -> App:
    """The app of all commands; unlike elsewhere, every one of them is imported."""
    from ferrule_cli.app import make_app
    from ferrule_cli.session import Session

    session = Session(plugins=context.plugins, root=context.root, environment=context.environment)
    return make_app(list(context.plugins.commands().values()), session)


def running_shell() -> Shell:
    """The shell that started this command.

    Raises:
        ConfigurationError: It is none of those that are known.
    """
    from cyclopts.completion import ShellDetectionError, detect_shell

    try:
        return detect_shell()
    except ShellDetectionError as error:
        raise ConfigurationError(
            "it cannot be seen which shell this is", hint="name it: ferrule completion bash"
        ) from error


def install_script(app: App, shell: Shell) -> Path:
    """Write the script where the shell looks for it."""
    return app.install_completion(shell=shell)
