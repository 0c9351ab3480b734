"""``MERGE`` as text, clauses in SQL order."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import expressions, select, sources, statements, writes
from ferrule_core.sql.nodes import (
    Merge,
    MergeBranch,
    MergeDelete,
    MergeInsert,
    MergeMatch,
    MergeNothing,
    MergeUpdate,
)
from ferrule_core.sql.writer import SqlWriter


def write_merge(out: SqlWriter, merge: Merge) -> None:
    if not merge.branches:
        raise QueryError("a merge needs at least one branch")
    statements.write_with(out, merge.with_)
    out.sql("MERGE INTO ")
    sources.write_table(out, merge.table)
    out.sql(" USING ")
    sources.write_source(out, merge.source)
    out.sql(" ON ")
    expressions.write_expression(out, merge.on)
    for branch in merge.branches:
        write_branch(out, branch)
    writes.write_returning(out, merge.returning)


def write_branch(out: SqlWriter, branch: MergeBranch) -> None:
    check_action(branch)
    out.sql(f" WHEN {branch.match.value}")
    select.write_clause(out, "AND", branch.condition)
    out.sql(" THEN ")
    match branch.action:
        case MergeUpdate(assignments):
            out.sql("UPDATE SET ").comma(assignments, writes.write_assignment)
        case MergeInsert():
            write_insert(out, branch.action)
        case MergeDelete():
            out.sql("DELETE")
        case MergeNothing():
            out.sql("DO NOTHING")
        case _:
            assert_never(branch.action)


def check_action(branch: MergeBranch) -> None:
    """Refuse what PostgreSQL's grammar has no words for."""
    action = branch.action
    inserts = isinstance(action, MergeInsert)
    if isinstance(action, MergeUpdate) and not action.assignments:
        raise QueryError("an update needs at least one assignment")
    if inserts != (branch.match is MergeMatch.NOT_MATCHED) and not isinstance(action, MergeNothing):
        raise QueryError("a merge inserts rows that are not matched, and changes only the others")


def write_insert(out: SqlWriter, node: MergeInsert) -> None:
    out.sql("INSERT")
    sources.write_names(out, node.columns)
    if node.overriding is not None:
        out.sql(f" {node.overriding.value}")
    if not node.columns and not node.values:
        out.sql(" DEFAULT VALUES")
        return
    writes.check_rows(node.columns, (node.values,))
    out.sql(" VALUES ")
    writes.write_row(out, node.values)
