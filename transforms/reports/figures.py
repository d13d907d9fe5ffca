"""Figures in sentences, read by declared patterns (patterns.yaml); what is left over is listed, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transforms.reports.doubts import another_borrower, another_country, doubt, out_of_place
from transforms.reports.leftovers import left_over
from transforms.reports.patterns import data, patterns
from transforms.reports.periods import first_month, number_of_month, period_beside, period_of
from transforms.reports.text import Sentence

_COUNTS = {"six": 6, "nine": 9, "ten": 10, "eleven": 11}


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
def _claims() -> list[dict[str, Any]]:
    return list(yaml.safe_load(Path(__file__).with_name("known_claims.yaml").read_text("utf-8"))["claims"])


def language_of(sentences: list[Sentence]) -> str:
    """ru where most letters are Cyrillic, else en."""
    letters = "".join(s.text for s in sentences)
    return "ru" if len(re.findall("[а-яё]", letters, re.I)) > len(re.findall("[a-z]", letters, re.I)) else "en"


def read(
    sentences: list[Sentence],
    published: date | None,
    elsewhere: Mapping[Sentence, list[tuple[int, int]]] | None = None,
    publisher: str | None = None,
) -> tuple[list[Figure], list[str]]:
    """The figures, and for each number not read a line saying where it stands and what made it doubtful.

    `elsewhere`: places of numbers that another reader has understood. `publisher`: who speaks where nobody is named.
    """
    language = language_of(sentences)
    figures: list[Figure] = []
    unread: list[str] = []
    said = {"": ""}  # the document so far, and the paragraph so far under its place
    for sentence in sentences:
        covered = [*(elsewhere or {}).get(sentence, [])]
        doubts: dict[tuple[int, int], str] = {}
        paragraph = said.get(sentence.place, "")
        for pattern, expression in patterns(language):
            for match in expression.finditer(sentence.text):
                number = match.span("value") if "value" in match.groupdict() else match.span("words")
                figure = _figure(pattern, match, sentence, published, language, publisher)
                if figure is None:
                    continue  # a scale without a currency: half a figure is left to the list of unread ones
                if reason := _doubtful(pattern, match, figure, said[""], paragraph, language, published):
                    doubts[number] = reason
                    continue
                figures.append(_identified(figure, published))
                covered.append(number)
        unread += left_over(sentence, covered, doubts)
        said = {"": f"{said['']} {sentence.text}", sentence.place: f"{paragraph} {sentence.text}"}
    return figures, unread


def _doubtful(
    pattern: dict[str, Any],
    match: re.Match[str],
    figure: Figure,
    document: str,
    paragraph: str,
    language: str,
    published: date | None,
) -> str:
    """Why the figure is not certain to be what the pattern says; "" if nothing speaks against it."""
    text, span, country = match.string, match.span(), pattern.get("country", "Russia")
    told = [o for o in data()["originators"][language] if re.search(o["find"], text, re.IGNORECASE)]
    if isinstance(pattern.get("definition"), dict) and len({o["kind"] for o in told}) > 1:
        return f"of one of several: {[o['name'] for o in told]}"
    if (about := pattern.get("about")) and not re.search(about, f"{document} {text}", re.IGNORECASE):
        return f"of anything: no {about!r} in the document so far"
    if country == "Russia" and figure.unit.endswith("CNY"):
        return "of another country: yuan"
    if published and figure.as_of and first_month(figure.as_of) > f"{published:%Y-%m}":
        return f"supposed: {figure.as_of} is after {published}"
    if figure.indicator.endswith("_share") and not 0 <= float(figure.value) <= 100:
        return f"impossible: a share of {figure.value} %"
    for claim in _claims_of(figure, published):
        if "misdated" in claim and (figure.as_of or "").startswith(claim["misdated"]):
            return f"misdated: it is of {claim['as_of']}, see {claim['evidence']}"
    forecast = "supposed" if pattern["indicator"].endswith("_forecast") else ""
    borrowers = figure.segment in ("households", "not stated", "SME", "business")
    who = "|".join(o["find"] for o in data()["originators"][language])
    return (
        another_country(f"{paragraph} {text}", language, country)
        or doubt(text, span, language, skip=forecast)
        or (out_of_place(text, span, language, who) if country == "Russia" else "")
        or (another_borrower(text, span[1], language, figure.segment) if borrowers else "")
    )


def _figure(
    pattern: dict[str, Any],
    match: re.Match[str],
    sentence: Sentence,
    published: date | None,
    language: str,
    publisher: str | None,
) -> Figure | None:
    found = match.groupdict()
    unit = pattern.get("unit") or _money_unit(found, language)
    originator, definition = _attributed(pattern, sentence.text, language, publisher)
    segment = pattern.get("segment") or _segment(found.get("segment"), language)
    if unit == "count":
        unit = data()["counts"][language][str(found["scale"]).lower()]
    if unit is None:
        return None
    return Figure(
        indicator=pattern["indicator"],
        segment=segment,
        value=_value(found, pattern, language),
        unit=unit,
        kind=pattern["kind"],
        as_of=_as_of(pattern.get("as_of"), found, published, language) or period_beside(match, language),
        originator=originator,
        definition=_told_apart(definition, segment, sentence.text, language),
        note=f'"{found["qualifier"]}"' if found.get("qualifier") else None,
        sentence=sentence.text,
        place=sentence.place,
    )


def _attributed(
    pattern: dict[str, Any], text: str, language: str, publisher: str | None
) -> tuple[str | None, str | None]:
    """Who vouches for the figure and what it counts: overdue by 90 days is another thing to a bureau and to the bank.

    A pattern whose definition depends on the originator gives one for each kind of originator and for none (`press`).
    """
    definition = pattern.get("definition")
    known = data()["originators"][language]
    said = next((o for o in known if re.search(o["find"], text, re.IGNORECASE)), None)
    said = said or next((o for o in known if o["name"] == publisher), None)
    originator = pattern.get("originator") or (said["name"] if said else None)
    if isinstance(definition, dict):
        definition = definition[said["kind"] if said else "press"]
    return originator, definition


def _told_apart(definition: str | None, segment: str, text: str, language: str) -> str | None:
    """The definition, or its namesake that the sentence means; PRESS where it does not say which of them."""
    two = data()["told_apart"].get(definition)
    if not two or segment not in two["segments"]:
        return definition
    return next((code for code, find in two[language].items() if re.search(find, text, re.IGNORECASE)), "PRESS")


def publisher_of(head: list[Sentence]) -> str | None:
    """Who publishes a document, by a title among its first lines."""
    titles = data()["publications"][language_of(head)].items()
    lines = [sentence.text for sentence in head if not sentence.text.endswith((".", "!", "?"))]
    return next((name for name, find in titles if any(re.search(find, line, re.IGNORECASE) for line in lines)), None)


def _segment(printed: str | None, language: str) -> str:
    """The borrowers or loans meant, in the words of reported_figure; as printed where the list has none."""
    if printed is None:
        return "not stated"
    names = data()["segments"][language]
    return next((name for word, name in names.items() if re.fullmatch(word, printed, re.IGNORECASE)), printed)


def _value(found: dict[str, str | None], pattern: dict[str, Any], language: str) -> str:
    if words := found.get("words"):
        return str(data()["numbers"][language][words.lower()])
    printed = str(found["value"])
    if language == "ru":
        plain = re.sub(r" (?=\d{3})", "", printed).replace(",", ".")
    else:
        plain = re.sub(r"[, ](?=\d{3})", "", printed)
    return f"-{plain}" if pattern.get("sign") == -1 else plain


def _money_unit(found: dict[str, str | None], language: str) -> str | None:
    currency = "USD" if found.get("dollar") else None
    if word := found.get("currency"):
        currency = next(code for name, code in data()["currencies"][language].items() if name.lower() == word.lower())
    scale = data()["scales"][language][str(found["scale"]).lower()]
    return f"{scale} {currency}" if currency else None


def _as_of(rule: str | None, found: dict[str, str | None], published: date | None, language: str) -> str | None:
    if found.get("period"):
        return period_of(str(found["period"]))
    if published is None or rule is None:
        return None
    if rule == "published_year":
        return f"{published.year}"
    if rule == "nine_months":
        return f"{found['year']}-01/{found['year']}-09" if found["year"] else None
    ytd = rule == "ytd"
    month = _COUNTS[str(found["months"]).lower()] if ytd else number_of_month(str(found["month"]), language)
    stated = int(str(found["year"])) if found.get("year") else published.year - (month > published.month)
    return f"{stated}-01/{stated}-{month:02}" if ytd else f"{stated}-{month:02}"


def _claims_of(figure: Figure, published: date | None) -> list[dict[str, Any]]:
    """Entries of known_claims.yaml that speak of these words, published when they say."""
    return [
        claim for claim in _claims()
        if published is not None and claim["window"][0] <= published <= claim["window"][1]
        and all(getattr(figure, name) == value for name, value in claim["match"].items())
    ]  # fmt: skip


def _identified(figure: Figure, published: date | None) -> Figure:
    """The figure with what is known about who counted it, if it is one of known_claims.yaml."""
    for claim in _claims_of(figure, published):
        dated = not figure.as_of or figure.as_of.startswith(str(claim["as_of"]))
        attributed = not figure.originator or figure.originator in claim["originator"]
        if dated and attributed:
            words = [figure.note, " ".join(claim["note"].split()), f"evidence: {claim['evidence']}"]
            known = {name: str(claim[name]) for name in ("as_of", "originator", "definition")}
            known |= {name: claim.get(name, getattr(figure, name)) for name in ("indicator", "segment", "kind")}
            known["note"] = "; ".join(filter(None, words))
            return Figure(**(vars(figure) | known))
    return figure
