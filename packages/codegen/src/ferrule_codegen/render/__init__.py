"""From names, types and relations to Python source: templates, and what fills them."""

from __future__ import annotations
