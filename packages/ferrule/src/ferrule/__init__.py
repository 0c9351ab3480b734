"""The best way to use PostgreSQL from Python: typed, two-way, close to the driver's speed.

What stands here is imported when it is first used: a program pays for what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule import types
from ferrule_core.lazy import lazy_exports

if TYPE_CHECKING:
    from ferrule_core.catalog.columns import SequenceOptions
    from ferrule_core.database import (
        Counters,
        Database,
        Gap,
        Health,
        LogOptions,
        Notification,
        Notifications,
        Plan,
        PoolStatistics,
        QueryLog,
        QueryRecord,
        RoutineCall,
        RoutineParameter,
        RoutineSignature,
        Standby,
        StoredRoutine,
        Transaction,
        attempts,
        connect,
        on_commit,
        on_rollback,
        run,
        transaction,
        using,
    )
    from ferrule_core.errors import FerruleError
    from ferrule_core.mapping.columns import (
        Column,
        column,
        generated,
        identity,
        server_default,
        version_column,
    )
    from ferrule_core.mapping.constraints import (
        check,
        exclude,
        not_null,
        primary_key,
        references,
        unique,
    )
    from ferrule_core.mapping.expressions import Assignment, Expr, Order
    from ferrule_core.mapping.indexes import element, index
    from ferrule_core.mapping.intervals import Interval
    from ferrule_core.mapping.json_values import JSON_NULL, DecimalJson, JsonNull, JsonValue
    from ferrule_core.mapping.kinds.bits import Bits
    from ferrule_core.mapping.kinds.composites import Composite
    from ferrule_core.mapping.kinds.spans import Multirange, Range
    from ferrule_core.mapping.moments import Beyond, Infinite
    from ferrule_core.mapping.original import Original
    from ferrule_core.mapping.relations import (
        ForeignKey,
        InverseForeignKey,
        InverseOneToOne,
        ManyToMany,
        foreign_key,
        inverse_foreign_key,
        inverse_one_to_one,
        many_to_many,
    )
    from ferrule_core.mapping.subqueries import outer
    from ferrule_core.mapping.to_catalog import to_catalog
    from ferrule_core.mapping.user_types import domain, enum_type, sequence
    from ferrule_core.mapping.validators import validator
    from ferrule_core.model.border import pydantic_schema
    from ferrule_core.model.encryption import Encrypted, Keyring
    from ferrule_core.model.managers import Manager, ViewManager
    from ferrule_core.model.materialized import MaterializedView
    from ferrule_core.model.mixins import (
        Audited,
        AuditedByText,
        AuditedByUuid,
        Timestamps,
        Versioned,
    )
    from ferrule_core.model.model import Model, View
    from ferrule_core.model.passwords import PasswordHash
    from ferrule_core.model.soft_delete import SoftDelete
    from ferrule_core.model.sync_managers import (
        KeyedTwin,
        ManagerTwin,
        SyncManager,
        SyncViewManager,
        twin,
    )
    from ferrule_core.model.upserting import Upserted
    from ferrule_core.query.acting import acting_as, current_actor
    from ferrule_core.query.batching import Loader
    from ferrule_core.query.blocking import run_sync
    from ferrule_core.query.by_name import F, OuterRef, Q
    from ferrule_core.query.conflicts import excluded
    from ferrule_core.query.embedding import exists
    from ferrule_core.query.functions import func
    from ferrule_core.query.grouping import Grouped, cube, grouping_sets, rollup
    from ferrule_core.query.keyset import CursorPage
    from ferrule_core.query.lateral import FunctionRows, Joinable, Lateral, OptionalLateral, rows_of
    from ferrule_core.query.merging import incoming
    from ferrule_core.query.named import NamedQueries, load_queries
    from ferrule_core.query.paginate import Page, Paginator
    from ferrule_core.query.prefetching import Prefetch
    from ferrule_core.query.query import Query
    from ferrule_core.query.raw import Sql, ident, sql
    from ferrule_core.query.strictness import RepeatedLoadsWarning, strict_loading
    from ferrule_core.query.typed_sql import TypedSql, TypedStatement
else:  # checkers would take any name for right
    _MODULES = {
        "catalog.columns": ("SequenceOptions",),
        "database": (
            "Counters",
            "Database",
            "Gap",
            "Health",
            "LogOptions",
            "Notification",
            "Notifications",
            "Plan",
            "PoolStatistics",
            "QueryLog",
            "QueryRecord",
            "RoutineCall",
            "RoutineParameter",
            "RoutineSignature",
            "Standby",
            "StoredRoutine",
            "Transaction",
            "attempts",
            "connect",
            "on_commit",
            "on_rollback",
            "run",
            "transaction",
            "using",
        ),
        "errors": ("FerruleError",),
        "mapping.columns": (
            "Column",
            "column",
            "generated",
            "identity",
            "server_default",
            "version_column",
        ),
        "mapping.constraints": (
            "check",
            "exclude",
            "not_null",
            "primary_key",
            "references",
            "unique",
        ),
        "mapping.expressions": (
            "Assignment",
            "Expr",
            "Order",
        ),
        "mapping.indexes": (
            "element",
            "index",
        ),
        "mapping.intervals": ("Interval",),
        "mapping.json_values": (
            "DecimalJson",
            "JSON_NULL",
            "JsonNull",
            "JsonValue",
        ),
        "mapping.kinds.bits": ("Bits",),
        "mapping.kinds.composites": ("Composite",),
        "mapping.kinds.spans": (
            "Multirange",
            "Range",
        ),
        "mapping.moments": (
            "Beyond",
            "Infinite",
        ),
        "mapping.original": ("Original",),
        "mapping.relations": (
            "ForeignKey",
            "InverseForeignKey",
            "InverseOneToOne",
            "ManyToMany",
            "foreign_key",
            "inverse_foreign_key",
            "inverse_one_to_one",
            "many_to_many",
        ),
        "mapping.subqueries": ("outer",),
        "mapping.to_catalog": ("to_catalog",),
        "mapping.user_types": (
            "domain",
            "enum_type",
            "sequence",
        ),
        "mapping.validators": ("validator",),
        "model.border": ("pydantic_schema",),
        "model.encryption": (
            "Encrypted",
            "Keyring",
        ),
        "model.managers": (
            "Manager",
            "ViewManager",
        ),
        "model.materialized": ("MaterializedView",),
        "model.mixins": (
            "Audited",
            "AuditedByText",
            "AuditedByUuid",
            "Timestamps",
            "Versioned",
        ),
        "model.model": (
            "Model",
            "View",
        ),
        "model.passwords": ("PasswordHash",),
        "model.soft_delete": ("SoftDelete",),
        "model.sync_managers": (
            "KeyedTwin",
            "ManagerTwin",
            "SyncManager",
            "SyncViewManager",
            "twin",
        ),
        "model.upserting": ("Upserted",),
        "query.acting": (
            "acting_as",
            "current_actor",
        ),
        "query.batching": ("Loader",),
        "query.blocking": ("run_sync",),
        "query.by_name": (
            "F",
            "OuterRef",
            "Q",
        ),
        "query.conflicts": ("excluded",),
        "query.embedding": ("exists",),
        "query.functions": ("func",),
        "query.grouping": (
            "Grouped",
            "cube",
            "grouping_sets",
            "rollup",
        ),
        "query.keyset": ("CursorPage",),
        "query.lateral": (
            "FunctionRows",
            "Joinable",
            "Lateral",
            "OptionalLateral",
            "rows_of",
        ),
        "query.merging": ("incoming",),
        "query.named": (
            "NamedQueries",
            "load_queries",
        ),
        "query.paginate": (
            "Page",
            "Paginator",
        ),
        "query.prefetching": ("Prefetch",),
        "query.query": ("Query",),
        "query.raw": (
            "Sql",
            "ident",
            "sql",
        ),
        "query.strictness": (
            "RepeatedLoadsWarning",
            "strict_loading",
        ),
        "query.typed_sql": (
            "TypedSql",
            "TypedStatement",
        ),
    }
    __getattr__ = lazy_exports(
        __name__,
        {name: module for module, names in _MODULES.items() for name in names},
        source="ferrule_core",
    )

__all__ = [
    "JSON_NULL",
    "Assignment",
    "Audited",
    "AuditedByText",
    "AuditedByUuid",
    "Beyond",
    "Bits",
    "Column",
    "Composite",
    "Counters",
    "CursorPage",
    "Database",
    "DecimalJson",
    "Encrypted",
    "Expr",
    "F",
    "FerruleError",
    "ForeignKey",
    "FunctionRows",
    "Gap",
    "Grouped",
    "Health",
    "Infinite",
    "Interval",
    "InverseForeignKey",
    "InverseOneToOne",
    "Joinable",
    "JsonNull",
    "JsonValue",
    "KeyedTwin",
    "Keyring",
    "Lateral",
    "Loader",
    "LogOptions",
    "Manager",
    "ManagerTwin",
    "ManyToMany",
    "MaterializedView",
    "Model",
    "Multirange",
    "NamedQueries",
    "Notification",
    "Notifications",
    "OptionalLateral",
    "Order",
    "Original",
    "OuterRef",
    "Page",
    "Paginator",
    "PasswordHash",
    "Plan",
    "PoolStatistics",
    "Prefetch",
    "Q",
    "Query",
    "QueryLog",
    "QueryRecord",
    "Range",
    "RepeatedLoadsWarning",
    "RoutineCall",
    "RoutineParameter",
    "RoutineSignature",
    "SequenceOptions",
    "SoftDelete",
    "Sql",
    "Standby",
    "StoredRoutine",
    "SyncManager",
    "SyncViewManager",
    "Timestamps",
    "Transaction",
    "TypedSql",
    "TypedStatement",
    "Upserted",
    "Versioned",
    "View",
    "ViewManager",
    "acting_as",
    "attempts",
    "check",
    "column",
    "connect",
    "cube",
    "current_actor",
    "domain",
    "element",
    "enum_type",
    "exclude",
    "excluded",
    "exists",
    "foreign_key",
    "func",
    "generated",
    "grouping_sets",
    "ident",
    "identity",
    "incoming",
    "index",
    "inverse_foreign_key",
    "inverse_one_to_one",
    "lazy_exports",
    "load_queries",
    "many_to_many",
    "not_null",
    "on_commit",
    "on_rollback",
    "outer",
    "primary_key",
    "pydantic_schema",
    "references",
    "rollup",
    "rows_of",
    "run",
    "run_sync",
    "sequence",
    "server_default",
    "sql",
    "strict_loading",
    "to_catalog",
    "transaction",
    "twin",
    "types",
    "unique",
    "using",
    "validator",
    "version_column",
]
