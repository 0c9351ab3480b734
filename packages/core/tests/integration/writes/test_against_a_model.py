"""Whatever is written in whatever order, the table holds what a dictionary in Python would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages.core.tests.integration.writes.warehouse import Cell

from ferrule_core.database import Database
from ferrule_core.errors import StaleObject, UniqueViolation
from ferrule_core.query.conflicts import excluded

pytestmark = pytest.mark.anyio

Key = tuple[str, int]

keys = st.tuples(st.sampled_from("ab"), st.integers(1, 3))
values = st.integers(0, 9)
notes = st.none() | st.lists(st.integers(0, 3), max_size=2) | st.dictionaries(st.just("k"), values)
rows = st.dictionaries(keys, values, min_size=1, max_size=4)
steps = st.one_of(
    st.tuples(st.just("create"), keys, values),
    st.tuples(st.just("save"), keys, values, notes),
    st.tuples(st.just("move"), keys, keys),
    st.tuples(st.just("delete"), keys),
    st.tuples(st.just("upsert"), keys, values),
    st.tuples(st.just("increment"), keys, values),
    st.tuples(st.just("bulk_create"), rows),
    st.tuples(st.just("bulk_ignore"), rows),
    st.tuples(st.just("bulk_update"), rows),
    st.tuples(st.just("bulk_delete"), rows),
    st.tuples(st.just("bulk_upsert"), rows),
    st.tuples(st.just("update_query"), st.sampled_from("ab"), values),
    st.tuples(st.just("delete_query"), st.sampled_from("ab"), values),
    st.tuples(st.just("update_or_create"), keys, values),
)


@dataclass
class Table:
    """What the table should hold, and an instance for each row that was ever seen."""

    expected: dict[Key, tuple[int, Any]]
    instances: dict[Key, Cell]

    async def instance(self, key: Key) -> Cell | None:
        """The row's own instance, as it is known; read where nobody has it."""
        if key not in self.instances and key in self.expected:
            self.instances[key] = await Cell.get(row=key[0], column_=key[1])
        return self.instances.get(key)

    async def create(self, key: Key, value: int) -> None:
        cell = Cell(row=key[0], column_=key[1], value=value)
        if key in self.expected:
            with pytest.raises(UniqueViolation):
                await cell.save()
            return
        await cell.save()
        self.expected[key] = (value, None)
        self.instances[key] = cell

    async def save(self, key: Key, value: int, note: Any) -> None:
        cell = await self.instance(key)
        if cell is None:
            return
        known = (cell.value, cell.note)
        cell.value, cell.note = value, note
        if key not in self.expected:
            if (value, note) != known:
                with pytest.raises(StaleObject):
                    await cell.save()
            del self.instances[key]
            return
        await cell.save()
        there = self.expected[key]
        changed = [
            mine if mine != was else now
            for mine, was, now in zip((value, note), known, there, strict=True)
        ]
        self.expected[key] = (changed[0], changed[1])
        await cell.refresh()

    async def move(self, key: Key, to: Key) -> None:
        cell = await self.instance(key)
        if cell is None or key not in self.expected or key == to:
            return
        await cell.refresh()
        cell.row, cell.column_ = to
        if to in self.expected:
            with pytest.raises(UniqueViolation):
                await cell.save()
            await cell.refresh()
            return
        await cell.save()
        self.expected[to] = self.expected.pop(key)
        self.instances[to] = self.instances.pop(key)

    async def delete(self, key: Key) -> None:
        cell = await self.instance(key)
        if cell is None:
            return
        if key in self.expected:
            await cell.delete()
            del self.expected[key]
        else:
            with pytest.raises(StaleObject):
                await cell.delete()
        del self.instances[key]

    async def upsert(self, key: Key, value: int) -> None:
        cell = Cell(row=key[0], column_=key[1], value=value)
        outcome = await cell.upsert(update=[Cell.value.set(Cell.value + excluded(Cell.value))])
        was, note = self.expected.get(key, (0, None))
        assert outcome == ("updated" if key in self.expected else "inserted")
        self.expected[key] = (was + value, note)
        self.instances[key] = cell

    async def increment(self, key: Key, value: int) -> None:
        cell = await self.instance(key)
        if cell is None or key not in self.expected:
            return
        was, note = self.expected[key]
        assert await cell.increment(Cell.value, value) == was + value
        self.expected[key] = (was + value, note)

    async def bulk_create(self, rows: dict[Key, int]) -> None:
        cells = [Cell(row=row, column_=n, value=value) for (row, n), value in rows.items()]
        if rows.keys() & self.expected.keys():
            with pytest.raises(UniqueViolation):
                await Cell.bulk_create(cells, chunk_rows=2)
            return
        await Cell.bulk_create(cells)
        self.expected.update({key: (value, None) for key, value in rows.items()})
        self.instances.update(zip(rows, cells, strict=True))

    async def bulk_ignore(self, rows: dict[Key, int]) -> None:
        cells = [Cell(row=row, column_=n, value=value) for (row, n), value in rows.items()]
        made = await Cell.bulk_create(cells, ignore_conflicts=True)
        new = [key for key in rows if key not in self.expected]
        assert [(cell.row, cell.column_) for cell in made] == new
        self.expected.update({key: (rows[key], None) for key in new})
        self.instances.update(zip(new, made, strict=True))

    async def bulk_update(self, rows: dict[Key, int]) -> None:
        cells = {key: cell for key in rows if (cell := await self.instance(key)) is not None}
        for key, cell in cells.items():
            if key in self.expected:
                await cell.refresh()
            cell.value = rows[key] + 10
        gone = cells.keys() - self.expected.keys()
        if gone:
            with pytest.raises(StaleObject):
                await Cell.bulk_update(list(cells.values()))
            self.forget(cells)
            return
        changed = [key for key in cells if self.expected[key][0] != rows[key] + 10]
        assert await Cell.bulk_update(list(cells.values()), [Cell.value]) == len(changed)
        for key in cells:
            self.expected[key] = (rows[key] + 10, self.expected[key][1])

    async def bulk_delete(self, rows: dict[Key, int]) -> None:
        cells = {key: cell for key in rows if (cell := await self.instance(key)) is not None}
        if cells.keys() <= self.expected.keys():
            assert await Cell.bulk_delete(list(cells.values())) == len(cells)
            for key in cells:
                del self.expected[key]
        else:
            with pytest.raises(StaleObject):
                await Cell.bulk_delete(list(cells.values()))
        self.forget(cells)

    async def bulk_upsert(self, rows: dict[Key, int]) -> None:
        cells = [Cell(row=row, column_=n, value=value) for (row, n), value in rows.items()]
        done = await Cell.bulk_upsert(cells, update=[Cell.value], where=excluded(Cell.value) > 4)
        new = [key for key in rows if key not in self.expected]
        assert len(done.inserted) == len(new)
        assert len(done.updated) == sum(rows[key] > 4 for key in rows if key in self.expected)
        for key, value in rows.items():
            if key in new:
                self.expected[key] = (value, None)
            elif value > 4:
                self.expected[key] = (value, self.expected[key][1])
        self.forget(rows)

    async def update_query(self, row: str, value: int) -> None:
        hit = [key for key, (now, _) in self.expected.items() if key[0] == row and now < value]
        assert await Cell.filter(row=row, value__lt=value).update(value=Cell.value + 1) == len(hit)
        for key in hit:
            self.expected[key] = (self.expected[key][0] + 1, self.expected[key][1])

    async def delete_query(self, row: str, value: int) -> None:
        hit = [key for key, (now, _) in self.expected.items() if key[0] == row and now == value]
        gone = await Cell.filter(row=row, value=value).returning(Cell.row, Cell.column_).delete()
        assert sorted(gone) == sorted(hit)
        for key in hit:
            del self.expected[key]

    async def update_or_create(self, key: Key, value: int) -> None:
        cell, made = await Cell.update_or_create({"value": value}, row=key[0], column_=key[1])
        assert made == (key not in self.expected)
        self.expected[key] = (value, self.expected.get(key, (0, None))[1])
        self.instances[key] = cell

    def forget(self, keys: Any) -> None:
        for key in keys:
            self.instances.pop(key, None)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=st.lists(steps, min_size=1, max_size=12))
async def test_a_table_is_what_was_written(sequence: list[tuple[Any, ...]], db: Database):
    await db.execute("DELETE FROM cell")
    table = Table({}, {})

    for verb, *arguments in sequence:
        await getattr(table, verb)(*arguments)

    found = await Cell.filter().values_list(Cell.row, Cell.column_, Cell.value, Cell.note)
    assert {(row, n): (value, note) for row, n, value, note in found} == table.expected
