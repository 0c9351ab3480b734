"""CI does not call a run good in which nothing was tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPORT = Path(__file__).parents[1] / ".ci" / "report_tests.py"


PASSED = '<testcase name="test_x[embedded-18]"/><testcase name="test_x[binaries-15]"/>'


@pytest.mark.parametrize(
    ("cases", "exit_code", "said"),
    [
        (PASSED, 0, "2 tests: 2 passed\n  1 passed on binaries-15\n  1 passed on embedded-18\n"),
        ("", 1, "0 tests:"),
        ("<testcase><skipped message='no server'/></testcase>", 1, "1 skipped: no server"),
        (f"{PASSED}<testcase><failure/></testcase>", 1, "2 passed, 1 failure"),
        (f"{PASSED}<testcase><error/></testcase>", 1, "2 passed, 1 error"),
        ("<testcase/>", 1, "none passed on embedded-18"),
        ("<testcase name='test_x[embedded-18]'><skipped/></testcase>", 1, "none passed on"),
    ],
)
def test_a_run_is_good_only_if_tests_passed_on_every_server_and_none_failed(
    cases: str, exit_code: int, said: str, tmp_path: Path
):
    path = tmp_path / "tests.xml"
    path.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")

    done = subprocess.run(
        [sys.executable, REPORT, path], capture_output=True, text=True, check=False
    )

    assert done.returncode == exit_code
    assert said in done.stdout


@pytest.mark.parametrize(
    ("again", "exit_code", "said"),
    [
        ("", 0, "  failed beside others and passed alone: m::test_y\n"),
        ("<failure/>", 1, "1 failure"),
    ],
)
def test_what_passes_alone_after_it_failed_is_named(
    again: str, exit_code: int, said: str, tmp_path: Path
):
    failed = '<testcase classname="m" name="test_y"><failure/></testcase>'
    paths = []
    for number, cases in enumerate((f"{PASSED}{failed}", failed.replace("<failure/>", again))):
        paths.append(tmp_path / f"{number}.xml")
        paths[-1].write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")

    done = subprocess.run(
        [sys.executable, REPORT, *paths], capture_output=True, text=True, check=False
    )

    assert done.returncode == exit_code
    assert said in done.stdout
    assert done.stdout.startswith("3 tests:")
