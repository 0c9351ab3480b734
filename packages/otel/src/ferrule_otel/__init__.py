"""OpenTelemetry spans and metrics of what Ferrule sends to PostgreSQL."""

from __future__ import annotations

from ferrule_otel.observer import OpenTelemetry

__all__ = ["OpenTelemetry"]
