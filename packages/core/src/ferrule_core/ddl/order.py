"""An order in which each object comes after all that it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")


def in_order(needs: Mapping[K, Collection[K]]) -> Iterator[tuple[K, frozenset[K]]]:
    """Each key after those that it needs, else in the order given; needs without a key count not.

    Yields:
        The key, and which of its needs come only later, because they need it in turn; itself, if
        it needs that.
    """
    done: set[K] = set()
    for first in needs:
        path = [] if first in done else [(first, iter(needs[first]))]
        while path:
            key, left = path[-1]
            further = next((need for need in left if need in needs), None)
            if further is None:
                path.pop()
                late = {need for need in needs[key] if need in needs and need not in done}
                done.add(key)
                yield key, frozenset(late)
            elif further not in done and all(further != open_key for open_key, _ in path):
                path.append((further, iter(needs[further])))
