"""From a name that PostgreSQL accepts to words, and from words to a Python identifier."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from ferrule_codegen.naming.plurals import plural, singular

_CAMEL_BORDER = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_SPELT_OUT = 8
"""So many characters without letters are spelt by number; a longer name gets a digest."""


def words_of(name: str) -> list[str]:
    """The lower-case words of a name: ``userID`` and ``USER-ID`` both give ``user`` and ``id``.

    The words are letters and digits as Python's identifiers have them after NFKC. A name that has
    none is spelt by its code points, so that two such names differ: ``???`` gives ``u3f u3f u3f``.
    """
    folded = unicodedata.normalize("NFKC", name)
    spaced = "".join(c if ("a" + c).isidentifier() and c != "_" else " " for c in folded)
    split = (part for run in spaced.split() for part in _CAMEL_BORDER.split(run))
    lowered = (unicodedata.normalize("NFKC", part.lower()) for part in split)
    words = [word for word in lowered if ("a" + word).isidentifier()]
    return words or _spelt(name)


def snake_case(words: list[str], *, prefix: str) -> str:
    """Join words for an attribute or a module; ``prefix`` goes before a leading digit."""
    joined = _identifier_text("_".join(words))
    return joined if joined.isidentifier() else _identifier_text(f"{prefix}_{joined}")


def camel_case(words: list[str], *, prefix: str) -> str:
    """Join words for a class: ``order``, ``item`` give ``OrderItem``."""
    joined = _identifier_text("".join(word[:1].upper() + word[1:] for word in words))
    return joined if joined.isidentifier() else _identifier_text(f"{prefix}{joined}")


def singular_words(words: list[str]) -> list[str]:
    """The same words with the last one in the singular."""
    return [*words[:-1], singular(words[-1])]


def plural_words(words: list[str]) -> list[str]:
    """The same words with the last one in the plural."""
    return [*words[:-1], plural(words[-1])]


def ascii_module(words: list[str]) -> str:
    """A name for a file: lower case and plain ASCII, so that it is the same on every file system.

    Where letters are lost, a digest of the whole name keeps the files of two such names apart.
    """
    joined = "_".join(words)
    plain = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode("ascii")
    if plain == joined and plain.isidentifier():
        return plain
    digest = hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain.strip('_') or 'table'}_{digest}" if plain[:1].isalpha() else f"table_{digest}"


def _spelt(name: str) -> list[str]:
    if len(name) <= _SPELT_OUT:
        return [f"u{ord(c):x}" for c in name]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return [f"u{digest[:12]}"]


def _identifier_text(text: str) -> str:
    """NFKC, without what changing the case may have brought that no identifier can hold."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if f"a{c}".isidentifier())
