"""Rows are put together without looking for garbage, and only then."""

from __future__ import annotations

import gc

import pytest

from ferrule_introspect.garbage import garbage_kept


def test_the_collector_rests_meanwhile_and_works_again_afterwards():
    with garbage_kept():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_the_collector_works_again_after_an_error():
    with pytest.raises(ZeroDivisionError), garbage_kept():
        _ = 1 / 0

    assert gc.isenabled()


def test_a_collector_that_was_switched_off_stays_off():
    gc.disable()
    try:
        with garbage_kept():
            pass

        assert not gc.isenabled()
    finally:
        gc.enable()
