"""The templates of the generated files."""

from __future__ import annotations

from functools import cache

import jinja2

from ferrule_codegen.writing.decide import HEADER


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("ferrule_codegen"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - Python, not HTML: all that comes in is source already
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def fill(template: str, **pieces: object) -> str:
    """One file; ``pieces`` are source already, since a template quotes nothing.

    The header says what a pull does with the file, and keeps formatters away, whose changes the
    next pull would take for the user's. The text is in the layout of ruff with its defaults all the
    same.
    """
    header = f"{HEADER}put your own code elsewhere.\n# fmt: off\n# isort: skip_file"
    return _environment().get_template(template).render(header=header, **pieces)
