"""Import all that this environment has of Ferrule, and print what that was as JSON.

Run by the Python of an environment that wheels were installed into; imports nothing else.
"""

from __future__ import annotations

import json
from importlib import import_module
from importlib.metadata import distributions, entry_points
from pathlib import Path
from pkgutil import walk_packages


def main() -> None:
    """Print the versions of our distributions, and how many modules were imported."""
    found = {d.name: d.version for d in distributions() if d.name.startswith("ferrule")}
    modules = 0
    for name in found:
        package = import_module(name.replace("-", "_"))
        if not Path(package.__path__[0], "py.typed").exists():
            raise FileNotFoundError(f"{name} has no py.typed")
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".__main__"):  # would run
                import_module(module.name)
            modules += 1
    for entry in entry_points(group="ferrule"):
        entry.load()
    print(json.dumps({"versions": found, "modules": modules}))


if __name__ == "__main__":
    main()
