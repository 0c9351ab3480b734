"""The one place where text of a database becomes Python source: a literal, and nothing else."""

from __future__ import annotations

import inspect


def python_string(text: str) -> str:
    r"""Quote any text as a Python string literal on one line, in the formatter's spelling.

    Double quotes, unless single ones need fewer escapes. What a person could not see or would
    misread (control characters, separators, direction marks, lone surrogates) is escaped.
    """
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + _escaped(text, quote) + quote


def python_docstring(text: str, *, indent: int) -> str:
    r"""Write any text as a docstring at ``indent`` spaces; ``""`` where there is nothing to say.

    Lines stay lines, without the blanks around them; inside a line the rules of ``python_string``
    hold.
    """
    lines = [line.rstrip() for line in inspect.cleandoc(text.strip()).split("\n")]
    if not any(lines):
        return ""
    might_end_it = any('"""' in line or line.endswith('"') for line in lines)
    quote = '"' if might_end_it else ""
    first, *rest = (_escaped(line, quote) for line in lines)
    if not rest:
        return f'"""{first}"""'
    pad = " " * indent
    body = "\n".join([first, *(pad + line if line else "" for line in rest)])
    return f'"""{body}\n{pad}"""'


def python_lines(text: str) -> str:
    r"""Write any text as a literal of several lines, which stand at the margin as they are."""
    body = "\n".join(_escaped(line, '"' if '"""' in text else "") for line in text.split("\n"))
    return f'"""\n{body}\n"""'


def _escaped(text: str, quote: str) -> str:
    escaped = text.replace("\\", "\\\\")
    if quote:
        escaped = escaped.replace(quote, f"\\{quote}")
    if escaped.isprintable():
        return escaped
    return "".join(c if c.isprintable() else _number(c) for c in escaped)


def _number(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
