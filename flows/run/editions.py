"""When each release said what: only a publisher revises.

A release (product, reference period, language, currency) may be seen in many bytes: a page saved twice, its Excel copy,
a mirror, an edition that comes back. Each sighting's figures are held against what the release has said before:

* what an address shows after other bytes is the publisher's word of that day, also when it goes back to older figures;
* what is seen at a new address, or handed over without a day, and repeats any word of the release is a copy: it has the
  day of that word;
* what a person dates is compared with the last word before that day.

A file handed over without a day whose figures would take newer ones back is refused: nobody knows when they were
published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

import polars as pl

from flows.archive.sightings import Sighting
from flows.run import downloads
from flows.run.read import Read
from transforms import asof
from transforms.asof import CELL
from transforms.model import CLAIM, PUBLISHED, Refusal, series_id
from transforms.periods import period_end
from warehouse import calendar
from warehouse.store import agree

OBSERVED, INFERRED = "observed", "inferred"
RULES = {
    "told": "the day that the bytes themselves state of their figures; the newest where they hold several vintages",
    "stated": "the day given when the file was ingested",
    "calendar": "the day of the publisher's calendar; the bytes were first seen later",
    "seen": "the day the bytes were first seen",
    "copy": "the day of the edition whose figures these bytes repeat; they were first seen later",
}
SAID = ("vintage_date", "vintage_kind", "first_seen")
LATEST = timedelta(days=60)
"""After the end of a period its release is out, where no calendar says when: no monthly table here takes longer."""


@dataclass(frozen=True)
class Event:
    """One sighting of a release that could be read, with the day its figures are given."""

    read: Read
    sighting: Sighting
    day: date
    kind: str
    rule: str

    @property
    def undated(self) -> bool:
        """Handed over by somebody who did not say when it was published, and no calendar says it."""
        return not self.sighting.address and self.rule == RULES["seen"]


def events(reads: Sequence[Read]) -> list[Event]:
    """Every sighting in the order in which it was made, dated by itself.

    A day that the bytes state of all their figures wins, then one stated by the person who ingested the file. Otherwise
    the first bytes of a release carry the day of the publisher's calendar if they were seen later than that; all others
    carry the day they were seen.
    """
    handed: dict[tuple[str, ...], list[Sighting]] = {}
    for read in reads:
        handed.setdefault(release_key(read), []).extend(one for one in read.snapshot.sightings if not one.address)
    found = sorted(
        ((one, read) for read in reads for one in seen_of(read, handed[release_key(read)])),
        key=lambda pair: (pair[0].order(), pair[1].release_id),
    )
    dated: list[Event] = []
    known: set[tuple[str, ...]] = set()
    for sighting, read in found:
        day, edition = sighting.moment.astimezone(UTC).date(), release_key(read)
        scheduled = calendar.release_date(read.snapshot.product, edition[1])
        if told := _told(read):
            dated.append(Event(read, sighting, told, OBSERVED, RULES["told"]))
        elif sighting.published:
            dated.append(Event(read, sighting, date.fromisoformat(sighting.published), OBSERVED, RULES["stated"]))
        elif scheduled and scheduled < day and edition not in known:
            dated.append(Event(read, sighting, scheduled, INFERRED, RULES["calendar"]))
        else:
            dated.append(Event(read, sighting, day, OBSERVED, RULES["seen"]))
        known.add(edition)
    return dated


def _told(read: Read) -> date | None:
    """The newest day of publication that the bytes state, if they state one of each of their figures."""
    if read.reading is None or PUBLISHED not in read.reading.observations.columns:
        return None
    stated = read.reading.observations[PUBLISHED]
    newest = stated.max()
    return newest if isinstance(newest, date) and not stated.null_count() else None


def seen_of(read: Read, handed: Sequence[Sighting] = ()) -> Sequence[Sighting]:
    """The sightings that count. What a person said last of a file replaces what was said of it before, unless other
    bytes of the release were `handed` over in between: then it is an edition that came back."""
    by_hand = [one for one in read.snapshot.sightings if not one.address]
    counts: list[Sighting] = []
    for one in [said for said in by_hand if said.published] or by_hand[:1]:
        if counts and not any(
            counts[-1].seen < other.seen < one.seen for other in handed if other.sha256 != one.sha256
        ):
            counts.pop()
        counts.append(one)
    return [one for one in read.snapshot.sightings if one.address or one in counts]


def release_key(read: Read) -> tuple[str, ...]:
    """Product, period, currency, language. The month of a customs page is as its own title says it: an index may link
    it under another one."""
    said = read.reading.release if read.reading else None
    own = said.period if said and (read.snapshot.product.startswith("gacc.") or not read.snapshot.url) else ""
    return (read.snapshot.product, own or read.snapshot.period) + ((said.currency, said.language) if said else ())


def date_releases(reads: Sequence[Read]) -> dict[str, Event]:
    """The first event of each read, by release_id: when it first said something."""
    first: dict[str, Event] = {}
    for event in events(reads):
        first.setdefault(event.read.release_id, event)
    return first


def claims(reads: Sequence[Read]) -> Iterator[pl.DataFrame]:
    """The claims of all reads, each figure with the day on which its release first said it so."""
    groups: dict[tuple[str, ...], list[Event]] = {}
    for event in events([read for read in reads if read.reading]):
        groups.setdefault(release_key(event.read), []).append(event)
    for group in groups.values():
        yield from _group(group)


def _group(group: Sequence[Event]) -> Iterator[pl.DataFrame]:
    """Claims of one release, sighting by sighting."""
    if len(group) == 1:
        yield _own(group[0])
        return
    words = _own(group[0])
    yield words
    shown = {group[0].sighting.address: words}
    for event in group[1:]:
        own = _own(event)
        said = _repeated(own, words, shown.get(event.sighting.address), event)
        yield said
        words = pl.concat([words, said])
        shown[event.sighting.address] = said


def _own(event: Event) -> pl.DataFrame:
    """What an event says, dated by the bytes where they state a day, else by itself: CLAIM and series_id."""
    assert event.read.reading
    stated = _stated(event)
    return event.read.reading.observations.with_columns(
        vintage_date=pl.coalesce(stated, pl.lit(event.day)),
        vintage_kind=pl.when(stated.is_null()).then(pl.lit(event.kind)).otherwise(pl.lit(OBSERVED)),
        release_id=pl.lit(event.read.release_id),
        first_seen=pl.lit(event.sighting.naive).cast(pl.Datetime("us")),
    ).select(*(pl.col(name).cast(kind) for name, kind in CLAIM.items()), series_id())


def _stated(event: Event) -> pl.Series:
    """The day that the bytes state of each figure of a reading, null where they state none."""
    assert event.read.reading
    frame = event.read.reading.observations
    return frame[PUBLISHED] if PUBLISHED in frame.columns else pl.Series(PUBLISHED, [None] * frame.height, pl.Date)


def _repeated(own: pl.DataFrame, words: pl.DataFrame, before: pl.DataFrame | None, event: Event) -> pl.DataFrame:
    """`own` with the day of the word that each figure repeats, where it repeats one of the release.

    `words` are all that the release has said so far, `before` what the same address showed last.
    """
    if event.rule == RULES["stated"]:
        heard = asof.as_of(words, event.day)
    elif before is not None and event.sighting.address:
        heard = pl.concat([asof.newest(words), before])
    else:
        heard = words
    told = heard.select(*CELL, "value", "precision", *SAID).rename(
        {c: f"{c}_then" for c in ("value", "precision", *SAID)}
    )
    met = (
        own.with_row_index("row_")
        .join(told, on=CELL)
        .filter(agree("value", "precision", "value_then", "precision_then"))
    )
    newest = met.sort("vintage_date_then", "first_seen_then", maintain_order=True).group_by("row_").last()
    dated = own.with_row_index("row_").join(newest.select("row_", *(f"{c}_then" for c in SAID)), on="row_", how="left")
    dated = dated.sort("row_").with_columns(stated_=_stated(event).is_not_null())
    repeats = ~pl.col("stated_") & pl.col("vintage_date_then").is_not_null()  # a day that the bytes state stands
    filled = dated.with_columns(pl.when(repeats).then(f"{c}_then").otherwise(c).alias(c) for c in SAID)
    return filled.select(own.columns)


def refuse_older(reads: Sequence[Read], shipped: pl.DataFrame) -> list[Read]:
    """The reads, those refused that were handed over without a day and would take newer figures back.

    `shipped` are the claims of the history. Each is held against what was known when it was handed over, so that what
    arrives later changes nothing.
    """
    first = date_releases([read for read in reads if read.reading])
    suspects = [event for event in first.values() if event.undated]
    if not suspects:
        return list(reads)
    asked = pl.concat([_own(event).select("series_id") for event in suspects]).unique()
    known = [shipped.with_columns(series_id()).join(asked, on="series_id", how="semi")]
    others = [read for read in reads if read.reading]
    refused: dict[str, Refusal] = {}
    guessed = {
        event.read.release_id: likely(event.read.snapshot.product, release_key(event.read)[1]) for event in suspects
    }
    for event in sorted(suspects, key=lambda one: one.sighting.order()):
        earlier = [r for r in others if r.release_id not in refused and r is not event.read and _before(r, event)]
        frames = [frame.join(asked, on="series_id", how="semi") for frame in claims(earlier)]
        came = pl.lit(event.sighting.naive)
        heard = pl.concat([known[0].filter(pl.col("first_seen") < came), *frames])
        public = pl.col("release_id").replace_strict(guessed, default=None, return_dtype=pl.Date)
        heard = heard.with_columns(public=pl.coalesce(public, "vintage_date"))
        same = {r.release_id for r in earlier if release_key(r) == release_key(event.read)}
        new = unsaid(_own(event).filter(_stated(event).is_null()), heard.filter(pl.col("release_id").is_in(list(same))))
        back = taken_back(new, heard, likely(event.read.snapshot.product, release_key(event.read)[1]), same)
        if reason := back or downloads.taken_back(event.read, earlier):
            refused[event.read.release_id] = replace(reason, where=event.sighting.facts.get("ingested_name", ""))
    return [
        replace(read, reading=None, refusal=refused[read.release_id]) if read.release_id in refused else read
        for read in reads
    ]


def unsaid(own: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """The figures that repeat none of these words: a copy takes nothing back, it has its edition's day."""
    met = own.join(words.select(*CELL, "value", "precision"), on=CELL, suffix="_then")
    return own.join(met.filter(agree("value", "precision", "value_then", "precision_then")), on=CELL, how="anti")


