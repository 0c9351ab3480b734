"""What a foreign key does when the row that it refers to goes or changes."""

from __future__ import annotations

from typing import Literal

ReferentialAction = Literal["no action", "restrict", "cascade", "set null", "set default"]
MatchType = Literal["simple", "full"]
