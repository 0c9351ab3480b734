"""Settings of a project: ``ferrule.toml``, its profiles, and the environment.

Reading a file imports pydantic; importing this package does not.
"""

from __future__ import annotations

from ferrule_core.settings.completing import complete_url
from ferrule_core.settings.load import Settings, load_settings
from ferrule_core.settings.profiles import PoolOptions, Profile
from ferrule_core.settings.urls import is_location, parse_url, shown_url, url_text

__all__ = [
    "PoolOptions",
    "Profile",
    "Settings",
    "complete_url",
    "is_location",
    "load_settings",
    "parse_url",
    "shown_url",
    "url_text",
]
