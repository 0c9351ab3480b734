"""OpenTelemetry for Ferrule: spans and metrics of what is sent to a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.lazy import lazy_exports

if TYPE_CHECKING:
    from ferrule_otel.observer import OpenTelemetry
else:  # the plugin's module is in this package, and every command imports it
    __getattr__ = lazy_exports(__name__, {"OpenTelemetry": "observer"})

__all__ = ["OpenTelemetry"]
