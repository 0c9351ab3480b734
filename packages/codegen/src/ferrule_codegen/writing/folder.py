"""The output folder on disk: read whole, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Self

from ferrule_codegen.writing.decide import Folder
from ferrule_codegen.writing.manifest import MANIFEST, load_manifest
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ForeignFiles, GenerationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One file to be put in place; ``content`` is ``None`` for one to be removed."""

    path: Path
    content: bytes | None


def read_folder(output: Path) -> Folder:
    """Read every file of the output folder; hidden ones and ``__pycache__`` do not count.

    Raises:
        ForeignFiles: The output is a file, or something in it is neither file nor folder (a
            symbolic link might lead anywhere).
        GenerationError: It cannot be read.
    """
    if not output.exists():
        return Folder(files={}, manifest=None)
    if not output.is_dir():
        raise ForeignFiles(f'the output folder "{output}" is a file')
    try:
        manifest_path = output / MANIFEST
        manifest = load_manifest(manifest_path.read_bytes()) if manifest_path.is_file() else None
        files = {
            PurePosixPath(path.relative_to(output).as_posix()): path.read_bytes()
            for path in _files(output)
        }
    except OSError as error:
        raise GenerationError(f'cannot read the output folder "{output}": {error}') from error
    return Folder(files=files, manifest=manifest)


def write_all(writes: Sequence[Write]) -> None:
    """Put all files in place, or none: what was done is undone when one fails.

    New content is first written beside its place, so that what can fail for want of space or rights
    fails before anything is changed. Each file is replaced in one step.

    Raises:
        GenerationError: Something could not be written; the files are as they were.
    """
    if not writes:
        return
    try:
        with _Undo() as undo:
            for write in writes:
                undo.stage(write)
            for write in writes:
                undo.replace(write)
    except OSError as error:
        raise GenerationError(
            f"cannot write the generated files, so nothing was changed: {error}"
        ) from error


class _Undo:
    """Keeps what is replaced until all is done."""

    def __init__(self) -> None:
        self._staged: dict[Path, Path] = {}
        self._kept: list[tuple[Path, Path | None]] = []
        self._folders: list[Path] = []
        self._stages: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def stage(self, write: Write) -> None:
        """Write the new content beside the place where it will go."""
        if write.content is None:
            return
        self._make_folder(write.path.parent)
        staged = self._stage_for(write.path) / str(len(self._staged))
        staged.write_bytes(write.content)
        if write.path.exists():
            shutil.copymode(write.path, staged)
        self._staged[write.path] = staged

    def replace(self, write: Write) -> None:
        """Move the new file over the old one, of which a copy is kept."""
        kept: Path | None = None
        if write.path.exists():
            kept = self._stage_for(write.path) / f"kept{len(self._kept)}"
            shutil.copy2(write.path, kept)
        self._kept.append((write.path, kept))
        if write.content is None:
            write.path.unlink(missing_ok=True)
        else:
            self._staged[write.path].replace(write.path)

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is not None:
            self._restore()
        for stage in self._stages.values():
            shutil.rmtree(stage, ignore_errors=True)
        if error is not None:
            for folder in reversed(self._folders):
                folder.rmdir()

    def _restore(self) -> None:
        for path, kept in reversed(self._kept):
            if kept is None:
                path.unlink(missing_ok=True)
            else:
                kept.replace(path)

    def _make_folder(self, folder: Path) -> None:
        missing = [f for f in (folder, *folder.parents) if not f.exists()]
        for new in reversed(missing):
            new.mkdir()
            self._folders.append(new)

    def _stage_for(self, path: Path) -> Path:
        """A hidden folder beside the file: a file system's border cannot be crossed in one step."""
        if path.parent not in self._stages:
            self._stages[path.parent] = Path(tempfile.mkdtemp(prefix=".ferrule-", dir=path.parent))
        return self._stages[path.parent]


def _files(folder: Path) -> Iterable[Path]:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        path = Path(entry.path)
        if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
            raise ForeignFiles(
                f'the output folder has something that is neither file nor folder: "{path}"',
                hint="choose another folder with --output",
            )
        if entry.is_dir():
            yield from _files(path)
        else:
            yield path
