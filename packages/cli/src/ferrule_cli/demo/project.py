"""The folder of the demo: a project as a user has it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from ferrule_cli.commands.init import IGNORED, add_to_gitignore
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError

TEMPLATE = Path(__file__).with_name("template")
FILES = ("ferrule.toml", "schema.sql", "change.sql", "play.py")


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with settings, SQL and a module to play with.

    Attributes:
        kept: Whether the folder is there when the demo is over.
    """

    folder: Path
    kept: bool

    @property
    def models(self) -> Path:
        """Where ``ferrule pull`` writes."""
        return self.folder / "models"

    def read(self, name: str) -> str:
        """The text of a file."""
        return (self.folder / name).read_text(encoding="utf-8")

    def generated_files(self) -> dict[str, str]:
        """The text of each Python file below the models, by its path in the project."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(self.models.rglob("*.py"))
        }


@contextmanager
def open_project(keep: Path | None) -> Generator[Project]:
    """Make the folder: a temporary one, or the one that is to be kept.

    Where the block raises, nothing is kept.

    Raises:
        ConfigurationError: The folder to keep has something in it.
    """
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="ferrule-demo-") as name:
            yield Project(_fill(Path(name)), kept=False)
        return
    folder = _empty(keep)
    try:
        yield Project(_fill(folder), kept=True)
    except BaseException:  # an interruption too
        shutil.rmtree(folder)
        raise


@contextmanager
def imported(project: Project, name: str) -> Generator[ModuleType]:
    """Import a module of the project, as Python does when it runs in that folder.

    At the end everything that came from the folder is forgotten again.
    """
    sys.path.insert(0, str(project.folder))
    try:
        yield _import(project.folder / f"{name}.py")
    finally:
        sys.path.remove(str(project.folder))
        for loaded, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(str(project.folder)):
                del sys.modules[loaded]


def _import(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _empty(folder: Path) -> Path:
    folder = folder.expanduser().absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(
            f"{folder} is not an empty folder",
            hint="name another one, or one that is not there yet",
        )
    return folder


def _fill(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(TEMPLATE / name, folder / name)
    add_to_gitignore(folder, IGNORED)
    return folder
