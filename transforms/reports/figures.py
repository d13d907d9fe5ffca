"""Figures in sentences, read by declared patterns (patterns.yaml); what is left over is listed, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transforms.periods import MONTHS_EN, MONTHS_RU
from transforms.reports.periods import PERIOD, STEMS_RU, period_of
from transforms.reports.text import Sentence

_NUMBER = r"\d{1,3}(?:[ ,]\d{3})+|\d+(?:[.,]\d+)?"
_MONTHS = MONTHS_EN | MONTHS_RU
_COUNTS = {"six": 6, "nine": 9, "ten": 10, "eleven": 11}
_MONTH_NAMES = "|".join(sorted((name for name in _MONTHS if len(name) > 3), key=len, reverse=True))
_RUSSIAN_MONTHS = f"(?:{'|'.join(STEMS_RU)})[а-я]*"
_NO_FIGURES = re.compile(  # dates, and the days that an overdue loan is overdue by
    rf"\b(?:\d{{1,2}} )?(?:{_MONTH_NAMES}|{_RUSSIAN_MONTHS}|[A-Z][a-z]{{2}})\.?(?: \d{{1,2}})?,? \d{{4}}\b"
    r"|\b(?:19|20)\d\d\b|\b\d{1,2}\.\d{2}\.\d{4}\b|\b\d{2,3}[+ ]?(?: days| дней)",
    re.IGNORECASE,
)
_ANY = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Figure:
    """One stated figure: as printed, in the unit it is printed in."""

    indicator: str
    segment: str
    value: str
    unit: str
    kind: str
    as_of: str | None
    originator: str | None
    definition: str | None
    note: str | None
    sentence: str
    place: str


@cache
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name("patterns.yaml").read_text("utf-8")))


@cache
def _claims() -> list[dict[str, Any]]:
    return list(yaml.safe_load(Path(__file__).with_name("known_claims.yaml").read_text("utf-8"))["claims"])


@cache
def _patterns(language: str) -> list[tuple[dict[str, Any], re.Pattern[str]]]:
    """Patterns of a language with their placeholders expanded."""
    data = _data()
    scales = "|".join(data["scales"][language])
    currencies = "|".join(data["currencies"][language])
    qualifier = "(?:(?P<qualifier>" + "|".join(sorted(data["qualifiers"][language], key=len, reverse=True)) + ") )?"
    money = rf"(?P<dollar>\$)?(?P<value>{_NUMBER}) ?(?P<scale>{scales})\b\.?(?: (?P<currency>{currencies})\b)?"
    parts = {
        "{amount}": qualifier + money,
        "{number}": rf"(?P<value>{_NUMBER})",
        "{qualifier}": qualifier,
        "{count}": rf"{qualifier}(?P<value>{_NUMBER}) ?(?P<scale>{'|'.join(data['counts'][language])})\b\.?",
        "{period}": PERIOD[language],
        "{month}": rf"(?P<month>{_MONTH_NAMES})(?: (?P<year>\d{{4}}))?",
        "{words}": "(?P<words>" + "|".join(data["numbers"][language]) + ")",
    }
    made = []
    for pattern in data["patterns"]:
        if pattern["language"] == language:
            find = pattern["find"]
            for name, expression in parts.items():
                find = find.replace(name, expression)
            made.append((pattern, re.compile(find, re.IGNORECASE)))
    return made


def language_of(sentences: list[Sentence]) -> str:
    """ru where most letters are Cyrillic, else en."""
    letters = "".join(s.text for s in sentences)
    return "ru" if len(re.findall("[а-яё]", letters, re.I)) > len(re.findall("[a-z]", letters, re.I)) else "en"


def read(
    sentences: list[Sentence], published: date | None, elsewhere: Mapping[Sentence, list[tuple[int, int]]] | None = None
) -> tuple[list[Figure], list[str]]:
    """The figures, and for each number that no pattern covers a line saying where it stands.

    `elsewhere`: places of numbers that another reader has understood.
    """
    language = language_of(sentences)
    figures: list[Figure] = []
    unread: list[str] = []
    for sentence in sentences:
        covered: list[tuple[int, int]] = [match.span() for match in _NO_FIGURES.finditer(sentence.text)]
        covered += (elsewhere or {}).get(sentence, [])
        for pattern, expression in _patterns(language):
            for match in expression.finditer(sentence.text):
                figure = _figure(pattern, match, sentence, published, language)
                if figure is not None:
                    figures.append(_identified(figure, published))
                    covered.append(match.span("value") if "value" in match.groupdict() else match.span("words"))
        unread += _left_over(sentence, covered)
    return figures, unread


def _figure(
    pattern: dict[str, Any], match: re.Match[str], sentence: Sentence, published: date | None, language: str
) -> Figure | None:
    found = match.groupdict()
    value = _value(found, pattern, language)
    unit = pattern.get("unit") or _money_unit(found, language)
    originator, definition = _attributed(pattern, sentence.text, language)
    if unit == "count":
        unit = _data()["counts"][language][str(found["scale"]).lower()]
    if unit is None:
        return None  # a scale without a currency: half a figure is left to the list of unread ones
    return Figure(
        indicator=pattern["indicator"],
        segment=pattern.get("segment") or _segment(str(found["segment"]), language),
        value=value,
        unit=unit,
        kind=pattern["kind"],
        as_of=_as_of(pattern.get("as_of"), found, published),
        originator=originator,
        definition=definition,
        note=f'"{found["qualifier"]}"' if found.get("qualifier") else None,
        sentence=sentence.text,
        place=sentence.place,
    )


def _attributed(pattern: dict[str, Any], text: str, language: str) -> tuple[str | None, str | None]:
    """Who vouches for the figure and what it counts: overdue by 90 days is another thing to a bureau and to the bank.

    A pattern whose definition depends on the originator gives one for each kind of originator and for none (`press`).
    """
    definition = pattern.get("definition")
    said = next((o for o in _data()["originators"][language] if re.search(o["find"], text, re.IGNORECASE)), None)
    originator = pattern.get("originator") or (said["name"] if said else None)
    if isinstance(definition, dict):
        definition = definition[said["kind"] if said else "press"]
    return originator, definition


def _segment(printed: str, language: str) -> str:
    """The borrowers or loans meant, in the words of reported_figure; as printed where the list has none."""
    names = _data()["segments"][language]
    return next((name for word, name in names.items() if re.fullmatch(word, printed, re.IGNORECASE)), printed)


def _value(found: dict[str, str | None], pattern: dict[str, Any], language: str) -> str:
    if words := found.get("words"):
        return str(_data()["numbers"][language][words.lower()])
    printed = str(found["value"])
    if language == "ru":
        plain = re.sub(r" (?=\d{3})", "", printed).replace(",", ".")
    else:
        plain = re.sub(r",(?=\d{3})", "", printed)
    return f"-{plain}" if pattern.get("sign") == -1 else plain


def _money_unit(found: dict[str, str | None], language: str) -> str | None:
    currency = "USD" if found.get("dollar") else None
    if word := found.get("currency"):
        currency = next(code for name, code in _data()["currencies"][language].items() if name.lower() == word.lower())
    scale = _data()["scales"][language][str(found["scale"]).lower()]
    return f"{scale} {currency}" if currency else None


def _as_of(rule: str | None, found: dict[str, str | None], published: date | None) -> str | None:
    if found.get("period"):
        return period_of(str(found["period"]))
    if published is None or rule is None:
        return None
    if rule == "published_year":
        return f"{published.year}"
    month = _COUNTS[str(found["months"]).lower()] if rule == "ytd" else _MONTHS[str(found["month"]).lower()]
    stated = int(str(found["year"])) if found.get("year") else published.year - (month > published.month)
    return f"{stated}-01/{stated}-{month:02}" if rule == "ytd" else f"{stated}-{month:02}"


def _identified(figure: Figure, published: date | None) -> Figure:
    """The figure with what is known about who counted it, if it is one of known_claims.yaml."""
    for claim in _claims():
        first, last = claim["window"]
        same = all(getattr(figure, name) == value for name, value in claim["match"].items())
        if same and published is not None and first <= published <= last:
            words = [figure.note, " ".join(claim["note"].split()), f"evidence: {claim['evidence']}"]
            known = {name: str(claim[name]) for name in ("as_of", "originator", "definition")}
            known |= {"indicator": claim.get("indicator", figure.indicator), "note": "; ".join(filter(None, words))}
            return Figure(**(vars(figure) | known))
    return figure


def _left_over(sentence: Sentence, covered: list[tuple[int, int]]) -> Iterator[str]:
    for match in _ANY.finditer(sentence.text):
        if not any(start <= match.start() and match.end() <= end for start, end in covered):
            around = sentence.text[max(0, match.start() - 40) : match.end() + 40]
            yield f"unread at {sentence.place}: {match[0]} in '...{around}...'"
