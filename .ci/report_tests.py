"""Say what pytest ran, and on which servers, from its JUnit file.

Fails if no test passed or any did not, and if no test passed on a server that is here: the
embedded one always is, PostgreSQL 15 is where Debian puts it.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

DEBIAN = Path("/usr/lib/postgresql")
SERVER = re.compile(r"\b(?:embedded|binaries|dsn)-\d+\b")  # as ferrule_testing spells it


def main(path: str, again: str | None = None) -> int:
    """Print the counts and each reason to skip, and return the exit code.

    Args:
        path: What pytest wrote.
        again: What it wrote when it ran those that had failed once more, alone; what passed then is
            named.
    """
    first = cases_of(path)
    second = {} if again is None else cases_of(again)
    cases = list({**first, **second}.values())
    verdicts = Counter(map(verdict, cases))
    reasons = Counter(skip.get("message", "") for case in cases for skip in case.iter("skipped"))
    servers = Counter(
        server
        for case in cases
        for server in SERVER.findall(case.get("name", ""))
        if verdict(case) == "passed"
    )

    print(f"{len(cases)} tests:", ", ".join(f"{n} {name}" for name, n in verdicts.items()))
    for server, count in sorted(servers.items()):
        print(f"  {count} passed on {server}")
    for reason, count in reasons.most_common():
        print(f"  {count} skipped: {reason}")
    for name in sorted(name for name, case in second.items() if verdict(case) == "passed"):
        print(f"  failed beside others and passed alone: {'::'.join(name)}")
    unused = expected_servers() - set(servers)
    for server in sorted(unused):
        print(f"  none passed on {server}")
    return 1 if unused or not verdicts["passed"] or verdicts["failure"] + verdicts["error"] else 0


def cases_of(path: str) -> dict[tuple[str, str], ET.Element]:
    """Return the tests that a file tells of, by their module and name."""
    found = ET.parse(path).iter("testcase")  # noqa: S314 - pytest wrote it just now
    return {
        (case.get("classname", ""), case.get("name", str(number))): case
        for number, case in enumerate(found)
    }


def verdict(case: ET.Element) -> str:
    """Return ``passed``, or ``skipped``, ``failure`` or ``error``, as the file says."""
    return next((child.tag for child in case if child.tag != "properties"), "passed")


def expected_servers() -> set[str]:
    """Return the servers that every run has to have tested on."""
    debian = {"binaries-15"} if (DEBIAN / "15" / "bin" / "postgres").exists() else set()
    return {"embedded-18"} | debian


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
