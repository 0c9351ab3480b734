"""An immutable description of a database's schemas. Start with ``catalog.py``.

What stands here is imported when it is first used: a program that only queries needs the names and
types, and not the tables, views and codecs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.lazy import lazy_exports

if TYPE_CHECKING:
    from ferrule_core.catalog.actions import MatchType, ReferentialAction
    from ferrule_core.catalog.catalog import Catalog, Relation
    from ferrule_core.catalog.codec import dump_catalog, fingerprint, load_catalog
    from ferrule_core.catalog.columns import Column, Generated, Identity, SequenceOptions
    from ferrule_core.catalog.constraints import (
        Check,
        Exclusion,
        ExclusionElement,
        ForeignKey,
        NotNull,
        PrimaryKey,
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
        Attribute,
        Composite,
        Domain,
        Enum,
        Extension,
        MaterializedView,
        Schema,
        Sequence,
        SequenceOwner,
        View,
    )
    from ferrule_core.catalog.partitions import Partition, Partitioning
    from ferrule_core.catalog.policies import Policy, Rule
    from ferrule_core.catalog.routines import Aggregate, Argument, Routine
    from ferrule_core.catalog.statistics import Statistics
    from ferrule_core.catalog.tables import ReplicaIdentity, Table
    from ferrule_core.catalog.triggers import InheritedTrigger, Trigger
    from ferrule_core.catalog.types import PG_CATALOG, TypeRef
else:
    _MODULES = {
        "actions": (
            "MatchType",
            "ReferentialAction",
        ),
        "catalog": (
            "Catalog",
            "Relation",
        ),
        "codec": (
            "dump_catalog",
            "fingerprint",
            "load_catalog",
        ),
        "columns": (
            "Column",
            "Generated",
            "Identity",
            "SequenceOptions",
        ),
        "constraints": (
            "Check",
            "Exclusion",
            "ExclusionElement",
            "ForeignKey",
            "NotNull",
            "PrimaryKey",
            "Unique",
        ),
        "indexes": (
            "Index",
            "IndexElement",
        ),
        "names": (
            "MAX_NAME_BYTES",
            "QualifiedName",
            "default_name",
            "quote_identifier",
            "shown_name",
        ),
        "objects": (
            "Attribute",
            "Composite",
            "Domain",
            "Enum",
            "Extension",
            "MaterializedView",
            "Schema",
            "Sequence",
            "SequenceOwner",
            "View",
        ),
        "partitions": ("Partition", "Partitioning"),
        "policies": ("Policy", "Rule"),
        "routines": ("Aggregate", "Argument", "Routine"),
        "statistics": ("Statistics",),
        "tables": ("ReplicaIdentity", "Table"),
        "triggers": ("InheritedTrigger", "Trigger"),
        "types": (
            "PG_CATALOG",
            "TypeRef",
        ),
    }
    __getattr__ = lazy_exports(
        __name__, {name: module for module, names in _MODULES.items() for name in names}
    )

__all__ = [
    "MAX_NAME_BYTES",
    "PG_CATALOG",
    "Aggregate",
    "Argument",
    "Attribute",
    "Catalog",
    "Check",
    "Column",
    "Composite",
    "Domain",
    "Enum",
    "Exclusion",
    "ExclusionElement",
    "Extension",
    "ForeignKey",
    "Generated",
    "Identity",
    "Index",
    "IndexElement",
    "InheritedTrigger",
    "MatchType",
    "MaterializedView",
    "NotNull",
    "Partition",
    "Partitioning",
    "Policy",
    "PrimaryKey",
    "QualifiedName",
    "ReferentialAction",
    "Relation",
    "ReplicaIdentity",
    "Routine",
    "Rule",
    "Schema",
    "Sequence",
    "SequenceOptions",
    "SequenceOwner",
    "Statistics",
    "Table",
    "Trigger",
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
