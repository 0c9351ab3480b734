"""What a pull would do to the output folder. Pure: files in, changes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import PurePosixPath
from typing import Literal

from ferrule_codegen.writing.manifest import Manifest, WrittenFile, digest
from ferrule_core.deferred import dataclass
from ferrule_core.errors import EditedFiles, ForeignFiles, GenerationError
from ferrule_core.plugins.contracts import GeneratedFile

Outcome = Literal["created", "changed", "unchanged", "removed", "kept", "orphaned"]
"""``kept`` and ``orphaned`` files are the user's; what the latter was made for is gone."""

HEADER = "# Written by `ferrule pull`; the next pull writes it again: "
"""How each file of the base layer begins: ``--force`` takes it for Ferrule's without a manifest."""

_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """What happens to one file, as bytes; ``None`` where there is none."""

    path: PurePosixPath
    outcome: Outcome
    before: bytes | None
    after: bytes | None

    @property
    def writes(self) -> bool:
        """Whether the folder is touched."""
        return self.outcome in ("created", "changed", "removed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The output folder as it is: its files, and what the last pull said of them."""

    files: Mapping[PurePosixPath, bytes]
    manifest: Manifest | None


def decide_changes(
    wanted: Sequence[GeneratedFile], folder: Folder, *, force: bool = False
) -> tuple[FileChange, ...]:
    """What would happen to each file, in order of path.

    Args:
        wanted: What the generator made.
        folder: What is there.
        force: Write over files of the base layer that were edited, and take over such files when
            there is no manifest. Files that Ferrule did not write are refused all the same.

    Raises:
        ForeignFiles: The folder was not made by Ferrule, or a file that it did not write is in the
            way.
        EditedFiles: Files that it would write again were changed by hand.
        GenerationError: Two files have the same path on some file system, or one leads out of the
            folder.
    """
    _check_paths(wanted)
    _refuse_foreign(wanted, folder, force=force)
    if not force:
        _refuse_edited(wanted, folder)
    changes = [_wanted_change(file, folder) for file in wanted]
    changes.extend(_orphans({file.path for file in wanted}, folder))
    return tuple(sorted(changes, key=lambda change: change.path))


def next_files(
    wanted: Iterable[GeneratedFile], changes: Iterable[FileChange], folder: Folder
) -> dict[str, WrittenFile]:
    """What the manifest will say of the files.

    A file of the user keeps the digest that it was created with, so that it can be told whether it
    was touched.
    """
    before = _known_files(folder)
    outcomes = {change.path: change.outcome for change in changes}
    files: dict[str, WrittenFile] = {}
    for file in wanted:
        path = str(file.path)
        fresh = WrittenFile(layer=file.layer, sha256=digest(file.text.encode()))
        kept = outcomes[file.path] == "kept"
        files[path] = before.get(path, fresh) if kept else fresh
    orphans = [str(path) for path, outcome in outcomes.items() if outcome == "orphaned"]
    return files | {path: before[path] for path in orphans}


def unified_diffs(changes: Iterable[FileChange]) -> str:
    """The changes as one unified diff."""
    return "".join(_diff(change) for change in changes if change.writes)


def _known_files(folder: Folder) -> Mapping[str, WrittenFile]:
    return {} if folder.manifest is None else folder.manifest.files


def _check_paths(wanted: Iterable[GeneratedFile]) -> None:
    seen: dict[str, PurePosixPath] = {}
    for file in wanted:
        parts = file.path.parts
        if not parts or file.path.is_absolute() or ".." in parts:
            raise GenerationError(
                f'the generated file "{file.path}" lies outside the output folder'
            )
        folded = str(file.path).casefold()
        if folded in seen:
            raise GenerationError(f'two generated files have the path "{file.path}"')
        seen[folded] = file.path


def _refuse_foreign(wanted: Sequence[GeneratedFile], folder: Folder, *, force: bool) -> None:
    known = _known_files(folder)
    texts = {file.path: file for file in wanted}
    foreign = [
        path
        for path, content in folder.files.items()
        if str(path) not in known
        and (path in texts or folder.manifest is None)
        and not _is_own(texts.get(path), content, force=force)
    ]
    if not foreign:
        return
    first = "there is no record of a pull" if folder.manifest is None else "they are in the way"
    raise ForeignFiles(
        f"the output folder has files that Ferrule did not write ({first}): {_listed(foreign)}",
        hint="choose another folder with --output, or move them away",
    )


def _is_own(file: GeneratedFile | None, content: bytes, *, force: bool) -> bool:
    if file is None:
        return force and content.startswith(HEADER.encode())
    if content == file.text.encode():
        return True
    return force and (file.layer == "user" or content.startswith(HEADER.encode()))


def _refuse_edited(wanted: Iterable[GeneratedFile], folder: Folder) -> None:
    if folder.manifest is None:
        return
    texts = {str(file.path): file.text.encode() for file in wanted}
    edited = [
        path
        for path, content in folder.files.items()
        if (written := folder.manifest.files.get(str(path))) is not None
        and written.layer == "base"
        and digest(content) != written.sha256
        and content != texts.get(str(path))
    ]
    if edited:
        raise EditedFiles(
            f"files that a pull writes again were changed by hand: {_listed(edited)}",
            hint="move the changes into your own classes, then pull with --force to overwrite",
        )


def _wanted_change(file: GeneratedFile, folder: Folder) -> FileChange:
    before, after = folder.files.get(file.path), file.text.encode()
    if before is None:
        outcome: Outcome = "created"
    elif file.layer == "user":
        outcome, after = "kept", before
    else:
        outcome = "unchanged" if before == after else "changed"
    return FileChange(path=file.path, outcome=outcome, before=before, after=after)


def _orphans(wanted: set[PurePosixPath], folder: Folder) -> Iterator[FileChange]:
    if folder.manifest is None:
        return
    for name, written in folder.manifest.files.items():
        path = PurePosixPath(name)
        before = folder.files.get(path)
        if path in wanted or before is None:
            continue
        if written.layer == "user" and digest(before) != written.sha256:
            yield FileChange(path=path, outcome="orphaned", before=before, after=before)
        else:
            yield FileChange(path=path, outcome="removed", before=before, after=None)


def _diff(change: FileChange) -> str:
    old = (change.before or b"").decode("utf-8", "replace").splitlines(keepends=True)
    new = (change.after or b"").decode("utf-8", "replace").splitlines(keepends=True)
    source = "/dev/null" if change.before is None else f"a/{change.path}"
    target = "/dev/null" if change.after is None else f"b/{change.path}"
    return "".join(unified_diff(old, new, source, target))


def _listed(paths: Sequence[PurePosixPath]) -> str:
    shown = ", ".join(f'"{path}"' for path in sorted(paths)[:_NAMED])
    more = len(paths) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown
