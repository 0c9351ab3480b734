"""Parts of files that the demo shows: cut out of them, never written again."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping


def statement(script: str, start: str) -> str:
    """The statement of a SQL script that begins with ``start``, up to its last line."""
    begin = script.index(f"{start}")
    return script[begin : script.index("\n);\n", begin) + len("\n);\n")]


def class_body(source: str, name: str, first: str, last: str) -> str:
    """A class of a Python file: its header, and then some of its lines.

    Args:
        source: Text of the file.
        name: How the name of the class begins.
        first: How the first line to show begins; what is left out before is marked by dots.
        last: How the line begins that is the first not to be shown; there may be none.
    """
    lines = source.splitlines()
    starts = [line.strip() for line in lines]
    header = next(place for place, line in enumerate(lines) if line.startswith(f"class {name}"))
    body = 1 + next(place for place in range(header, len(lines)) if lines[place].endswith("):"))
    begin = next(place for place in range(body, len(lines)) if starts[place].startswith(first))
    rest = range(begin, len(lines))
    end = next((place for place in rest if starts[place].startswith(last)), len(lines))
    gap = [] if begin == body else ["    ..."]
    return "\n".join([*lines[header:body], *gap, *lines[begin:end]]).rstrip()


def changed_lines(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield a unified diff of files that were there before, without lines around the changes."""
    for path, text in after.items():
        if path in before and before[path] != text:
            old, new = before[path].splitlines(), text.splitlines()
            yield from difflib.unified_diff(old, new, path, path, n=0, lineterm="")


def new_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Files that were not there before."""
    return [path for path in after if path not in before]
