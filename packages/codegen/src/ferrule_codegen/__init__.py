"""Renders Ferrule's catalog as typed Python models."""

from __future__ import annotations
