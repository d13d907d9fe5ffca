"""Signals of CMASF's early-warning system in sentences, by the words declared in signals.yaml; none is guessed.

Record table early_warning_signal: one row a risk, with level, horizon and, where the composite is printed as a number,
its value and threshold. A threshold of the composite is a pure number: never one of the crisis criteria in percent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.model import Unread
from transforms.reports.lexicon import Mention, is_plain
from transforms.reports.text import Sentence
from transforms.reports.times import Time, times

COLUMNS = {**dict.fromkeys(("published", "data_as_of", "risk", "signal"), pl.String),
           **dict.fromkeys(("indicator_value", "threshold"), pl.Float64),
           **dict.fromkeys(("unit", "horizon", "source", "note", "sentence", "place"), pl.String)}  # fmt: skip
_COMPOSITE_NUMBER = re.compile(r"(?<![\d.,])[01][.,]\d{2,4}(?![\d%]| ?(?:%|п\. ?п|трлн|млрд|percent|per|trill|bill))")
STATES = {"moderate": "moderate", "small": "small", "limited": "small", "large": "large", "severe": "large",
          "умеренн": "moderate", "ограниченн": "small", "небольш": "small", "масштабн": "large",
          "остр": "large"}  # fmt: skip
_APART = r"; | and (?:a|the) |, (?:а|while|whereas|but) "
"""Between two risks of one sentence: the horizon of one is not that of the other."""
STATE = "systemic banking crisis: state"


@cache
def _words() -> dict[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


@cache
def _compiled(language: str, name: str) -> re.Pattern[str]:
    """The expression `name` of a language with its placeholders filled in."""
    words = _words()["languages"][language]
    find = words[name].replace("{level}", "|".join(words["levels"])).replace("{cue}", words["cue"])
    return re.compile(find, re.IGNORECASE)


def of_cmasf(text: str) -> bool:
    """Does a text name CMASF and a risk that its system of early warning knows?"""
    risks = "|".join(risk for words in _words()["languages"].values() for risk in words["risks"])
    return bool(re.search(_words()["publisher"], text) and re.search(risks, text, re.IGNORECASE))


def publisher_by_title(title: str, language: str) -> Mention | None:
    """Who publishes under such a title."""
    for name, find in _words()["titles"][language].items():
        if match := re.search(find, title):
            return Mention(match.start(), match.end(), name, kind="bank" if name == "Bank of Russia" else "cmasf")
    return None


def read(sentences: list[Sentence], published: date, language: str, source: str) -> tuple[pl.DataFrame, list[Unread]]:
    """The signals, and what was denied, supposed or of another time. Nothing where CMASF is not named."""
    rows: list[dict[str, Any]] = []
    unread: list[Unread] = []
    if any(re.search(_words()["publisher"], sentence.text) for sentence in sentences):
        as_of = next(filter(None, (_data_as_of(s.text, published, language) for s in sentences)), None)
        topic, heading, horizon = "", "", None
        for sentence in sentences:
            named = _risks(sentence.text, language)
            if sentence.kind in ("heading", "title"):
                topic = named[-1][1] if named else topic
                heading = sentence.text
            for made in _signals(_with_heading(sentence, heading, language), published, language, topic):
                if isinstance(made, Unread):
                    unread.append(replace(made, sentence=sentence.text))
                else:
                    if not made.get("horizon") and re.search(_words()["languages"][language]["same"], sentence.text):
                        made["horizon"] = horizon
                    horizon = made.get("horizon") or horizon
                    constants = {"published": published.isoformat(), "data_as_of": as_of, "source": source}
                    rows.append(constants | made | {"sentence": sentence.text, "place": sentence.place})
            if sentence.kind not in ("heading", "title") and len({risk for _, risk in named}) == 1:
                topic = named[-1][1]
    table = pl.DataFrame(rows, schema=COLUMNS)
    return table.unique(["risk", "signal", "horizon", "indicator_value"], keep="first", maintain_order=True), unread


def _with_heading(sentence: Sentence, heading: str, language: str) -> Sentence:
    """ "Until January 2023 – high" below "PROBABILITY OF A RECESSION": the heading says of what it is the level."""
    said = _compiled(language, "bare").match(sentence.text)
    return replace(sentence, text=f"{heading}: {sentence.text}") if said and sentence.text != heading else sentence


def _risks(text: str, language: str) -> list[tuple[re.Match[str], str]]:
    """Each risk that a sentence names, without those inside another; what a bracket defines is left out."""
    plain = re.sub(r"\([^()]{40,}\)", lambda m: " " * len(m[0]), text)
    found: list[tuple[re.Match[str], str]] = []
    for find, risk in _words()["languages"][language]["risks"].items():
        for match in re.finditer(find, plain, re.IGNORECASE):
            if not any(m.start() < match.end() and match.start() < m.end() for m, _ in found):
                found.append((match, risk))
    return sorted(found, key=lambda pair: pair[0].start())


def _signals(sentence: Sentence, published: date, language: str, topic: str) -> Iterator[dict[str, Any] | Unread]:
    text, words = sentence.text, _words()["languages"][language]
    years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", text)]
    past = f"of another time: {max(years)}" if years and max(years) < published.year else ""
    abroad = re.search(words["foreign"], text)
    general = past or (f"of another country: {abroad[0]}" if abroad else "")
    risks = _risks(text, language)
    dates = times(text, published, language)
    seen: set[int] = set()
    found = [(m, False) for m in _compiled(language, "follow").finditer(text)]
    for match, behind in [*found, *((m, True) for m in _compiled(language, "lead").finditer(text))]:
        start, end = match.span("level")
        if start in seen or sentence.kind == "title" or _within_definition(text, start):
            continue
        seen.add(start)
        risk = _of_level(risks, start, end, behind) or ("" if _of_another(text, start, language) else topic)
        if not risk:
            continue
        reason = general or _doubt(text, start, end, language)
        if reason:
            yield _unread(sentence, match["level"], f"{risk}: {match['level']}", reason)
            continue
        level = next(
            meaning for word, meaning in words["levels"].items() if re.match(word, match["level"], re.IGNORECASE)
        )
        yield {"risk": risk, "signal": level, "horizon": _horizon(text, start, end, risks, dates, published, language)}
    yield from _composite(sentence, published, language, risks, topic, general)
    yield from _state(sentence, language, general)
    if unmet := _compiled(language, "unmet").search(text):
        yield _unread(sentence, unmet[0], "criteria of a systemic banking crisis", "denied: not met")


def _within_definition(text: str, place: int) -> bool:
    bracket = text.rfind("(", 0, place)
    return bracket >= 0 and ")" not in text[bracket:place] and place - bracket > 40


def _of_level(risks: list[tuple[re.Match[str], str]], start: int, end: int, behind: bool) -> str:
    """The risk that a level is of: "the risk of recession is high" and "a high risk of recession" name it."""
    before = [risk for match, risk in risks if match.end() <= start]
    after = [risk for match, risk in risks if match.start() >= end]
    if behind:
        return before[-1] if before else after[0] if after else ""
    return after[0] if after else before[-1] if before else ""


def _of_another(text: str, start: int, language: str) -> bool:
    """ "The probability of a default wave is low": a risk that is not known is not that of the heading."""
    of = r"of (?:a |an |the )?" if language == "en" else ""
    cue = _words()["languages"][language]["cue"]
    said = list(re.finditer(rf"(?:{cue}) {of}(?P<what>[^\W\d]+)", text[:start], re.IGNORECASE))
    return (
        bool(said)
        and not is_plain(said[-1]["what"], language)
        and not _compiled(language, "leveled").match(said[-1]["what"])
    )


def _doubt(text: str, start: int, end: int, language: str) -> str:
    """Words that deny or suppose the level, up to the number, comma or dash that follows it."""
    stop = re.compile(r"[,;:—–(]|\. ").search(text, end)
    scope = text[: stop.start() if stop else len(text)]
    cut = max((m.end() for m in re.finditer(_APART + "| и (?=высок|низк|средн)", text[:start])), default=0)
    if found := _compiled(language, "between").search(text):
        return f"between levels: {found[0]!r}"
    if found := re.search(_words()["languages"][language]["doubts"], scope[cut:]):
        return f"denied, supposed or of another time: {found[0]!r}"
    return ""


def _horizon(
    text: str,
    start: int,
    end: int,
    risks: list[tuple[re.Match[str], str]],
    dates: list[Time],
    published: date,
    language: str,
) -> str | None:
    """Until when the signal looks ahead: the date with "until" nearest to the level."""
    found: list[tuple[int, Time]] = []
    for time in dates:
        said = re.search(_words()["languages"][language]["until"] + r"$", text[: time.start], re.IGNORECASE)
        if said or re.match(_words()["languages"][language]["until"], text[time.start : time.end], re.IGNORECASE):
            found.append((max(time.start - end, start - time.end, 0), time))
    found = [
        (gap, t) for gap, t in found if t.last and not re.search(_APART, text[min(t.end, end) : max(t.start, start)])
    ]
    if found:
        last = min(found, key=lambda pair: pair[0])[1].last
        written = re.search(r"(?:19|20)\d\d", text[min(found, key=lambda pair: pair[0])[1].start :][:40])
        assert last is not None
        ahead = last if written or last >= published else last.replace(year=last.year + 1)
        return f"until {ahead:%Y-%m}"
    if re.search(_words()["languages"][language]["year"], text):
        return f"until {published.year}-12"
    return None


def _composite(
    sentence: Sentence, published: date, language: str, risks: list[tuple[re.Match[str], str]], topic: str, general: str
) -> Iterator[dict[str, Any] | Unread]:
    """A composite with its threshold in one sentence."""
    text = sentence.text
    if not _compiled(language, "composite").search(text):
        return
    numbers = list(_COMPOSITE_NUMBER.finditer(text))
    limits = [m for m in numbers if _compiled(language, "threshold").search(text[: m.start()])]
    values = [m for m in numbers if m not in limits]
    if len(limits) != 1 or len(values) != 1:
        return
    supposed = _words()["languages"][language]["doubts"]
    if reason := general or ((m := re.search(supposed, text[: values[0].start()])) and f"supposed: {m[0]!r}"):
        yield _unread(sentence, values[0][0], "composite leading indicator", str(reason))
        return
    value, threshold = (float(m[0].replace(",", ".")) for m in (values[0], limits[0]))
    yield {"risk": risks[-1][1] if risks else topic or "systemic banking crisis",
           "signal": "above threshold" if value > threshold else "below threshold",
           "indicator_value": value, "threshold": threshold, "unit": "index"}  # fmt: skip


def _state(sentence: Sentence, language: str, general: str) -> Iterator[dict[str, Any] | Unread]:
    """ "The crisis is of moderate scale": it has begun."""
    for match in _compiled(language, "state").finditer(sentence.text):
        denied = re.search(_words()["languages"][language]["doubts"], sentence.text[: match.end()])
        said = match["level"] or match["begun"]
        if not said:
            continue
        if general or denied:
            yield _unread(sentence, said, STATE, general or f"denied or supposed: {denied and denied[0]!r}")
            continue
        level = next((meaning for word, meaning in STATES.items() if said.lower().startswith(word)), "begun")
        yield {"risk": STATE, "signal": level}


def _unread(sentence: Sentence, surface: str, reading: str, missing: str) -> Unread:
    return Unread(sentence.text, sentence.place, surface, None, "signal_level", reading, missing)


def _data_as_of(text: str, published: date, language: str) -> str | None:
    match = re.search(_words()["languages"][language]["data"], text, re.IGNORECASE)
    if not match:
        return None
    after = [t for t in times(text, published, language) if match.end() - 12 <= t.start <= match.end() + 4]
    return after[0].as_of() if after else None
