"""Why a figure that a pattern finds is not read all the same: the words around it (doubts.yaml) deny it, suppose it,
or give it to another time, bank, place, borrower or country.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transforms.reports.periods import MONTH_NAMES, phrase

NEAR = 40  # so many characters before a figure's words, a "not" still concerns them
_CLAUSE_END = re.compile(r"[,;:—–()]|\d|\. ")


@cache
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


def reach(text: str, end: int) -> str:
    """The sentence up to the comma, dash or number that follows the words ending at `end`."""
    following = _CLAUSE_END.search(text, end)
    return text[: following.start() if following else len(text)]


def doubt(text: str, span: tuple[int, int], language: str, skip: str = "") -> str:
    """What speaks against the words at `span` meaning what they say; "" for nothing. `skip`: a doubt not asked for."""
    start, end = span
    scopes = {
        "near": reach(text, end)[max(0, start - NEAR) :],
        "sentence": reach(text, end),
        "whole": text,
        "before": text[:start],
        "after": text[end : end + 12],
    }
    for name, words in _data()[language].items():
        find = re.match if words["scope"] == "after" else re.search
        if name != skip and (found := find(words["find"], scopes[words["scope"]])):
            return f"{name}: {found[0].strip()!r}"
    return ""


def out_of_place(text: str, span: tuple[int, int], language: str, who: str) -> str:
    """Words right before or after those at `span` that may make the figure another one; "" if all are declared.

    `who`: an expression for all who may be said to have counted.
    """
    start, end = span
    lead = re.split(r"[,;:—–(«\"“] ?", text[:start])[-1]
    if not re.fullmatch(_expanded("lead", language, who), lead, re.IGNORECASE):
        return f"after other words: {lead.strip()!r}"
    tail = text[end:]
    if text[end - 1] not in ",;:—–" and not re.match(_expanded("tail", language, who), tail, re.IGNORECASE):
        return f"before other words: {tail[:30].strip()!r}"
    return ""


@cache
def _expanded(name: str, language: str, who: str) -> str:
    period = re.sub(r"\?P<\w+>", "?:", phrase(language))
    parts = {"{period}": period, "{who}": who, "{month}": MONTH_NAMES[language]}
    expression = str(_data()[name][language])
    for placeholder, filling in parts.items():
        expression = expression.replace(placeholder, f"(?:{filling})")
    return expression


def another_borrower(text: str, end: int, language: str, segment: str) -> str:
    """Words around a figure, up to the clause after it, for borrowers of the other kind than `segment`; or ""."""
    other = "business" if segment in ("households", "not stated") else "households"
    found = re.search(_data()["borrowers"][language][other], reach(text, end), re.IGNORECASE)
    return f"of another borrower: {found[0]!r}" if found else ""


def another_country(text: str, language: str, country: str) -> str:
    """The last country named in `text` if it is not `country`; or "". `text`: a paragraph to the end of a sentence.

    Russia need not be named in a report about its banks; another country must be.
    """
    words: Mapping[str, str] = _data()["countries"][language]
    plain = re.sub(words["unless"], "", text)
    names = {name: rf"\b(?:{find})\b" for name, find in words.items() if name != "unless"}
    last = max(((match.start(), name, match[0]) for name, find in names.items() for match in re.finditer(find, plain)),
               default=(0, "Russia", "no country named"))  # fmt: skip
    return f"of another country: {last[2]!r}" if last[1] != country else ""
