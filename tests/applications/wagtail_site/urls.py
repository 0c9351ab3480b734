"""No pages: only the migrations are of interest."""

from __future__ import annotations

urlpatterns: list[object] = []
