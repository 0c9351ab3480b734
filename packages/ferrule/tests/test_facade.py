"""What ``ferrule`` shows to its users, and what showing it costs."""

from __future__ import annotations

import subprocess
import sys

import ferrule
import ferrule.errors
import ferrule.types
from ferrule_core import errors
from ferrule_core.mapping import types

NAMES = """
Assignment Column Counters CursorPage Database Encrypted Expr F FerruleError ForeignKey Gap Grouped
Health InverseForeignKey InverseOneToOne JsonValue KeyedTwin Keyring Loader LogOptions Manager
ManagerTwin ManyToMany MaterializedView Model NamedQueries Notification Notifications Order Page
Paginator PasswordHash Plan PoolStatistics Prefetch Q Query QueryLog QueryRecord
RepeatedLoadsWarning SequenceOptions SoftDelete Sql Standby SyncManager SyncViewManager Timestamps
Transaction Upserted Versioned View ViewManager attempts check column connect cube domain element
enum_type exclude excluded exists foreign_key func generated grouping_sets ident identity incoming
index inverse_foreign_key inverse_one_to_one lazy_exports load_queries many_to_many not_null
on_commit on_rollback outer primary_key pydantic_schema references rollup run run_sync sequence
server_default sql strict_loading to_catalog transaction twin types unique using version_column
"""


def test_the_public_names_are_these():
    assert ferrule.__all__ == sorted(NAMES.split())
    assert all(getattr(ferrule, name) is not None for name in ferrule.__all__)


def test_errors_and_types_are_whole():
    assert set(ferrule.errors.__all__) <= set(errors.__all__)
    assert ferrule.types.__all__ == sorted(
        name
        for name, what in vars(types).items()
        if callable(what) and what.__module__ == types.__name__
    )


def test_a_name_that_is_not_there_is_said():
    done = subprocess.run(
        [sys.executable, "-c", "from ferrule import nothing"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "cannot import name 'nothing' from 'ferrule'" in done.stderr


def test_importing_it_imports_no_driver_no_validation_and_no_plugins():
    heavy = ["pydantic", "asyncpg", "pluggy", "cyclopts", "jinja2", "typing_extensions", "asyncio"]
    program = f"import ferrule, sys; print([m for m in {heavy} if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
