"""What instances are without a server: names that they keep, equality, hashes, what they show."""

from __future__ import annotations

import pytest

from ferrule_core.errors import ModelError
from ferrule_core.model.model import Model


@pytest.mark.parametrize("name", ["changed", "original"])
def test_a_column_of_the_name_of_one_of_these_is_refused_with_the_way_out(name: str):
    body = {"__annotations__": {name: "Column[int]"}, "__module__": __name__, "__qualname__": "X"}

    with pytest.raises(ModelError) as caught:
        type(Model)("X", (Model,), body, table="x")

    assert caught.value.message == (
        f'"{name}" of X would hide the attribute of that name that every model has'
    )
    assert f'call the attribute "{name}_" and say name="{name}"' in (caught.value.hint or "")
