"""TLS as asyncpg asks for it."""

from __future__ import annotations

import asyncio
from typing import Any

from asyncpg import connect_utils


class QuietUpgrade(connect_utils.TLSUpgradeProto):
    """asyncpg's question for TLS, of which nobody hears when the connection was given up.

    Where a task is cancelled between the connection of the socket and the question, nobody waits
    for the answer, and asyncio would log that its exception "was never retrieved".
    """

    on_data: asyncio.Future[bool]

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - asyncpg's business
        super().__init__(*arguments)
        self.on_data.add_done_callback(_retrieve)


def _retrieve(answer: asyncio.Future[bool]) -> None:
    if not answer.cancelled():
        answer.exception()


def be_quiet() -> None:
    """Let asyncpg use it: there is no other way in, and it changes nothing for other users."""
    connect_utils.TLSUpgradeProto = QuietUpgrade  # type: ignore[misc,assignment]
