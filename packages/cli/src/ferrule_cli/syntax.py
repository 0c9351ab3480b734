"""Colours of code, out of the terminal's own sixteen, so that they fit light and dark ones."""

from __future__ import annotations

from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Generic,
    Keyword,
    Name,
    Number,
    String,
    Token,
)
from rich.style import Style
from rich.syntax import ANSISyntaxTheme


def theme() -> ANSISyntaxTheme:
    """Few colours: keywords, names that are declared, strings, numbers, and the lines of a diff."""
    return ANSISyntaxTheme(
        {
            Token: Style(),
            Comment: Style(dim=True),
            Keyword: Style(color="blue", bold=True),
            Keyword.Constant: Style(color="magenta"),
            Keyword.Type: Style(color="cyan"),
            Name.Builtin: Style(color="cyan"),
            Name.Class: Style(bold=True),
            Name.Decorator: Style(color="magenta"),
            Name.Function: Style(bold=True),
            Number: Style(color="magenta"),
            String: Style(color="green"),
            String.Doc: Style(dim=True),
            Generic.Deleted: Style(color="red"),
            Generic.Heading: Style(dim=True),
            Generic.Inserted: Style(color="green"),
            Generic.Subheading: Style(color="cyan"),
        }
    )
