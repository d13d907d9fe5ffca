"""China's trade in digests of the day: a few declared sentences (trade.yaml), beside what they say of banks."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from transforms import yaml_file
from transforms.periods import MONTHS_EN

_COUNTS = {"six": 6, "nine": 9, "ten": 10, "eleven": 11}
_SCALES = {"trillion": "trn", "trn": "trn", "billion": "bn", "bn": "bn", "million": "mln", "mln": "mln"}
_NUMBER = r"(?P<value>\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\d|[.,]\d)"
_QUALIFIER = (
    r"(?:(?P<qualifier>approximately|about|around|nearly|almost|more than|over|just over|just|past|up to|at least) )?"
)
_PARTS = {
    "{amount}": rf"{_QUALIFIER}\${_NUMBER} ?(?P<scale>{'|'.join(_SCALES)})\b",
    "{number}": _NUMBER,
    "{qualifier}": _QUALIFIER,
    "{month}": rf"(?P<month>{'|'.join(m.title() for m in MONTHS_EN if len(m) > 3)}|May)(?: (?P<year>\d{{4}}))?",
}
_ABROAD = re.compile(
    r"\b(?:German\w*|Japan\w*|Ukrain\w+|India\w*|Brazil\w*|Vietnam\w*|Korean?|Ital\w+|Russian? (?:ex|im)ports)\b"
)
_SUPPOSED = re.compile(r"\b(?:[Ii]f|will|would|could|may|might|expects?|not|never|denied|false)\b|n[’']t\b|\?$")
Span = tuple[int, int]


@cache
def _patterns() -> list[tuple[dict[str, Any], re.Pattern[str]]]:
    made = []
    for entry in yaml_file.load(Path(__file__).with_suffix(".yaml")):
        find = entry["find"]
        for name, expression in _PARTS.items():
            find = find.replace(name, expression)
        made.append((entry, re.compile(find, re.IGNORECASE)))
    return made


def read(text: str, said_before: str, published: date) -> list[tuple[dict[str, str | None], Span]]:
    """Rows of reported_figure without sentence and place, each with the place of its number; none of another country's.

    `said_before`: the paragraph up to the sentence: China must be named last.
    """
    so_far = f"{said_before} {text}"
    china, abroad = (
        max((m.end() for m in re.finditer(find, so_far)), default=-1)
        for find in (r"\bChin(?:a|ese)\b|Beijing", _ABROAD)
    )
    if china < 0 or abroad > china:
        return []
    found = []
    for entry, expression in _patterns():
        for match in expression.finditer(text):
            groups = match.groupdict()
            if _SUPPOSED.search(text[: match.start()]):
                continue
            plain = re.sub(r"[, ](?=\d{3})", "", groups["value"])
            row = {"indicator": entry["indicator"], "segment": entry["segment"],
                   "value": f"-{plain}" if entry.get("sign") == -1 else plain,
                   "unit": entry.get("unit") or f"{_SCALES[groups['scale'].lower()]} USD", "kind": entry["kind"],
                   "as_of": _as_of(entry["as_of"], groups, published), "originator": entry["originator"],
                   "definition": None,
                   "note": f'"{groups["qualifier"]}"' if groups.get("qualifier") else None}  # fmt: skip
            found.append((row, match.span("value")))
    return found


def _as_of(rule: str, found: dict[str, str | None], published: date) -> str:
    if rule == "published_year":
        return f"{published.year}"
    ytd = rule == "ytd"
    month = _COUNTS[str(found["months"]).lower()] if ytd else MONTHS_EN[str(found["month"]).lower()]
    year = int(str(found["year"])) if found.get("year") else published.year - (month > published.month)
    return f"{year}-01/{year}-{month:02}" if ytd else f"{year}-{month:02}"
