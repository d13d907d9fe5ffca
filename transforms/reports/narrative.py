"""Narrative reports: reviews, bulletins, early-warning notes, press digests, as PDF, HTML or text.

Table and record table `reported_figure`: one row a figure with the sentence it came from. These are statements of
somebody (originator) under some definition, not observations of a series. Record table `early_warning_signal`: what a
note of CMASF, or one that retells it, says of each risk.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date

import polars as pl

from transforms.model import OBSERVATION, Payload, ReadError, Reading, Release
from transforms.periods import MONTHS_EN, MONTHS_RU
from transforms.reports import figures, signals, text

PRODUCT, SOURCE, EXTENSION = "reports.narrative", "reports", "txt"
COLUMNS = ("indicator", "segment", "value", "unit", "as_of", "kind", "published_date", "originator", "definition",
           "source", "note", "sentence", "place")  # fmt: skip
_SUBJECT = re.compile(r"loans?\b|кредит|ссуд|bank|банк", re.IGNORECASE)
_AMOUNT = re.compile(r"\b(?:trillion|billion|trn|bn|трлн|млрд|percent|per cent|процент\w*)\b|%", re.IGNORECASE)
_GENITIVE = {"января": 1, "февраля": 2, "марта": 3, "апреля": 4, "мая": 5, "июня": 6, "июля": 7, "августа": 8,
             "сентября": 9, "октября": 10, "ноября": 11, "декабря": 12}  # fmt: skip
_MONTHS = MONTHS_EN | MONTHS_RU | _GENITIVE


def recognise(payload: Payload) -> bool:
    """A PDF, or prose, outside of tables: on loans and banks in billions or percent, or on a risk that CMASF sees."""
    if text.is_pdf(payload):
        return True
    plain = text.outside_tables(text.decode(payload))[0].lstrip()
    if not plain or plain[0] in "{[" or plain.startswith("<?xml"):
        return False
    if signals.of_cmasf(plain):
        return True
    return len(_SUBJECT.findall(plain)) >= 3 and len(_AMOUNT.findall(plain)) >= 2


def read(payload: Payload) -> Reading:
    """Every figure that a pattern covers; the rest is listed in the notes. Raises ReadError `no_date`, `no_figures`."""
    parts = text.sentences(payload)
    published = published_date(payload, parts)
    language, source = figures.language_of(parts), payload.url or payload.name
    warned, covered, denied = signals.read(parts, published, language, source)
    found, unread = figures.read(parts, published, covered, figures.publisher_of(parts[: text.HEAD]))
    if not found and warned.is_empty():
        raise ReadError("no_figures", expected="a sentence that patterns.yaml or signals.yaml covers",
                        got=f"{len(parts)} sentences", where=payload.name)  # fmt: skip
    day = published.isoformat()
    rows = [asdict(figure) | {"published_date": day, "source": source} for figure in found]
    table = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))
    release = Release(PRODUCT, day, title=_title(parts), language=language, page_stamp=day)
    nothing = pl.DataFrame(schema=dict(OBSERVATION))
    records = {"reported_figure": table, "early_warning_signal": warned}
    notes = [*unread, *denied]
    if not text.is_pdf(payload) and (tables := text.outside_tables(text.decode(payload))[1]):
        notes.append(f"tables of the page are unread: {tables}")
    return Reading(release, table, nothing, records=records, notes=tuple(notes))


def published_date(payload: Payload, parts: list[text.Sentence]) -> date:
    """The day the person ingesting stated, else the dateline: a date alone on one of the first lines."""
    if stated := payload.options.get("published"):
        return date.fromisoformat(stated)
    for part in parts[: text.HEAD]:
        match = text.DATELINE.fullmatch(part.text.rstrip(". "))
        if match and match[2].lower() in _MONTHS:
            return date(int(match[3]), _MONTHS[match[2].lower()], int(match[1]))
    raise ReadError("no_date", expected="a dateline such as '08 December 2025' at the head of the text",
                    got=f"{[part.text[:30] for part in parts[:3]]}", where=payload.name,
                    hint="Pass the day of publication.")  # fmt: skip


def _title(parts: list[text.Sentence]) -> str:
    """The longest of the first lines without a full stop."""
    return max((part.text for part in parts[: text.HEAD] if not part.text.endswith(".")), key=len, default="")[:200]
