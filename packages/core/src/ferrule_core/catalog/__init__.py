"""An immutable description of a database's schemas. Start with ``catalog.py``."""

from __future__ import annotations

from ferrule_core.catalog.catalog import Catalog, Relation
from ferrule_core.catalog.codec import dump_catalog, fingerprint, load_catalog
from ferrule_core.catalog.constraints import (
    Check,
    ForeignKey,
    MatchType,
    NotNull,
    PrimaryKey,
    ReferentialAction,
    Unique,
)
from ferrule_core.catalog.indexes import Index, IndexElement
from ferrule_core.catalog.names import (
    MAX_NAME_BYTES,
    QualifiedName,
    default_name,
    quote_identifier,
    shown_name,
)
from ferrule_core.catalog.objects import (
    Domain,
    Enum,
    MaterializedView,
    Schema,
    Sequence,
    SequenceOwner,
    View,
)
from ferrule_core.catalog.tables import Column, Generated, Identity, SequenceOptions, Table
from ferrule_core.catalog.types import PG_CATALOG, TypeRef

__all__ = [
    "MAX_NAME_BYTES",
    "PG_CATALOG",
    "Catalog",
    "Check",
    "Column",
    "Domain",
    "Enum",
    "ForeignKey",
    "Generated",
    "Identity",
    "Index",
    "IndexElement",
    "MatchType",
    "MaterializedView",
    "NotNull",
    "PrimaryKey",
    "QualifiedName",
    "ReferentialAction",
    "Relation",
    "Schema",
    "Sequence",
    "SequenceOptions",
    "SequenceOwner",
    "Table",
    "TypeRef",
    "Unique",
    "View",
    "default_name",
    "dump_catalog",
    "fingerprint",
    "load_catalog",
    "quote_identifier",
    "shown_name",
]
