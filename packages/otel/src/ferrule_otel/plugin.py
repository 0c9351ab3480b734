"""What OpenTelemetry gives to Ferrule. Read this file first."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_core.plugins.contracts import Observer
from ferrule_core.plugins.markers import hookimpl


@hookimpl
def ferrule_observers() -> Sequence[Observer]:
    from ferrule_otel.observer import OpenTelemetry

    return [OpenTelemetry()]
