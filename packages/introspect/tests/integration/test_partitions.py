"""Partitions and tables that inherit: what is theirs, and what is their parents'."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import (
    InheritedTrigger,
    Partition,
    Partitioning,
    QualifiedName,
    ReplicaIdentity,
    Table,
)

pytestmark = pytest.mark.anyio


async def tables(database) -> dict[str, Table]:
    return {table.name.name: table for table in (await database.read()).catalog.tables}


async def test_a_partition_is_a_table_that_knows_its_parent_and_its_bound(database):
    await database.run(
        """
        CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
        CREATE TABLE refers (a int, b int, FOREIGN KEY (a, b) REFERENCES t);
        CREATE TABLE t1 PARTITION OF t (b DEFAULT 4) FOR VALUES IN (1) PARTITION BY RANGE (b);
        CREATE TABLE t2 PARTITION OF t1 DEFAULT;
        CREATE TABLE u (a text, b int) PARTITION BY HASH (lower(a) text_pattern_ops, b)
        """
    )

    found = await tables(database)

    whole, parent = QualifiedName("public", "t"), QualifiedName("public", "t1")
    assert found["t"].partitioning == Partitioning(strategy="list", key="a")
    assert found["t1"].partitioning == Partitioning(strategy="range", key="b")
    key = "lower(a) text_pattern_ops, b"
    assert found["u"].partitioning == Partitioning(strategy="hash", key=key)
    assert found["t1"].partition_of == Partition(parent=whole, bound="FOR VALUES IN (1)")
    assert found["t2"].partition_of == Partition(parent=parent, bound="DEFAULT")
    assert [column.default for column in found["t1"].columns] == [None, "4"]
    assert found["t"].primary_key.part_of is None
    assert (found["t1"].primary_key.name, found["t1"].primary_key.part_of) == ("t1_pkey", "t_pkey")
    assert len(found["refers"].foreign_keys) == 1
    assert found["t2"].inherits == found["t1"].inherits == ()


async def test_copies_of_a_trigger_are_listed_only_where_they_do_otherwise(database):
    await database.run(
        """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE TABLE t (a int) PARTITION BY LIST (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
        CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
        CREATE TRIGGER w BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
        ALTER TABLE t2 DISABLE TRIGGER w;
        CREATE TRIGGER own BEFORE INSERT ON t2 FOR EACH ROW EXECUTE FUNCTION f()
        """
    )

    found = await tables(database)

    assert [trigger.name for trigger in found["t"].triggers] == ["w"]
    assert (found["t1"].triggers, found["t1"].inherited_triggers) == ((), ())
    assert [trigger.name for trigger in found["t2"].triggers] == ["own"]
    assert found["t2"].inherited_triggers == (InheritedTrigger(name="w", fires="never"),)


async def test_inherited_columns_and_checks_are_told_from_a_table_s_own(database):
    await database.run(
        """
        CREATE TABLE a (x int, y int, CONSTRAINT k CHECK (x > 0));
        CREATE TABLE b (z int, y int) INHERITS (a);
        CREATE TABLE c (CONSTRAINT own CHECK (x > 1)) INHERITS (b);
        ALTER TABLE a ADD COLUMN late int
        """
    )

    found = await tables(database)

    assert found["b"].inherits == (QualifiedName("public", "a"),)
    own = [(column.name, column.local) for column in found["b"].columns]
    assert own == [("x", False), ("y", True), ("late", False), ("z", True)]
    assert [column.name for column in found["c"].columns] == ["x", "y", "late", "z"]
    assert [(check.name, check.local) for check in found["c"].checks] == [
        ("k", False),
        ("own", True),
    ]


async def test_an_index_that_was_dropped_identifies_no_row(database):
    await database.run(
        """
        CREATE TABLE t (a int NOT NULL);
        CREATE UNIQUE INDEX i ON t (a);
        ALTER TABLE t REPLICA IDENTITY USING INDEX i
        """
    )
    before = (await tables(database))["t"].replica_identity
    await database.run("DROP INDEX i")

    after = (await tables(database))["t"].replica_identity

    assert before == ReplicaIdentity(kind="index", index="i")
    assert after == ReplicaIdentity(kind="nothing")


async def test_indexes_stay_valid_beside_foreign_partitions(database):
    await database.run(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
        "CREATE TABLE book (n int) PARTITION BY LIST (n); CREATE INDEX by_n ON book (n);"
        "CREATE TABLE near PARTITION OF book FOR VALUES IN (1);"
        "CREATE FOREIGN TABLE far PARTITION OF book FOR VALUES IN (2) SERVER s"
    )
    first = await database.read()

    async with database.copy(first.catalog) as copy:
        second = (await copy.read()).catalog

    assert second == first.catalog
    assert second.tables[0].indexes[0].valid
