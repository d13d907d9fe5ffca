"""From history and readings to the content of a warehouse: claims, vintages, indicators, releases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import polars as pl

from flows.run import derivation, editions, query_goods
from flows.run.derivation import Derivation
from flows.run.editions import Event
from flows.run.read import Read
from flows.sources import sources
from transforms import asof
from transforms.areas import names
from transforms.banking.areas import areas as russian_areas
from transforms.banking.definitions import breaks, definitions
from transforms.customs import commodities, hs, provinces, regimes
from transforms.indicators import CATALOG, Change, Fits, crisis_sample, derive, derive_news, described
from transforms.indicators.query_rises import TABLE
from transforms.model import CLAIM, series_id
from transforms.reports import early_warning
from warehouse import history
from warehouse.content import Content
from warehouse.moments import naive
from warehouse.parts import same
from warehouse.seams import seams
from warehouse.store import ORDER, Settled, settle

RELEASE = {
    **dict.fromkeys(
        ("release_id", "source_id", "product", "title", "publisher", "period", "language", "url"), pl.String()
    ),
    "vintage_date": pl.Date(),
    **dict.fromkeys(("vintage_kind", "vintage_rule"), pl.String()),
    "first_seen": pl.Datetime("us"),
    **dict.fromkeys(("sha256", "archive_path", "page_stamp", "state", "reason", "note"), pl.String()),
}


def content(reads: Sequence[Read], cache: Path | None = None, into: Path | None = None) -> Content:
    """The content of a warehouse from the shipped history and everything that could be read.

    Indicators are derived again only when a vintage, a record or the code changed since `cache` was written, and then
    only the seasonals of paths that are new are fitted. What was derived is kept in `into`, or else in `cache`.
    """
    shipped = history.shipped()
    fresh = [frame.select(CLAIM.keys()) for frame in editions.claims(reads)]
    dated = _with_copies(editions.date_releases(reads), fresh)
    last = derivation.load(cache) if cache else None
    settled = settle(pl.concat([shipped.claims, *fresh]), last.settled if last else None)
    records = {name: [frame] for name, frame in shipped.records.items()}
    for read in reads:
        for name, frame in read.reading.records.items() if read.reading else ():
            records.setdefault(name, []).append(frame.with_columns(release_id=pl.lit(read.release_id)))
    tables = {name: pl.concat(frames, how="diagonal_relaxed") for name, frames in records.items()}
    hs_codes = hs.merged(tables.pop("commodity", hs.NOTHING), hs.of_series(settled.vintages))
    catalogue = [commodities.names(), commodities.named_by_label(settled.vintages), hs_codes]
    goods = query_goods.of(reads, dated, last.records.get(TABLE) if last else None)
    inputs = tables | ({TABLE: goods} if goods.height else {})
    indicators, fits = _derived(settled, inputs, last)
    releases = [
        pl.DataFrame(schema=RELEASE),
        shipped.releases.with_columns(state=pl.lit("loaded")),
        *[_release(read, dated[read.release_id]) for read in reads],
    ]
    made = Content(
        settled=settled,
        indicators=indicators,
        releases=pl.concat(releases, how="diagonal_relaxed"),
        tables=tables | _books() | {"commodity": pl.concat(catalogue, how="diagonal_relaxed")},
        operations={"ops.seam": seams(shipped.claims, fresh)},
        spooled=[
            (name, read.release_id, rows)
            for read in reads
            for name, rows in (read.reading.spooled.items() if read.reading else ())
        ],
        last=last.made if last else None,
    )
    keep = into or cache
    if keep and not (last and indicators is last.indicators and settled.claimed == last.settled.claimed):
        derivation.keep(keep, Derivation(settled, inputs, indicators, fits, made.made), last)
    return made


def _with_copies(dated: Mapping[str, Event], claims: Sequence[pl.DataFrame]) -> dict[str, Event]:
    """The event of each release; one that only repeats older words of its release has the day of the newest of them."""
    found = dict(dated)
    for frame in claims:
        newest = frame.sort("vintage_date").group_by("release_id", maintain_order=True).last()
        for release, day, kind in newest.select("release_id", "vintage_date", "vintage_kind").iter_rows():
            if day < found[release].day:
                found[release] = replace(found[release], day=day, kind=kind, rule=editions.RULES["copy"])
    return found


def _derived(
    settled: Settled, tables: Mapping[str, pl.DataFrame], last: Derivation | None
) -> tuple[pl.DataFrame, Fits]:
    """All indicators with series_id and change, each series in ORDER, and the seasonals used: those of the `last`
    derivation, but for the indicators of which an input changed since."""
    if last is None:
        fits = Fits()
        return _told(derive(settled.words, tables, fits=fits)), fits
    stands = same(settled.claimed, last.settled.claimed)
    news = ~pl.col("dataset").is_in(stands)
    words, before = settled.words, last.settled.words
    change = Change.between(before.filter(news), words.filter(news), last.records, tables)
    if change.vintages.is_empty() and not change.records:
        return last.indicators, last.fits
    previous = last.indicators.select(CLAIM.keys())
    stale, found = derive_news(words, tables, previous=previous, change=change, fits=last.fits)
    kept = last.indicators.filter(~pl.col("measure").is_in(stale))
    return pl.concat([kept, _told(found)]), last.fits


def _told(indicators: pl.DataFrame) -> pl.DataFrame:
    indicators = indicators.with_columns(series_id()).sort(ORDER)
    return indicators.with_columns(change=pl.when(asof.begins()).then(pl.lit("first")).otherwise(pl.lit("revised")))


def _release(read: Read, dated: Event) -> pl.DataFrame:
    snapshot, said = read.snapshot, read.reading.release if read.reading else None
    row = {
        "release_id": read.release_id,
        "source_id": snapshot.source,
        "product": snapshot.product,
        "title": said.title if said else snapshot.sidecar.get("title"),
        "publisher": _publisher(snapshot.source),
        "period": said.period if said else snapshot.period,
        "language": said.language if said else None,
        "url": snapshot.url,
        "vintage_date": dated.day,
        "vintage_kind": dated.kind,
        "vintage_rule": dated.rule,
        "first_seen": naive(snapshot.first_seen),
        "sha256": snapshot.sha256,
        "archive_path": "/".join(("archive", *snapshot.path.parts[-4:])),
        "page_stamp": said.page_stamp if said else None,
        "state": read.state,
        "reason": "; ".join(f"{k}: {v}" for k, v in asdict(read.refusal).items() if v) if read.refusal else None,
        "note": "\n".join(read.reading.notes) if read.reading else None,
    }
    return pl.DataFrame([row], schema_overrides={"first_seen": pl.Datetime("us")})


def _publisher(source: str) -> str:
    """Name of a publisher; the id itself of a source that this version no longer has."""
    return sources()[source].publisher if source in sources() else source


def _books() -> dict[str, pl.DataFrame]:
    """The code lists that explain the figures, as tables."""
    return {
        "area": _areas(),
        "banking_crisis": crisis_sample.panel(),
        "crisis_criterion": early_warning.as_table(),
        "definition": definitions(),
        "definition_break": breaks(),
        "indicator_catalog": _catalog(),
        "regime": regimes.names(),
        "source": _sources(),
    }


def _sources() -> pl.DataFrame:
    """The declarations of flows/sources, for readers: who publishes, where, under which terms, when it is asked."""
    return pl.DataFrame(
        [
            {
                "source_id": source.id,
                "publisher": source.publisher,
                "offers": source.offers,
                "url": (sources()[source.site_of].url if source.site_of else source.url) or None,
                "terms": source.terms,
                "timezone": source.timezone,
                "schedule": "; ".join(cron for schedule in source.schedules for cron in schedule.cron) or None,
            }
            for source in sources().values()
        ]
    )


def _areas() -> pl.DataFrame:
    """Partners and groups, then Russia's districts and regions, then China's provinces."""
    russian = pl.DataFrame([{"code": a.code, "name_ru": a.name, "kind": a.level} for a in russian_areas().values()])
    return pl.concat([names(), russian, provinces.names()], how="diagonal").unique(
        "code", keep="first", maintain_order=True
    )


def _catalog() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "indicator_id": indicator.id,
                "title": indicator.title,
                "formula": indicator.formula,
                "unit": indicator.unit,
                "inputs": json.dumps(described(indicator.inputs)),
                "freq": indicator.freq,
                "lookback": indicator.lookback,
                "caveat": indicator.caveat,
                "unknown": indicator.unknown,
                "reference": indicator.reference,
            }
            for indicator in CATALOG
        ]
    )
