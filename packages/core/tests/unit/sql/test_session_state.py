"""What a statement leaves in its session, read from its tokens."""

from __future__ import annotations

import pytest

from ferrule_core.sql.session_state import (
    CURSOR,
    LINK,
    LOCK,
    PREPARED,
    SEQUENCE,
    SETTING,
    TEMPORARY,
    session_use,
    split_script,
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("SET x = 1", SETTING),
        ("  (  /* a /* b */ */ SET x = 1", SETTING),
        ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", SETTING),
        ("SET SESSION AUTHORIZATION ann", SETTING),
        ("SET LOCAL x = 1", None),
        ("SET TRANSACTION READ ONLY", None),
        ("SET CONSTRAINTS ALL DEFERRED", None),
        ("UPDATE t SET x = 1", None),
        ("SELECT set_config('a', 'b', false)", SETTING),
        ("SELECT set_config('a', 'b', 1 = 1)", SETTING),
        ("SELECT set_config('a', (SELECT f(1, false)), true)", None),
        ("SELECT set_config('a', 'b')", SETTING),
        ("SELECT 'set_config(1, 2, false)', \"reset\", $$ LISTEN $$", None),
        ("SELECT E'\\'; ' || pg_advisory_lock(1)", LOCK),
        ("WITH a AS (SELECT pg_advisory_lock_shared(1)) SELECT 1", LOCK),
        ('SELECT "pg_try_advisory_lock"(1)', LOCK),
        ("SELECT pg_advisory_xact_lock(1)", None),
        ("SELECT pg_advisory_lock FROM t", None),
        ("SELECT dblink_connect('a', 'b')", LINK),
        ("CREATE OR REPLACE TEMP VIEW v AS SELECT 1", TEMPORARY),
        ("CREATE LOCAL TEMPORARY TABLE t (n int)", TEMPORARY),
        ("CREATE TEMP TABLE t (n int) ON COMMIT DROP", None),
        ("CREATE TEMP TABLE t (n int) ON COMMIT DELETE ROWS", TEMPORARY),
        ("SELECT 1 INTO TEMP t", TEMPORARY),
        ("CREATE TABLE temp (n int)", None),
        ("DECLARE c INSENSITIVE CURSOR WITH HOLD FOR SELECT 1", CURSOR),
        ("DECLARE c CURSOR WITHOUT HOLD FOR SELECT 'with hold'", None),
        ("PREPARE TRANSACTION 'a'", None),
        ("EXPLAIN (ANALYZE, BUFFERS) EXECUTE p", PREPARED),
        ("EXPLAIN ANALYZE VERBOSE SELECT 1", None),
        ("", None),
        ("/* never closed", None),
        ("'never closed", None),
    ],
)
def test_what_stays_in_the_session_is_seen(text: str, kept: str | None):
    assert session_use(text).keeps == kept


def test_a_parameter_decides_where_it_says_how_long_a_setting_holds():
    assert session_use("SELECT set_config($1, $2, $3::bool)").must_be_true == (3,)


def test_the_last_value_of_a_sequence_belongs_to_the_transaction():
    assert session_use("SELECT currval('s')").keeps_outside == SEQUENCE
    assert session_use("SELECT currval FROM t").keeps_outside is None


@pytest.mark.parametrize(
    ("text", "begins", "controls", "alone"),
    [
        ("BEGIN", True, True, False),
        ("start transaction read only", True, True, False),
        ("COMMIT", False, True, False),
        ("FETCH 5 FROM c", False, True, False),
        ("VACUUM t", False, False, True),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (n)", False, False, True),
        ("ALTER SYSTEM SET x = 1", False, False, True),
        ("CREATE TABLE t (n int)", False, False, False),
        ("SELECT 1", False, False, False),
    ],
)
def test_what_can_be_put_into_a_transaction_is_known(
    text: str, begins: bool, controls: bool, alone: bool
):
    use = session_use(text)

    assert (use.begins, use.controls, use.alone) == (begins, controls, alone)


def test_a_script_is_taken_apart_at_its_semicolons_only():
    text = "BEGIN; SELECT ';' /* ; */; CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);;"

    pieces = [piece.strip() for piece, _ in split_script(text)]

    assert pieces == [
        "BEGIN;",
        "SELECT ';' /* ; */;",
        "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);",
    ]
