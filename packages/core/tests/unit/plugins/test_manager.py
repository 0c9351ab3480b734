"""Plugins: found, refused, asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

from ferrule_core.errors import MissingPackage, PluginError
from ferrule_core.plugins.contracts import CommandGroup, ConfigSection, TypeMapping
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl

HERE = version("ferrule-core")

PLUGIN = """
from ferrule_core.plugins.contracts import CommandGroup
from ferrule_core.plugins.markers import hookimpl

@hookimpl
def ferrule_commands():
    return [CommandGroup(name="{name}", target="nowhere:run", summary="test")]
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a distribution with one plugin, as pip leaves it on the disk."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(
        plugin: str,
        *requires: str,
        source: str = PLUGIN,
        distribution: str = "acme-things",
        target: str | None = None,
    ) -> None:
        module = f"plugin_of_{distribution.replace('-', '_')}_{plugin}"
        (tmp_path / f"{module}.py").write_text(source.replace("{name}", plugin))
        folder = tmp_path / f"{distribution.replace('-', '_')}-2.5.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 2.5\n"
            + "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
        )
        (folder / "entry_points.txt").write_text(f"[ferrule]\n{plugin} = {target or module}\n")

    yield install
    for name in set(sys.modules) - before:
        if name.startswith("plugin_of_"):
            del sys.modules[name]


def module(name: str, **hooks: Callable[[], Sequence[object]]) -> ModuleType:
    """A plugin that is passed by hand."""
    plugin = ModuleType(name)
    for hook, function in hooks.items():
        setattr(plugin, hook, hookimpl(function))
    return plugin


def commands(*names: str) -> Callable[[], Sequence[CommandGroup]]:
    def ferrule_commands() -> Sequence[CommandGroup]:
        return [CommandGroup(name=name, target="nowhere:run", summary="test") for name in names]

    return ferrule_commands


def test_an_installed_plugin_is_found(install: Install):
    install("things", f"ferrule-core~={HERE}")

    plugins = Plugins.load({})

    assert "things" in plugins.commands()
    listed = {plugin.name: plugin for plugin in plugins.listing()}
    assert listed["things"].distribution == "acme-things"
    assert listed["things"].version == "2.5"
    assert dict(listed["things"].hands_out) == {"command": ("things",)}


@pytest.mark.parametrize("disabled", ["things", "other, things", " things ,"])
def test_a_disabled_plugin_is_not_even_imported(install: Install, disabled: str):
    install("things", f"ferrule-core=={HERE}", source="raise RuntimeError('imported')")

    plugins = Plugins.load({"FERRULE_DISABLE_PLUGINS": disabled})

    assert "things" not in [plugin.name for plugin in plugins.listing()]


@pytest.mark.parametrize(
    "requirement",
    ["ferrule-core==99.0", "ferrule-core>=99", "ferrule>=99", "ferrule_core<0.0.1"],
)
def test_a_plugin_for_another_version_is_refused(install: Install, requirement: str):
    install("things", requirement)

    with pytest.raises(PluginError) as caught:
        Plugins.load({})

    assert caught.value.message == (
        f'the plugin "things" (acme-things 2.5) needs {requirement}, '
        f"but ferrule-core {HERE} is installed"
    )
    assert caught.value.hint == (
        "install matching versions, or go on without it: set FERRULE_DISABLE_PLUGINS=things"
    )


@pytest.mark.parametrize("requires", [(), ("click",), ('ferrule-core; extra == "db"',)])
def test_a_plugin_that_names_no_version_is_refused(install: Install, requires: tuple[str, ...]):
    install("things", *requires)

    with pytest.raises(PluginError) as caught:
        Plugins.load({})

    assert caught.value.message == (
        'the plugin "things" does not say which version of ferrule-core it is for'
    )
    assert caught.value.hint == '"acme-things" must list ferrule-core in its dependencies'


@pytest.mark.parametrize("requirement", ["ferrule-core", "ferrule>=0.0.1", "Ferrule_Core<99"])
def test_a_plugin_for_a_range_of_versions_is_taken(install: Install, requirement: str):
    install("things", requirement, 'ferrule-core>=99; python_version < "3"')

    assert "things" in Plugins.load({}).commands()


def test_a_plugin_that_cannot_be_imported_is_refused_by_name(install: Install):
    install("things", f"ferrule-core=={HERE}", source="import nothing_of_that_name")

    with pytest.raises(PluginError) as caught:
        Plugins.load({})

    assert caught.value.message == (
        'the plugin "things" cannot be imported: '
        "ModuleNotFoundError: No module named 'nothing_of_that_name'"
    )
    assert caught.value.hint == "set FERRULE_DISABLE_PLUGINS=things"
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


