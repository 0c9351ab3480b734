"""Settings of a project: ``ferrule.toml``, its profiles, and the environment.

Reading a file imports pydantic; importing this package does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.lazy import lazy_exports

if TYPE_CHECKING:
    from ferrule_core.settings.completing import complete_url
    from ferrule_core.settings.load import Settings, load_settings
    from ferrule_core.settings.profiles import PoolOptions, Profile
    from ferrule_core.settings.urls import is_location, parse_url, shown_url, url_text
else:  # checkers would take any name for right
    __getattr__ = lazy_exports(
        __name__,
        {
            "PoolOptions": "profiles",
            "Profile": "profiles",
            "Settings": "load",
            "complete_url": "completing",
            "is_location": "urls",
            "load_settings": "load",
            "parse_url": "urls",
            "shown_url": "urls",
            "url_text": "urls",
        },
    )

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
