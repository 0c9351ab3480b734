"""Everything that Ferrule raises, as one tree.

::

    FerruleError
    ├── ConfigurationError      UnknownProfile, MissingPackage
    ├── PluginError, SyncError
    ├── NameRefused
    ├── CatalogError            UnknownObject, InvalidCatalog
    ├── ModelError              MissingValue
    ├── QueryError              UnknownColumn, UnknownLookup, ValueRefused,
    │                           SessionRequired, ValidationFailed
    ├── NotFound, MultipleRows, NotLoaded, RepeatedLoads, StaleObject
    │                           InvalidCursor, SessionRequired
    ├── NotFound, MultipleRows, NotLoaded, StaleObject
    ├── PoolError               PoolTimeout, PoolClosed
    ├── CallbackFailed
    ├── GenerationError         ForeignFiles
    ├── SchemaDrift, MigrationError
    └── DatabaseError           what the server, or the way to it, said: see ``errors/server.py``
        ├── LinkError           ConnectFailed, AuthenticationFailed, UnknownDatabase,
        ConnectionLost, AdvisoryLockLost, ...
        ├── IntegrityError      UniqueViolation, ForeignKeyViolation, CheckViolation,
        NotNullViolation, ...
        ├── TransactionError    SerializationFailure, DeadlockDetected, TransactionAborted,
        TransactionTimeout, CommitUnknown, ...
        ├── QueryCanceled, LockNotAvailable, SchemaChanged
        ├── StatementError      UndefinedTable, UndefinedColumn, InsufficientPrivilege, ...
        └── DataError

Each class has a stable ``code``. A message says what happened, on what; ``hint`` says what to do
next.
"""

from __future__ import annotations

from ferrule_core.errors.general import (
    CallbackFailed,
    CatalogError,
    ConfigurationError,
    EditedFiles,
    FerruleError,
    ForeignFiles,
    GenerationError,
    InvalidCatalog,
    InvalidCursor,
    MigrationError,
    MissingPackage,
    MissingValue,
    ModelError,
    MultipleRows,
    NameRefused,
    NotFound,
    NotLoaded,
    PluginError,
    PoolClosed,
    PoolError,
    PoolTimeout,
    QueryError,
    RepeatedLoads,
    SchemaDrift,
    SessionRequired,
    StaleObject,
    SyncError,
    UnknownColumn,
    UnknownLookup,
    UnknownObject,
    UnknownProfile,
    ValidationFailed,
    ValueRefused,
    nearest,
)
from ferrule_core.errors.server import (
    AdvisoryLockLost,
    AuthenticationFailed,
    CheckViolation,
    CommitUnknown,
    ConnectFailed,
    ConnectionLost,
    DatabaseError,
    DataError,
    DeadlockDetected,
    ExclusionViolation,
    ForeignKeyViolation,
    InsufficientPrivilege,
    IntegrityError,
    LinkError,
    LockNotAvailable,
    NotNullViolation,
    QueryCanceled,
    ReadOnlyTransaction,
    SchemaChanged,
    SerializationFailure,
    ServerFields,
    ServerNotReady,
    StatementError,
    TooManyConnections,
    TransactionAborted,
    TransactionError,
    TransactionTimeout,
    UndefinedColumn,
    UndefinedObject,
    UndefinedTable,
    UniqueViolation,
    UnknownDatabase,
)
from ferrule_core.errors.sqlstates import error_from_server

__all__ = [
    "AdvisoryLockLost",
    "AuthenticationFailed",
    "CallbackFailed",
    "CatalogError",
    "CheckViolation",
    "CommitUnknown",
    "ConfigurationError",
    "ConnectFailed",
    "ConnectionLost",
    "DataError",
    "DatabaseError",
    "DeadlockDetected",
    "EditedFiles",
    "ExclusionViolation",
    "FerruleError",
    "ForeignFiles",
    "ForeignKeyViolation",
    "GenerationError",
    "InsufficientPrivilege",
    "IntegrityError",
    "InvalidCatalog",
    "InvalidCursor",
    "LinkError",
    "LockNotAvailable",
    "MigrationError",
    "MissingPackage",
    "MissingValue",
    "ModelError",
    "MultipleRows",
    "NameRefused",
    "NotFound",
    "NotLoaded",
    "NotNullViolation",
    "PluginError",
    "PoolClosed",
    "PoolError",
    "PoolTimeout",
    "QueryCanceled",
    "QueryError",
    "ReadOnlyTransaction",
    "RepeatedLoads",
    "SchemaChanged",
    "SchemaDrift",
    "SerializationFailure",
    "ServerFields",
    "ServerNotReady",
    "SessionRequired",
    "StaleObject",
    "StatementError",
    "SyncError",
    "TooManyConnections",
    "TransactionAborted",
    "TransactionError",
    "TransactionTimeout",
    "UndefinedColumn",
    "UndefinedObject",
    "UndefinedTable",
    "UniqueViolation",
    "UnknownColumn",
    "UnknownDatabase",
    "UnknownLookup",
    "UnknownObject",
    "UnknownProfile",
    "ValidationFailed",
    "ValueRefused",
    "error_from_server",
    "nearest",
]
