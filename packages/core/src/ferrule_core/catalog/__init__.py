"""An immutable description of a database's schemas. Start with ``catalog.py``.

What stands here is imported when it is first used: a program that only queries needs the names and
types, and not the tables, views and codecs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.lazy import lazy_exports

if TYPE_CHECKING:
    from ferrule_core.catalog.access import DefaultPrivileges, Grant, Owner, Privileges
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
    from ferrule_core.catalog.foreign import ForeignTable
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
        DomainNotNull,
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
    from ferrule_core.catalog.ranges import Collation, Range, default_multirange
    from ferrule_core.catalog.routines import Aggregate, Argument, Routine
    from ferrule_core.catalog.statistics import Statistics
    from ferrule_core.catalog.tables import ReplicaIdentity, Table
    from ferrule_core.catalog.triggers import InheritedTrigger, Trigger
    from ferrule_core.catalog.types import PG_CATALOG, TypeRef
    from ferrule_core.catalog.verbatim import Verbatim, VerbatimKind
else:
    _MODULES = {
        "access": ("DefaultPrivileges", "Grant", "Owner", "Privileges"),
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
        "foreign": ("ForeignTable",),
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
            "DomainNotNull",
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
        "ranges": ("Collation", "Range", "default_multirange"),
        "routines": ("Aggregate", "Argument", "Routine"),
        "statistics": ("Statistics",),
        "tables": ("ReplicaIdentity", "Table"),
        "triggers": ("InheritedTrigger", "Trigger"),
        "types": (
            "PG_CATALOG",
            "TypeRef",
        ),
        "verbatim": ("Verbatim", "VerbatimKind"),
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
    "Collation",
    "Column",
    "Composite",
    "DefaultPrivileges",
    "Domain",
    "DomainNotNull",
    "Enum",
    "Exclusion",
    "ExclusionElement",
    "Extension",
    "ForeignKey",
    "ForeignTable",
    "Generated",
    "Grant",
    "Identity",
    "Index",
    "IndexElement",
    "InheritedTrigger",
    "MatchType",
    "MaterializedView",
    "NotNull",
    "Owner",
    "Partition",
    "Partitioning",
    "Policy",
    "PrimaryKey",
    "Privileges",
    "QualifiedName",
    "Range",
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
    "Verbatim",
    "VerbatimKind",
    "View",
    "default_multirange",
    "default_name",
    "dump_catalog",
    "fingerprint",
    "load_catalog",
    "quote_identifier",
    "shown_name",
]
