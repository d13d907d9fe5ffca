"""The monthly briefing, made of a publication alone: build(con, as_of), then html, markdown or json."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from duckdb import DuckDBPyConnection

from warehouse.bulletin import banking, closing, competitiveness, composites, rerouting, trade, wording
from warehouse.bulletin.facts import Known
from warehouse.bulletin.model import Bulletin
from warehouse.bulletin.render import html, json_text, markdown

__all__ = ["FORMATS", "Bulletin", "build", "html", "json_text", "markdown", "write"]

FORMATS = {"html": html, "md": markdown, "json": json_text}


def build(con: DuckDBPyConnection, as_of: date | None = None) -> Bulletin:
    """The bulletin as of a day (default: the day the warehouse was published) from an open publication.

    Raises LookupError if no figure of China's trade was known that day: there is nothing to brief about.
    """
    known = Known(con, as_of or con.execute("SELECT published_at::DATE FROM publication").fetchall()[0][0])
    period = trade.newest_month(known)
    if period is None:
        raise LookupError(f"no figure of China's trade was public on {known.as_of}")
    happened = closing.events(known)
    axis = [(event["date"], event["kind"] or event["region"]) for event in happened]
    bulletin = Bulletin(
        as_of=known.as_of,
        period=period,
        title=f"Trade and banking bulletin, {wording.day_of(known.as_of)}",
        cards=trade.headlines(known, period) + banking.headlines(known),
        sections=[
            trade.surprises(known, period),
            rerouting.section(known, period, axis),
            competitiveness.section(known, period, axis),
            trade.partners(known, period),
            banking.section(known, axis),
            composites.section(known),
            closing.revisions(known, closing.last_bulletin(known, period)),
            closing.event_section(happened),
        ],
        publication={k: str(v) for k, v in known.records("publication", "published_at")[0].items()},
    )
    bulletin.sections.append(closing.gaps(known, bulletin.facts()))
    bulletin.sources = closing.sources(known, bulletin.facts())
    return bulletin


def write(bulletin: Bulletin, folder: Path, formats: Iterable[str] = tuple(FORMATS)) -> list[Path]:
    """Write the bulletin as bulletin-<day>.<format> to `folder`; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in formats:
        path = folder / f"bulletin-{bulletin.as_of}.{name}"
        temporary = path.with_suffix(f".{name}.tmp")
        temporary.write_text(FORMATS[name](bulletin), "utf-8")
        temporary.replace(path)
        paths.append(path)
    return paths
