"""What is known of other processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ferrule_embedded import inspection
from ferrule_embedded.inspection import elapsed_seconds, started_at, titles, works_in


@pytest.mark.parametrize(
    ("shown", "seconds"),
    [("00:07", 7), ("  12:34", 754), ("01:00:00", 3600), ("3-04:05:06", 273_906)],
)
def test_elapsed_time_is_read_as_ps_shows_it(shown: str, seconds: int):
    assert elapsed_seconds(shown) == seconds


def test_a_process_was_started_when_it_was():
    before = time.time()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        started = started_at(child.pid)
        child.communicate()

    assert started is not None
    assert abs(started - before) < 3
    assert started_at(child.pid) is None


def test_a_process_has_a_title():
    program = [sys.executable, "-c", "print(flush=True); input()", "a title"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()  # before its program runs, a process has no title
        command = dict(titles())[child.pid]
        child.communicate(b"\n")

    assert command.rstrip().endswith("a title")
    assert child.pid not in dict(titles())


@pytest.mark.skipif(not inspection.ON_LINUX, reason="only Linux tells")
def test_a_process_works_in_its_folder(tmp_path: Path):
    assert works_in(os.getpid(), Path.cwd())
    assert works_in(os.getpid(), tmp_path) is False
    assert works_in(2**22 + 1, tmp_path) is False


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="there is no ps")
def test_without_proc_ps_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    by_proc = started_at(os.getpid())
    monkeypatch.setattr(inspection, "ON_LINUX", False)

    by_ps = started_at(os.getpid())

    assert by_proc is not None
    assert by_ps is not None
    assert abs(by_ps - by_proc) < 3
    assert started_at(2**22 + 1) is None
    assert os.getpid() in dict(titles())
    assert works_in(os.getpid(), tmp_path) is None
