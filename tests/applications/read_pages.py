"""Reads Wagtail's pages through the code that was pulled; run by ``test_wagtail.py``."""

from __future__ import annotations

import asyncio
import json
import sys

from site_models import WagtailcorePage, WagtailcoreSite  # type: ignore[import-not-found] # it is pulled by the test

from ferrule import connect


async def main(url: str) -> None:
    """Print what the migrations put into the tables, and rename a page on the way."""
    async with connect(url):
        root = await WagtailcorePage.get(depth=1)
        children = WagtailcorePage.filter(path__startswith=root.path, depth=2)
        welcome = await children.include(WagtailcorePage.content_type).get()
        welcome.title = "Renamed"
        await welcome.save()
        site = await WagtailcoreSite.filter().include(WagtailcoreSite.root_page).get()
    found = {
        "root": root.title,
        "children": root.numchild,
        "kind": welcome.content_type.app_label,
        "title of the site's page": site.root_page.title,
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
