"""The protocols and values that cross the border of a package. Nothing here does any work."""

from __future__ import annotations

from ferrule_core.plugins.contracts.backend import (
    Backend,
    Capabilities,
    Connection,
    ConnectOptions,
    DatabaseUrl,
    HostAddress,
    Middleware,
    Rewriter,
)
from ferrule_core.plugins.contracts.codegen import GeneratedFile, GenerateRequest, Generator, Layer
from ferrule_core.plugins.contracts.commands import CommandGroup
from ferrule_core.plugins.contracts.listening import Notification
from ferrule_core.plugins.contracts.observers import (
    Begin,
    End,
    ObservedDatabase,
    Observer,
    Operation,
    OperationKind,
    Outcome,
)
from ferrule_core.plugins.contracts.schema import (
    ObjectIdentity,
    SchemaReading,
    SchemaRequest,
    SchemaSource,
    Scope,
    Unmodelled,
)
from ferrule_core.plugins.contracts.sections import ConfigSection
from ferrule_core.plugins.contracts.servers import ScratchServer, ServerOffer, ServerStatus
from ferrule_core.plugins.contracts.types import TypeMapping

__all__ = [
    "Backend",
    "Begin",
    "Capabilities",
    "CommandGroup",
    "ConfigSection",
    "ConnectOptions",
    "Connection",
    "DatabaseUrl",
    "End",
    "GenerateRequest",
    "GeneratedFile",
    "Generator",
    "HostAddress",
    "Layer",
    "Middleware",
    "Notification",
    "ObjectIdentity",
    "ObservedDatabase",
    "Observer",
    "Operation",
    "OperationKind",
    "Outcome",
    "Rewriter",
    "SchemaReading",
    "SchemaRequest",
    "SchemaSource",
    "Scope",
    "ScratchServer",
    "ServerOffer",
    "ServerStatus",
    "TypeMapping",
    "Unmodelled",
]