def test_a_plugin_that_is_no_module_is_refused(install: Install):
    install("things", f"ferrule-core=={HERE}", target="json:dumps")

    with pytest.raises(PluginError, match='the plugin "things" is no module but function'):
        Plugins.load({})


def test_two_distributions_with_one_plugin_name_are_refused(install: Install):
    install("things", f"ferrule-core=={HERE}")
    install("things", f"ferrule-core=={HERE}", distribution="other-things")

    with pytest.raises(PluginError) as caught:
        Plugins.load({})

    assert 'two distributions have a plugin "things": ' in caught.value.message
    assert '"acme-things"' in caught.value.message
    assert '"other-things"' in caught.value.message


def test_two_objects_of_one_name_are_refused_with_both_plugins():
    plugins = Plugins.of(
        module("first", ferrule_commands=commands("pull", "push")),
        module("second", ferrule_commands=commands("pull")),
    )

    with pytest.raises(PluginError) as caught:
        plugins.commands()

    assert caught.value.message == ('two plugins hand out a command "pull": "first" and "second"')


def test_a_hook_that_does_not_exist_is_refused():
    with pytest.raises(PluginError) as caught:
        Plugins.of(module("first", ferrule_wishes=commands("pull")))

    assert 'the plugin "first" cannot be used' in caught.value.message
    assert "ferrule_wishes" in caught.value.message


def test_a_hook_that_raises_is_said_with_its_plugin():
    def ferrule_commands() -> Sequence[CommandGroup]:
        raise ZeroDivisionError("no")

    plugins = Plugins.of(module("first", ferrule_commands=ferrule_commands))

    with pytest.raises(PluginError) as caught:
        plugins.commands()

    assert caught.value.message == (
        'the plugin "first" failed in ferrule_commands: ZeroDivisionError: no'
    )


def test_a_hook_that_hands_out_something_without_a_name_is_said_with_its_plugin():
    plugins = Plugins.of(module("first", ferrule_commands=lambda: [object()]))

    with pytest.raises(PluginError) as caught:
        plugins.commands()

    assert caught.value.message == ('the plugin "first" hands out a command without a name: object')


def test_a_hook_is_asked_once_and_only_when_it_is_needed():
    asked: list[str] = []

    def ferrule_commands() -> Sequence[CommandGroup]:
        asked.append("commands")
        return []

    def ferrule_config_sections() -> Sequence[ConfigSection]:
        asked.append("sections")
        return []

    plugins = Plugins.of(
        module(
            "first",
            ferrule_commands=ferrule_commands,
            ferrule_config_sections=ferrule_config_sections,
        )
    )
    assert asked == []

    plugins.commands()
    plugins.commands()

    assert asked == ["commands"]


def test_objects_come_in_order_of_name_whatever_the_order_of_plugins():
    plugins = Plugins.of(
        module("b", ferrule_commands=commands("z", "a")),
        module("a", ferrule_commands=commands("m")),
    )

    assert list(plugins.commands()) == ["a", "m", "z"]


def test_types_are_found_by_name():
    vector = TypeMapping(name="vector", annotation="Vector", import_from="acme.types")
    plugins = Plugins.of(module("acme", ferrule_types=lambda: [vector]))

    assert plugins.types() == {"vector": vector}


@pytest.mark.parametrize(
    ("ask", "install_line"),
    [
        (lambda plugins: plugins.backend("postgresql"), "ferrule-asyncpg"),
        (lambda plugins: plugins.backend("postgres", "asyncpg"), "ferrule-asyncpg"),
        (lambda plugins: plugins.schema_source("database"), "ferrule[introspect]"),
        (lambda plugins: plugins.server("embedded"), "ferrule[embedded]"),
        (lambda plugins: plugins.generator("models"), "ferrule[codegen]"),
    ],
)
def test_what_a_package_of_ours_has_is_missing_with_the_pip_line(
    ask: Callable[[Plugins], object], install_line: str
):
    with pytest.raises(MissingPackage) as caught:
        ask(Plugins.of())

    assert caught.value.hint == f"pip install '{install_line}'"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda plugins: plugins.backend("mysql"),
            'no installed backend serves URLs of "mysql://"',
        ),
        (
            lambda plugins: plugins.generator("modles"),
            'no installed plugin has a generator "modles"; there are: none',
        ),
        (
            lambda plugins: plugins.server("docker"),
            'no installed plugin has a server "docker"; there are: none',
        ),
    ],
)
def test_what_nobody_has_is_refused(ask: Callable[[Plugins], object], message: str):
    with pytest.raises(PluginError) as caught:
        ask(Plugins.of())

    assert caught.value.message == message
