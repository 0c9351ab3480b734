"""What a peer brings: its name, what it cannot do, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from ferrule_core.plugins.contracts import DatabaseUrl

WORKLOADS = (
    "get_by_key",
    "list_1000",
    "join_100",
    "prefetch_100",
    "many_to_many_100",
    "aggregate",
    "concurrent_50",
    "stream_20000",
    "insert_one",
    "bulk_1000",
    "update_one",
)


@dataclass(frozen=True, slots=True)
class Peer:
    """A library that takes part.

    Attributes:
        name: As people call it.
        distribution: What is installed, whose version is printed.
        open: Opens what does the work: the methods of ``Contestant`` that it has.
        cannot: Workloads that it has no way to do, and why.
        otherwise: Workloads that it does in another way than the rest, and how.
    """

    name: str
    distribution: str
    open: Callable[[DatabaseUrl], AbstractAsyncContextManager[Any]]
    cannot: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)
