"""Build every package and use it as a stranger would: from its wheel, in an empty environment.

Each package is installed alone, each of its modules is imported and its unit tests run. Then
``ferrule`` and ``ferrule[all]`` are installed, and ``ferrule --help`` is asked. Wheels are built
from the source distributions, so those are right too. Third-party packages come from PyPI, ours
from nowhere but here.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = (ROOT / "VERSION").read_text().strip()
INSPECT = Path(__file__).with_name("inspect_environment.py")
PYTEST_TOOLS = ("anyio", "hypothesis", "pytest")


class CheckFailed(Exception):
    """A wheel is not what it should be."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What one empty environment is asked to hold.

    Attributes:
        requirement: What is installed: ``ferrule-core``, ``ferrule[all]``.
        distributions: Those of ours that are to be there afterwards, and no other.
        tests: Folders of unit tests to run there.
    """

    requirement: str
    distributions: frozenset[str]
    tests: tuple[Path, ...]


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command and return its output; what a failing one said becomes the error."""
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shown = " ".join(map(str, command))
        raise CheckFailed(f"{shown}\nexit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def read_projects() -> dict[str, tuple[Path, frozenset[str]]]:
    """Return each distribution of ours with its folder and those of ours that it needs."""
    needs: dict[str, tuple[Path, frozenset[str]]] = {}
    for path in sorted(ROOT.glob("packages/*/pyproject.toml")):
        project = tomllib.loads(path.read_text())["project"]
        required = {line.partition("==")[0] for line in project["dependencies"]}
        ours = frozenset(name for name in required if name.startswith("ferrule-"))
        needs[project["name"]] = (path.parent, ours)
    return needs


def build(folders: Sequence[Path], output: Path) -> dict[str, Path]:
    """Build a source distribution of each folder, and a wheel from that, and return the wheels."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda folder: run("uv", "build", "-q", "-o", output, folder), folders))
    wheels = {path.name.split("-")[0].replace("_", "-"): path for path in output.glob("*.whl")}
    if len(wheels) != len(folders):
        raise CheckFailed(f"{len(folders)} packages gave {len(wheels)} wheels: {sorted(wheels)}")
    return wheels


def installations(*, alone: bool) -> Iterator[Installation]:
    """Yield what to install: each package alone if asked for, then the meta-package twice."""
    projects = read_projects()
    tests = {name: folder / "tests" / "unit" for name, (folder, _) in projects.items()}
    if alone:
        for name, (_, ours) in projects.items():
            folders = (tests[name],) if tests[name].is_dir() else ()
            yield Installation(name, ours | {name}, folders)
    every = () if alone else tuple(folder for folder in tests.values() if folder.is_dir())
    yield Installation("ferrule[all]", frozenset(projects), every)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where environments are made.

    Attributes:
        folder: Is removed in the end.
        python: Interpreter of the environments.
        wheels: One for each distribution of ours.
    """

    folder: Path
    python: str
    wheels: dict[str, Path]

    @property
    def overrides(self) -> Path:
        """The file that replaces what requires one of ours."""
        return self.folder / "overrides.txt"

    def write_overrides(self) -> None:
        """Write that file. An override loses its extras, but nothing requires ``ferrule``."""
        siblings = [self.requirement(name) for name in self.wheels if name != "ferrule"]
        self.overrides.write_text("\n".join(siblings))

    def passes(self, installation: Installation) -> bool:
        """Check an installation, print what was seen, and return whether it was right."""
        started = time.monotonic()
        try:
            seen = ", ".join(self.check(installation))
        except CheckFailed as failure:
            print(f"{installation.requirement}: FAILED\n{failure}", flush=True)
            return False
        seconds = time.monotonic() - started
        print(f"{installation.requirement}: {seen} ({seconds:.0f} s)", flush=True)
        return True

    def check(self, installation: Installation) -> Iterator[str]:
        """Install, import everything, run the unit tests; yield what was seen."""
        environment = self.folder / installation.requirement
        bin_folder = environment / "bin"
        run("uv", "venv", "-q", "--python", self.python, environment)
        self.install(environment, self.requirement(installation.requirement))

        output = run(bin_folder / "python", "-I", INSPECT, cwd=self.folder)
        inspected = json.loads(output)
        if inspected["versions"] != dict.fromkeys(installation.distributions, VERSION):
            raise CheckFailed(f"installed {inspected['versions']}")
        yield f"{inspected['modules']} modules imported"

        if (command := bin_folder / "ferrule").exists():
            if "Usage" not in (shown := run(command, "--help", cwd=self.folder)):
                raise CheckFailed(f"ferrule --help printed no usage:\n{shown}")
            yield "ferrule --help"

        if installation.tests:
            self.install(environment, *pytest_requirements())
            yield run_tests(bin_folder / "python", installation.tests)

    def requirement(self, text: str) -> str:
        """Return the requirement of one of ours, as that of the wheel built here."""
        return f"{text} @ {self.wheels[text.partition('[')[0]].as_uri()}"

    def install(self, environment: Path, *requirements: str) -> None:
        """Install; whatever requires one of ours gets the wheel built here."""
        into = ("--python", environment / "bin" / "python", "--overrides", self.overrides)
        run("uv", "pip", "install", "-q", *into, *requirements)


def pytest_requirements() -> list[str]:
    """Return what the hatch environment has to run tests with."""
    tools = tomllib.loads((ROOT / "hatch.toml").read_text())["envs"]["default"]["dependencies"]
    return [tool for tool in tools if tool.startswith(PYTEST_TOOLS)]


def run_tests(python: Path, folders: Sequence[Path]) -> str:
    """Run unit tests against what is installed, and return pytest's closing line."""
    # -P: the current folder is not on the path, so nothing but the wheels can be imported.
    command = (python, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    processes = "1" if len(folders) == 1 else "auto"  # checks of single packages run side by side
    output = run(*command, "-n", processes, *folders)
    return output.strip().splitlines()[-1]


def main() -> int:
    """Build, check, report; 1 if anything was not right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="interpreter to install into")
    parser.add_argument(
        "--together", action="store_true", help="only ferrule[all], with all unit tests"
    )
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="ferrule-wheels-") as name:
        folder = Path(name)
        try:
            wheels = build([path for path, _ in read_projects().values()], folder / "dist")
        except CheckFailed as failure:
            print(failure)
            return 1
        workshop = Workshop(folder, options.python, wheels)
        workshop.write_overrides()
        with ThreadPoolExecutor(2) as pool:
            verdicts = list(pool.map(workshop.passes, installations(alone=not options.together)))
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
