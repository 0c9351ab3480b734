"""Which observers look at a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from ferrule_core.database.observing.watch import Looker
from ferrule_core.plugins.contracts import DatabaseUrl, ObservedDatabase, Observer

HEALTH_WITHIN = timedelta(seconds=5)
"""How long a check of health may take, by default; its module is imported for the first check."""


def lookers_of(name: str, url: DatabaseUrl, observers: Iterable[Observer]) -> list[Looker]:
    """Ask each observer whether it looks at a database; an error of one is not caught here."""
    alternatives = tuple(replace(host, password=None) for host in url.alternatives)
    place = replace(url, password=None, options={}, alternatives=alternatives)
    database = ObservedDatabase(name=name, url=place)
    asked = [(observer.name, observer.watch(database)) for observer in observers]
    return [Looker(name, begin) for name, begin in asked if begin is not None]
