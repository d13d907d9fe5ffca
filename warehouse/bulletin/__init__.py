"""The monthly briefing, made of a publication alone: build(con, as_of), then html, markdown or json."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from duckdb import DuckDBPyConnection

from warehouse.bulletin import (
    banking,
    closing,
    competitiveness,
    composites,
    headlines,
    month,
    partners,
    rerouting,
    surprises,
    tenyears,
    trade,
    wording,
)
from warehouse.bulletin.facts import Known
from warehouse.bulletin.model import Bulletin, Section, age, with_age
from warehouse.bulletin.render import html, json_text, markdown
from warehouse.files import write_atomic

__all__ = ["FORMATS", "Bulletin", "build", "html", "json_text", "markdown", "write"]

FORMATS = {"html": html, "md": markdown, "json": json_text}


def build(con: DuckDBPyConnection, as_of: date | None = None) -> Bulletin:
    """The bulletin as of a day (default: the day the warehouse was published) from an open publication.

    Raises LookupError if neither a figure of China's trade nor one of Russian banking was known that day.
    """
    known = Known(con, as_of or con.execute("SELECT published_at::DATE FROM publication").fetchall()[0][0])
    period = trade.newest_month(known)
    cards = (headlines.cards(known, period) if period else []) + banking.headlines(known)
    if not cards:
        raise LookupError(f"nothing that a bulletin tells was public on {known.as_of}; {first_day(con)}")
    cards = [replace(card, age=age((card.fact,), known.as_of)) for card in cards]
    happened = closing.events(known)
    axis = [(event["date"], str(number)) for number, event in enumerate(happened, 1)]
    since = closing.last_bulletin(known, period)
    revised = closing.revisions(known, since)
    traded = trade_sections(known, period, axis)
    bulletin = Bulletin(
        as_of=known.as_of,
        period=period,
        title=f"Trade and banking bulletin, {wording.day_of(known.as_of)}",
        cards=cards,
        sections=[
            *traded,
            banking.section(known, axis),
            *composites.sections(known),
            revised,
            closing.event_section(happened),
        ],
        blocks=month.blocks(known, since, next((s for s in traded if s.name == "surprises"), None), revised),
        publication={k: str(v) for k, v in known.records("publication", "published_at")[0].items()},
    )
    for section in bulletin.sections:
        section.sentences = [with_age(sentence, known.as_of) for sentence in section.sentences]
    bulletin.sections.append(closing.gaps(known, bulletin.facts()))
    bulletin.sections = [section for section in bulletin.sections if not section.empty]
    bulletin.sources = closing.sources(known, bulletin.facts())
    return bulletin


def trade_sections(known: Known, period: date | None, axis: rerouting.Events) -> list[Section]:
    if period is None:
        return [Section("trade", "China's trade", notes=["No figure of China's trade was public on that day."])]
    return [
        tenyears.section(known, period),
        surprises.surprises(known, period),
        surprises.growth(known, period),
        rerouting.section(known, period, axis),
        partners.section(known, period),
        competitiveness.section(known, period, axis),
    ]


def first_day(con: DuckDBPyConnection) -> str:
    """From when there are bulletins: the first figures of trade or of the key rate."""
    query = """SELECT min(vintage_date) FROM vintage.observation JOIN series USING (series_id)
               WHERE dataset IN ('trade_total', 'key_rate')"""
    return f"the first figures are of {con.execute(query).fetchall()[0][0]}"


def write(bulletin: Bulletin, folder: Path, formats: Iterable[str] = tuple(FORMATS)) -> list[Path]:
    """Write the bulletin as bulletin-<day>.<format> to `folder`; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in formats:
        path = folder / f"bulletin-{bulletin.as_of}.{name}"
        write_atomic(path, FORMATS[name](bulletin).encode())
        paths.append(path)
    return paths
