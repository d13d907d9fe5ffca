"""The words of words/ru.yaml and words/en.yaml, compiled, and where they stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from transforms import yaml_file


@dataclass(frozen=True)
class Mention:
    """A word of the lexicon at a place of a sentence."""

    start: int
    end: int
    code: str
    rank: int = 0
    kind: str = ""


@cache
def words(language: str) -> dict[str, Any]:
    """Vocabulary of a language, `ru` or `en`."""
    return dict(yaml_file.load(Path(__file__).parent / f"words/{language}.yaml"))


@cache
def pattern(language: str, *path: str) -> re.Pattern[str]:
    """The expression at a path of the vocabulary, e.g. ("change", "by")."""
    found: Any = words(language)
    for name in path:
        found = found[name]
    return re.compile(found, re.IGNORECASE)


@cache
def _plain(language: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{found})" for found in words(language)["plain"].values()), re.IGNORECASE)


@lru_cache(maxsize=50_000)
def is_plain(word: str, language: str) -> bool:
    """Does a word at a number name no other thing?"""
    return bool(_plain(language).fullmatch(word))


@cache
def _listed(language: str, name: str) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    return [(re.compile(entry["find"], re.IGNORECASE), entry) for entry in words(language)[name]]


def concepts(text: str, language: str) -> list[Mention]:
    """What is counted, by the longest words at each place."""
    return _apart(
        Mention(m.start(), m.end(), e["code"], e["rank"])
        for expression, e in _listed(language, "concepts")
        for m in expression.finditer(text)
    )


def borrowers(text: str, language: str) -> list[Mention]:
    """Whose loans; the more special words first where two overlap."""
    found: list[Mention] = []
    for expression, entry in _listed(language, "borrowers"):
        for m in expression.finditer(text):
            if not any(f.start < m.end() and m.start() < f.end for f in found):
                found.append(Mention(m.start(), m.end(), entry["code"]))
    return sorted(found, key=lambda m: m.start)


def originators(text: str, language: str) -> list[Mention]:
    """Who may have counted; the first entry of the list where two overlap."""
    found: list[Mention] = []
    for expression, entry in _listed(language, "originators"):
        for m in expression.finditer(text):
            if not any(f.start < m.end() and m.start() < f.end for f in found):
                found.append(Mention(m.start(), m.end(), entry["name"], kind=entry["kind"]))
    named = [m for m in found if not m.code.startswith("a ")]
    return sorted((m for m in found if m in named or not _beside(m, named)), key=lambda m: m.start)


def _beside(general: Mention, named: Iterable[Mention]) -> bool:
    """ "NBKI, a bureau" and "the rating agency ACRA": the name says who it is."""
    return any(general.kind == m.kind and -4 <= max(m.start - general.end, general.start - m.end) <= 4 for m in named)


def _apart(found: Any) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (-m.rank, m.start - m.end)):
        if mention.end > mention.start and not any(k.start < mention.end and mention.start < k.end for k in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


@cache
def _within(language: str) -> dict[str, str]:
    return {entry["code"]: entry["within"] for entry in words(language)["borrowers"]}


def is_part(special: str, general: str, language: str = "en") -> bool:
    """Are the borrowers `special` among `general`? Everything is among `all`, and each among itself."""
    while special:
        if special == general:
            return True
        special = _within(language).get(special, "")
    return False
