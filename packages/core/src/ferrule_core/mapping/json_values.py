"""What a column of ``json`` or ``jsonb`` holds, where nothing more is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

JsonValue: TypeAlias = Union[  # noqa: UP007 - it refers to itself, which only text can
    bool, int, float, str, Sequence["JsonValue"], Mapping[str, "JsonValue"], None
]
"""A document: a boolean, a number, text, a list or an object of such, or ``None``.

Lists and objects are read as ``list`` and ``dict``; anything that is a sequence or a mapping can be
written. Look into one after asking what it is, or annotate the column with a type of your own.
"""
