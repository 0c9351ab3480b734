"""Schemas of real applications: which there are, and how one is loaded."""

from __future__ import annotations

import re

import pytest

from ferrule_core.errors import DatabaseError

CORPUS = [
    "adventureworks",
    "airflow",
    "chinook",
    "graphile_worker",
    "indico",
    "kea",
    "logto",
    "mlflow",
    "pagila",
    "pgboss",
    "phoenix",
    "prefect",
    "procrastinate",
    "supabase",
]
NEWER = re.compile(r"^(SET transaction_timeout|\\(un)?restrict).*$", re.MULTILINE)
"""Lines that only newer servers, or psql, understand."""

DUMPED_BY = (18, 0)
"""The server whose dumps they are; an older one may not know all of their syntax."""


async def load(project, sql: str) -> None:
    """Run the script of a schema, or skip where this server cannot."""
    async with project.context.connection() as connection:
        try:
            await connection.execute_script(NEWER.sub("", sql))
        except DatabaseError as error:
            old = connection.server_version < DUMPED_BY and "syntax error" in error.message
            if old or "extension" in error.message:
                pytest.skip(f"this server cannot load it: {error.message}")
            raise
