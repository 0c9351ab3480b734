"""From a database to a folder of models: what ``ferrule pull`` does, without the talking."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import field
from pathlib import Path

from ferrule_codegen.beyond import beyond_package
from ferrule_codegen.naming.assign import Names, keep_names, unused_wishes, wish_key
from ferrule_codegen.naming.namespace import is_identifier
from ferrule_codegen.render.plan import plan_package
from ferrule_codegen.writing.decide import FileChange, decide_changes, next_files
from ferrule_codegen.writing.folder import Write, read_folder, write_all
from ferrule_codegen.writing.manifest import MANIFEST, Manifest, dump_manifest
from ferrule_core.catalog import Catalog, dump_catalog, fingerprint, load_catalog
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError, GenerationError, InvalidCatalog
from ferrule_core.plugins.contracts import (
    Connection,
    GenerateRequest,
    Generator,
    SchemaReading,
    SchemaRequest,
    SchemaSource,
    Scope,
    TypeMapping,
    Unmodelled,
)

LOCK = "ferrule.lock"
"""File beside the output folder that holds the catalog of the last pull."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """What is pulled, by what, and where to.

    Attributes:
        output: Folder of the package; its last part is the package's name.
        names: Names that the user decided; see ``GenerateRequest.names``.
        force: Write over edited files of the base layer.
    """

    source: SchemaSource
    generator: Generator
    types: Mapping[str, TypeMapping]
    scope: Scope
    root: Path
    output: Path
    connect: Callable[[], AbstractAsyncContextManager[Connection]]
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPlan:
    """What a pull will do; nothing is written yet.

    Attributes:
        writes: Everything that is to be put in place, the manifest and the lock included.
        unmodelled: What the database has and the models do not say.
        lost: Of that, what the catalog and the lock do not hold either.
        unused_names: Names that the user decided for what the catalog does not have.
        takes_over_lock: Whether the lock that is there was written for another folder.
    """

    catalog: Catalog
    output: Path
    changes: tuple[FileChange, ...]
    writes: tuple[Write, ...]
    unmodelled: tuple[Unmodelled, ...]
    lost: tuple[Unmodelled, ...] = ()
    unused_names: tuple[str, ...] = ()
    takes_over_lock: bool = False

    @property
    def changes_nothing(self) -> bool:
        """Whether the code already says what the database says."""
        return not self.writes


def check_output(output: Path) -> None:
    """Refuse a folder whose name no program could import.

    Raises:
        ConfigurationError: The last part is no identifier, is a keyword, or is a module of Python's
            own.
    """
    name = output.name
    if not is_identifier(name):
        what = "is a Python keyword" if keyword.iskeyword(name) else "is not a Python identifier"
        raise ConfigurationError(
            f'the output folder "{name}" cannot be imported: it {what}',
            hint="choose another with --output, such as --output models",
        )
    if name in sys.stdlib_module_names:
        raise ConfigurationError(
            f'the output folder "{name}" cannot be imported: Python has a module of that name',
            hint="choose another with --output, such as --output models",
        )


async def plan_pull(request: PullRequest) -> PullPlan:
    """Read the database and decide what to write; changes nothing.

    Raises:
        ConfigurationError: The output folder's name cannot be imported.
        ForeignFiles, EditedFiles: The output folder holds what a pull must not touch.
        UnknownObject: A schema does not exist.
        GenerationError: A wished-for name cannot be given.
    """
    check_output(request.output)
    folder = read_folder(request.output)
    reading = await request.source.read(
        SchemaRequest(scope=request.scope, root=request.root, connect=request.connect)
    )
    kept = folder.manifest.names if folder.manifest is not None else {}
    generate = _generate_request(request, reading, kept)
    package = plan_package(generate)
    files = request.generator.generate(generate)
    changes = decide_changes(files, folder, force=request.force)
    manifest = Manifest(
        generator=request.generator.name,
        catalog=fingerprint(reading.catalog),
        names=_given_names(package.names),
        files=next_files(files, changes, folder),
    )
    lock = _content(request.output.parent / LOCK)
    return PullPlan(
        unused_names=unused_wishes(reading.catalog, request.names),
        takes_over_lock=lock is not None and not _is_lock_of(folder.manifest, lock),
        catalog=reading.catalog,
        output=request.output,
        changes=changes,
        writes=_writes(request.output, changes, manifest, reading.catalog),
        unmodelled=(*reading.unmodelled, *beyond_package(package, request.types)),
        lost=tuple(each for each in reading.unmodelled if each.reason == "unmodelled"),
    )


def apply_pull(plan: PullPlan) -> None:
    """Write what was decided: all of it or nothing.

    Raises:
        GenerationError: A file could not be written; all are as they were.
    """
    write_all(plan.writes)


def _generate_request(
    request: PullRequest, reading: SchemaReading, kept: Mapping[str, str]
) -> GenerateRequest:
    return GenerateRequest(
        catalog=reading.catalog,
        package=request.output.name,
        types=request.types,
        unmodelled=reading.unmodelled,
        names=keep_names(reading.catalog, kept, request.names),
    )


def _given_names(names: Names) -> dict[str, str]:
    return {wish_key(name): chosen for name, chosen in names.classes.items()}


def _writes(
    output: Path, changes: tuple[FileChange, ...], manifest: Manifest, catalog: Catalog
) -> tuple[Write, ...]:
    """The files that change; the manifest last, so that it never promises what is not there."""
    wanted = [Write(path=output / c.path, content=c.after) for c in changes if c.writes]
    lock = dump_catalog(catalog, indent=1) + "\n"
    for path, content in (
        (output.parent / LOCK, lock.encode()),
        (output / MANIFEST, dump_manifest(manifest)),
    ):
        if _content(path) != content:
            wanted.append(Write(path=path, content=content))
    return tuple(wanted)


def _is_lock_of(manifest: Manifest | None, lock: bytes) -> bool:
    """Whether the last pull into this folder wrote the lock."""
    if manifest is None:
        return False
    try:
        return fingerprint(load_catalog(lock.decode())) == manifest.catalog
    except (InvalidCatalog, UnicodeDecodeError):
        return False


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GenerationError(f'cannot read "{path}": {error.strerror}') from error
