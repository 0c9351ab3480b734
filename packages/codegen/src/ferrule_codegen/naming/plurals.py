"""English plurals, as far as names of tables need them.

Rules and exceptions are from common knowledge of English spelling. What they do not know stays as
it is, and ``names`` in the settings has the last word.
"""

from __future__ import annotations

_SAME = """
data metadata news series species media information equipment money sms gps dns https os ios
analytics statistics logistics physics sheep fish staff feedback software hardware
"""
"""Words that are their own plural."""

_ON_IS = "analysis basis crisis diagnosis hypothesis synthesis thesis axis"
"""Words whose plural ends in ``es`` in place of ``is``."""

_IRREGULAR = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "mouse": "mice",
    "index": "indices",
    "vertex": "vertices",
    "matrix": "matrices",
    "datum": "datums",
    "criterion": "criteria",
    "quiz": "quizzes",
    "leaf": "leaves",
    "half": "halves",
    "shelf": "shelves",
    "knife": "knives",
    "life": "lives",
    "wife": "wives",
    "wolf": "wolves",
    "movie": "movies",
    "cookie": "cookies",
    "calorie": "calories",
    "zombie": "zombies",
    "tie": "ties",
    "cache": "caches",
    "hero": "heroes",
    "echo": "echoes",
    "potato": "potatoes",
    "tomato": "tomatoes",
    "veto": "vetoes",
    "cargo": "cargoes",
    "bus": "buses",
    "gas": "gases",
    "lens": "lenses",
    "alias": "aliases",
    "bias": "biases",
    "atlas": "atlases",
    "canvas": "canvases",
    "salesman": "salesmen",
    "excuse": "excuses",
    "use": "uses",
}
_UNCHANGED = frozenset(_SAME.split())
_IS_WORDS = frozenset(_ON_IS.split())
_SINGULAR = {plural: singular for singular, plural in _IRREGULAR.items()} | {
    f"{word[:-2]}es": word for word in _IS_WORDS if word != "basis"
}

_VOWELS = "aeiou"


_SHORTEST_IN_IES = len("pies") + 1
"""``pies`` and ``ties`` have a singular in ``ie``, longer words one in ``y``."""


def singular(word: str) -> str:
    """One of what a lower-case word says: ``categories`` gives ``category``, ``status`` stays."""
    if word in _UNCHANGED or word in _IRREGULAR or word in _IS_WORDS:
        return word
    return _SINGULAR.get(word) or _regular_singular(word)


def plural(word: str) -> str:
    """Several of what a lower-case word says: ``category`` gives ``categories``; a plural stays."""
    if word in _UNCHANGED or word in _SINGULAR:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _IS_WORDS:
        return f"{word[:-2]}es"
    return word if singular(word) != word else _regular_plural(word)


def _regular_singular(word: str) -> str:
    if word.endswith("ies") and len(word) >= _SHORTEST_IN_IES:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if word.endswith("uses") and word[-5:-4] not in _VOWELS:
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and _has_vowel(word[:-1]):
        return word[:-1]
    return word


def _regular_plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return f"{word[:-1]}ies"
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return f"{word}es"
    return f"{word}s"


def _has_vowel(word: str) -> bool:
    return len(word) > 1 and any(letter in "aeiouy" for letter in word)