def _before(read: Read, event: Event) -> bool:
    return any(one.order() < event.sighting.order() for one in seen_of(read))


def likely(product: str, period: str) -> date:
    """By this day the release was probably out: that of the calendar, or LATEST after its period."""
    return calendar.expected(product, period).date or period_end(period) + LATEST


def taken_back(
    own: pl.DataFrame, known: pl.DataFrame, public_by: date, same_release: set[str] | frozenset[str] = frozenset()
) -> Refusal | None:
    """Why figures without a day of publication are refused; None if they take nothing back.

    `own` and `known` have series_id, period_end, value, precision; `known` also vintage_date, first_seen, release_id,
    `public`, the day on which the word came out, a guess for files without a day of their own.
    A figure takes a newer one back if it differs from the newest word and that word came after `public_by` (when the
    file was probably out), or an earlier word agrees with the file, or the word is of the same release.
    """
    words = known.select(*CELL, "value", "precision", "vintage_date", "first_seen", "release_id", "public")
    words = words.sort("vintage_date", "first_seen", maintain_order=True)
    newest = words.unique(CELL, keep="last", maintain_order=True)
    met = own.select(*CELL, "value", "precision").join(newest, on=CELL, suffix="_now")
    apart = met.filter(~agree("value", "precision", "value_now", "precision_now"))
    if apart.is_empty():
        return None
    older = (
        apart.select(*CELL, "value", "precision")
        .join(words, on=CELL, suffix="_then")
        .filter(agree("value", "precision", "value_then", "precision_then"))
        .select(CELL)
        .unique()
        .with_columns(older=pl.lit(value=True))
    )
    back = apart.join(older, on=CELL, how="left").filter(
        pl.col("older").fill_null(value=False)
        | (pl.col("public") > public_by)
        | pl.col("release_id").is_in(list(same_release))
    )
    if back.is_empty():
        return None
    row = back.sort("vintage_date", *CELL, descending=[True, False, False]).row(0, named=True)
    return Refusal(
        "older_figures",
        expected="figures as new as those known, or the day on which these were published",
        got=f"{len(back)} figures that differ from newer ones, such as {row['series_id']} of {row['period_end']}: "
        f"{row['value']:.15g} here, {row['value_now']:.15g} known since {row['vintage_date']}",
        hint="Ingested as they are they would count as today's. Say when they were published: "
        "`portvault ingest FILE --published YYYY-MM-DD`.",
    )
