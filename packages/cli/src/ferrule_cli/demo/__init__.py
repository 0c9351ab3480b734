"""The bookshop: a sample database with taste, and the tour through Ferrule that it serves."""

from __future__ import annotations
