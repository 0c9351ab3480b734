"""``ferrule plugins`` and ``ferrule completion``."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from ferrule_cli.commands.completion import completion
from ferrule_cli.commands.plugins import plugins
from ferrule_cli.main import run


def test_the_installed_plugins_are_listed_with_what_they_hand_out(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    code = run(["plugins"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0].split() == ["plugin", "version", "hands", "out"]
    cli = next(line for line in lines if line.startswith("cli "))
    assert "command: completion, demo, health, init, plugins" in cli


def test_a_program_gets_the_distributions_too(capsys):
    run(["plugins", "--json"])

    listed = {plugin["name"]: plugin for plugin in json.loads(capsys.readouterr().out)}
    assert listed["cli"]["distribution"] == "ferrule-cli"
    assert listed["cli"]["hands_out"]["command"] == [
        "completion",
        "demo",
        "health",
        "init",
        "plugins",
    ]


def test_a_plugin_that_is_switched_off_is_not_listed(capsys, monkeypatch):
    monkeypatch.setenv("FERRULE_DISABLE_PLUGINS", "core")

    run(["plugins", "--json"])

    assert "core" not in {plugin["name"] for plugin in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_knows_every_command_and_option(ferrule, shell):
    ferrule.add("completion", completion)
    ferrule.add("plugins", plugins)
    ferrule.add("db", {"start": lambda: 0, "stop": lambda: 0})

    script = ferrule("completion", shell).out

    for word in ("plugins", "completion", "start", "stop", "install", "json"):
        assert word in script
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=script, text=True, check=True)


def test_bash_completes_a_command(ferrule, tmp_path):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs bash")
    ferrule.add("completion", completion)
    ferrule.add("plugins", plugins)
    (tmp_path / "script").write_text(ferrule("completion", "bash").out)

    ask = (
        f"source {tmp_path}/script; COMP_WORDS=(ferrule plug); COMP_CWORD=1;"
        "$(complete -p ferrule | sed 's/.*-F \\([^ ]*\\).*/\\1/'); echo ${COMPREPLY[@]}"
    )
    done = subprocess.run([bash, "-c", ask], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["plugins"]


def test_the_script_is_installed_where_the_shell_looks(ferrule, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    ferrule.add("completion", completion)

    done = ferrule("completion", "fish", "--install", "--json")

    path = tmp_path / ".config/fish/completions/ferrule.fish"
    assert json.loads(done.out) == {"shell": "fish", "path": str(path)}
    assert "ferrule" in path.read_text()


def test_a_shell_that_is_not_known_is_a_wrong_call(ferrule):
    ferrule.add("completion", completion)

    assert ferrule("completion", "tcsh").code == 2


def test_a_shell_that_cannot_be_seen_has_to_be_named(ferrule, monkeypatch):
    for name in ("SHELL", "BASH_VERSION", "ZSH_VERSION", "FISH_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "")  # no ps that could tell
    ferrule.add("completion", completion)

    done = ferrule("completion")

    assert done.code == 1
    assert "hint: name it: ferrule completion bash" in done.err
