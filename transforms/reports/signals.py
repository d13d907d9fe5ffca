"""Signals of CMASF's early-warning system in sentences, by the words declared in signals.yaml; none is guessed.

Record table early_warning_signal: one row a risk, with level, horizon and, where the composite is printed as a number,
its value and threshold. A threshold of the composite is a pure number: never one of the crisis criteria in percent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from transforms.reports.doubts import another_country, doubt
from transforms.reports.periods import MONTH, month_of
from transforms.reports.text import Sentence

COLUMNS = {**dict.fromkeys(("published", "data_as_of", "risk", "signal"), pl.String),
           **dict.fromkeys(("indicator_value", "threshold"), pl.Float64),
           **dict.fromkeys(("unit", "horizon", "source", "note", "sentence", "place"), pl.String)}  # fmt: skip
Span = tuple[int, int]


@cache
def _words() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


@cache
def _compiled(language: str, name: str) -> list[re.Pattern[str]]:
    """The expressions `name` of a language with their placeholders filled in."""
    words = _words()["languages"][language]
    found = words[name] if isinstance(words[name], list) else [words[name]]
    parts = {
        "{until}": words["until"],
        "{level}": f"(?P<level>{'|'.join(words['levels'])})",
        "{risk}": f"(?P<risk>{'|'.join(words['risks'])})",
        "{month}": MONTH[language],
        "{value}": r"(?P<value>0[.,]\d+)",
        "{threshold}": r"(?P<threshold>0[.,]\d+)",
    }
    made = []
    for expression in found:
        for placeholder, filling in parts.items():
            expression = expression.replace(placeholder, filling)
        made.append(re.compile(expression, re.IGNORECASE))
    return made


def of_cmasf(text: str) -> bool:
    """Does a text name CMASF and a risk that its system of early warning knows?"""
    risks = "|".join(risk for words in _words()["languages"].values() for risk in words["risks"])
    return bool(re.search(_words()["publisher"], text) and re.search(risks, text, re.IGNORECASE))


def read(
    sentences: list[Sentence], published: date, language: str, source: str
) -> tuple[pl.DataFrame, dict[Sentence, list[Span]], list[str]]:
    """The signals, where in which sentence the numbers of a composite stand, and what was denied and so not read.

    Nothing where CMASF is not named.
    """
    rows: list[dict[str, Any]] = []
    covered: dict[Sentence, list[Span]] = {}
    unread: list[str] = []
    if any(re.search(_words()["publisher"], sentence.text) for sentence in sentences):
        as_of = next(filter(None, (_data_as_of(s.text, published, language) for s in sentences)), None)
        constants = {"published": published.isoformat(), "data_as_of": as_of, "source": source}
        for sentence in sentences:
            for row, spans in _signals(sentence.text, published, language):
                if isinstance(row, str):
                    unread.append(f"unread at {sentence.place}: a signal in '{sentence.text[:120]}' ({row})")
                    continue
                rows.append(constants | row | {"sentence": sentence.text, "place": sentence.place})
                covered.setdefault(sentence, []).extend(spans)
    table = pl.DataFrame(rows, schema=COLUMNS)
    return (
        table.unique(["risk", "signal", "horizon", "indicator_value"], keep="first", maintain_order=True),
        covered,
        unread,
    )


def _signals(text: str, published: date, language: str) -> Iterator[tuple[dict[str, Any] | str, list[Span]]]:
    """Each signal with the places of its numbers, or what makes it doubtful."""
    years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", text)]
    past = f"of another time: {max(years)}" if years and max(years) < published.year else ""
    elsewhere = another_country(text, language, "Russia") or past
    words = _words()["languages"][language]
    for expression in _compiled(language, "find"):
        for match in expression.finditer(text):
            if reason := doubt(text, match.span(), language) or elsewhere:
                yield reason, []
                continue
            row = {"risk": _meaning(words["risks"], match["risk"]), "signal": _meaning(words["levels"], match["level"])}
            after = _compiled(language, "until")[0].match(text[match.end() :].lstrip(" ,("))
            months = [month_of(m.groupdict(), published, language, ahead=True) for m in (match, after) if m]
            month = next(filter(None, months), None)
            yield row | {"horizon": f"until {month}" if month else None}, []
    for match in _compiled(language, "composite")[0].finditer(text):
        before = text[: match.start()]  # its own words name a threshold, as a supposition would
        if reason := doubt(before, (len(before), len(before)), language) or elsewhere:
            yield reason, []
            continue
        value, threshold = (float(match[name].replace(",", ".")) for name in ("value", "threshold"))
        signal = "above threshold" if value > threshold else "below threshold"
        yield (
            {"risk": _meaning(words["risks"], match["risk"]), "signal": signal, "indicator_value": value,
             "threshold": threshold, "unit": "index"},
            [match.span("value"), match.span("threshold")],
        )  # fmt: skip


def _meaning(words: dict[str, str], printed: str) -> str:
    return next(meaning for word, meaning in words.items() if re.fullmatch(word, printed, re.IGNORECASE))


def _data_as_of(text: str, published: date, language: str) -> str | None:
    match = _compiled(language, "data")[0].search(text)
    return month_of(match.groupdict(), published, language) if match else None
