"""The record, in the output folder, of which files are Ferrule's and what they held."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ferrule_core.errors import GenerationError
from ferrule_core.plugins.contracts import Layer

MANIFEST = PurePosixPath(".ferrule.json")
"""Where the manifest lies in the output folder. It belongs under version control."""

FORMAT = 1


class WrittenFile(BaseModel):
    """One file as it was written: its layer, and the SHA-256 of its bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    layer: Layer
    sha256: str


class Manifest(BaseModel):
    """What the last pull wrote.

    Attributes:
        generator: Name of the generator that made the files.
        catalog: Fingerprint of the catalog that they were made from.
        names: Names that were given; the next pull keeps them.
        files: Files by their path in the folder.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    generator: str
    catalog: str
    names: dict[str, str] = Field(default_factory=dict[str, str])
    files: dict[str, WrittenFile]


def dump_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON: sorted, one entry a line, so that version control can merge it."""
    ordered = manifest.model_copy(
        update={
            "names": dict(sorted(manifest.names.items())),
            "files": dict(sorted(manifest.files.items())),
        }
    )
    return f"{ordered.model_dump_json(indent=1)}\n".encode()


def load_manifest(text: bytes) -> Manifest:
    """Read what ``dump_manifest`` wrote.

    Raises:
        GenerationError: It is something else, or of a newer Ferrule.
    """
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise GenerationError(
            f'"{MANIFEST}" in the output folder cannot be read: {error.errors()[0]["msg"]}',
            hint="take it from version control, or delete it and pull with --force",
        ) from error
    if manifest.format != FORMAT:
        raise GenerationError(
            f'"{MANIFEST}" has format {manifest.format}, this version reads {FORMAT}',
            hint="upgrade ferrule",
        )
    return manifest


def digest(content: bytes) -> str:
    """SHA-256 as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
