"""The expressions of patterns.yaml with their placeholders filled in: how a sentence states a figure."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transforms.reports.periods import MONTH_NAMES, PERIOD

_NUMBER = {"en": r"\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", "ru": r"\d{1,3}(?: \d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"}
_PERCENT = {"en": r"(?: per ?cent\b(?! points?)|%)", "ru": r" ?(?:%|процент(?:а|ов)?\b)"}
_FROM = {"en": r"(?:from [\d.]+(?: per ?cent|%)? )?", "ru": r"(?:с [\d.,]+ ?(?:%|процент[а-я]*)? ?)?"}


@cache
def data() -> dict[str, Any]:
    """Patterns, and the words for scales, currencies, borrowers and originators that they are made of."""
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


@cache
def patterns(language: str) -> list[tuple[dict[str, Any], re.Pattern[str]]]:
    """Patterns of a language with their placeholders expanded."""
    words = data()
    scales = "|".join(words["scales"][language])
    currencies = "|".join(words["currencies"][language])
    qualifier = "(?:(?P<qualifier>" + "|".join(sorted(words["qualifiers"][language], key=len, reverse=True)) + ") )?"
    number = rf"(?P<value>{_NUMBER[language]})(?!\d|[.,]\d)"
    money = rf"(?P<dollar>\$)?{number} ?(?P<scale>{scales})\b\.?(?: (?P<currency>{currencies})\b)?"
    parts = {
        "{amount}": qualifier + money,
        "{number}": number,
        "{percent}": _PERCENT[language],
        "{from}": _FROM[language],
        "{year}": r"(?P<year>20\d\d)",
        "{qualifier}": qualifier,
        "{count}": rf"{qualifier}{number} ?(?P<scale>{'|'.join(words['counts'][language])})\b\.?",
        "{period}": PERIOD[language],
        "{month}": rf"(?P<month>{MONTH_NAMES[language]})(?: (?P<year>\d{{4}}))?",
        "{words}": qualifier + "(?P<words>" + "|".join(words["numbers"][language]) + ")",
    }
    made = []
    for pattern in words["patterns"]:
        if pattern["language"] == language:
            find = pattern["find"]
            for name, expression in parts.items():
                find = find.replace(name, expression)
            made.append((pattern, re.compile(find, re.IGNORECASE)))
    return made
