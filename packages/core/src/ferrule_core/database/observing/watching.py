"""Which observers look at a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ferrule_core.database.observing.watch import Looker
from ferrule_core.plugins.contracts import DatabaseUrl, ObservedDatabase, Observer


def lookers_of(name: str, url: DatabaseUrl, observers: Iterable[Observer]) -> list[Looker]:
    """Ask each observer whether it looks at a database; an error of one is not caught here."""
    alternatives = tuple(replace(host, password=None) for host in url.alternatives)
    place = replace(url, password=None, options={}, alternatives=alternatives)
    database = ObservedDatabase(name=name, url=place)
    asked = [(observer.name, observer.watch(database)) for observer in observers]
    return [Looker(name, begin) for name, begin in asked if begin is not None]
