"""What the system tells of other processes: by ``/proc`` on Linux, by ``ps`` elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
ON_LINUX = sys.platform == "linux"


def titles() -> Iterator[tuple[int, str]]:
    """Each process with its command line, which PostgreSQL rewrites for its children."""
    if ON_LINUX:
        for entry in PROC.glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:  # it ended meanwhile
                continue
            yield int(entry.name), words.replace(b"\0", b" ").decode(errors="replace")
        return
    for line in _ps("-axo", "pid=,command="):
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command


def started_at(pid: int) -> float | None:
    """When a process was started, in seconds of the epoch; ``None`` where there is none."""
    if not ON_LINUX:
        elapsed = _ps("-o", "etime=", "-p", str(pid))
        return time.time() - elapsed_seconds(elapsed[0]) if elapsed else None
    try:
        after_name = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = int(after_name[19])  # field 22 of proc_pid_stat(5); the name was the second
    booted = next(
        int(line.split()[1])
        for line in (PROC / "stat").read_text().splitlines()
        if line.startswith("btime ")
    )
    return booted + ticks / os.sysconf("SC_CLK_TCK")


def works_in(pid: int, folder: Path) -> bool | None:
    """Whether a process has the folder as its working folder; ``None`` where nobody tells."""
    if not ON_LINUX:
        return None
    try:
        return os.path.samestat((PROC / str(pid) / "cwd").stat(), folder.stat())
    except PermissionError:
        return None
    except OSError:
        return False


def elapsed_seconds(shown: str) -> int:
    """Read what ``ps`` shows as elapsed time: ``[[days-]hours:]minutes:seconds``."""
    days, _, clock = shown.strip().rpartition("-")
    seconds = 0
    for part in clock.split(":"):
        seconds = seconds * 60 + int(part)
    return int(days or 0) * 86_400 + seconds


def _ps(*options: str) -> list[str]:
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", *options], capture_output=True, text=True, check=False
    )
    return shown.stdout.splitlines()
