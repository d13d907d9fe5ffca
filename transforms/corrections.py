"""Guarded corrections of what publishers got wrong: each with its reason, its source, and what it expects to find.

An entry of warehouse/corrections.yml names a product and the release (period, currency, part of the URL), and one of

    drop      the page is not read at all
    override  the page is mended before it is read: `replace` a text, `shift` rows whose unit cell is left out,
              give the missing `unit` row, read the number of a month in the `headings` as another (5: 6); or figures
              of it are set: `where` (dimensions) and `value` in base units
    scale     figures `where` are multiplied by `factor`
    flag      figures `where` get the obs_status `status`

`expect` says what the fault looks like. A page that no longer looks so has been mended: nothing is done to it, and the
strict reader decides. Figures that are not as expected stop the release (`correction_outdated`): nobody knows then what
they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from transforms import yaml_file
from transforms.customs.html import decode
from transforms.customs.pages import table_titles
from transforms.customs.sheet import is_workbook
from transforms.customs.titles import parse_title
from transforms.mended import mended_bytes, mended_page, texts
from transforms.model import DIMENSIONS, Payload, ReadError, Reading
from transforms.periods import period_end

if TYPE_CHECKING:
    from transforms.products import Product

ACTIONS = ("drop", "override", "scale", "flag")
DETAILS = ("replace", "shift", "unit", "headings", "where", "value", "factor", "status")
FIELDS = {"id", "product", "period", "currency", "url", "action", "reason", "source", "expect", *DETAILS}


@dataclass(frozen=True)
class Correction:
    id: str
    product: str
    action: str
    reason: str
    source: str
    expect: Mapping[str, Any]
    period: str = ""
    currency: str = ""
    url: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def of_page(self) -> bool:
        """Does it mend the page before reading (or drop it), rather than figures afterwards?"""
        return self.action == "drop" or "where" not in self.details


class KnownFault(ReadError):
    """A page that a correction drops."""

    def __init__(self, entry: Correction, where: str) -> None:
        self.correction = entry
        hint = f"Source: {entry.source}"
        super().__init__("known_fault", expected="a page without fault", got=entry.reason, where=where, hint=hint)


def load(text: str) -> tuple[Correction, ...]:
    """The entries of a corrections file. ValueError names the entry and what is wrong with it."""
    entries: list[Correction] = []
    for raw in yaml_file.parse(text) or []:
        name = raw.get("id", "?")
        if unknown := set(raw) - FIELDS:
            raise ValueError(f"correction {name}: unknown fields {sorted(unknown)}")
        if missing := {"id", "product", "action", "reason", "source", "expect"} - {k for k, v in raw.items() if v}:
            raise ValueError(f"correction {name}: lacks {sorted(missing)}")
        if raw["action"] not in ACTIONS or any(entry.id == name for entry in entries):
            raise ValueError(f"correction {name}: action is one of {ACTIONS}, and an id is used once")
        details = {k: raw[k] for k in DETAILS if k in raw}
        if unknown := set(details.get("where", {})) - set(DIMENSIONS):
            raise ValueError(f"correction {name}: not dimensions {sorted(unknown)}")
        common = {k: str(raw.get(k, "")) for k in ("id", "product", "action", "period", "currency", "url")}
        reason, source = " ".join(raw["reason"].split()), " ".join(raw["source"].split())
        entries.append(Correction(**common, reason=reason, source=source, expect=raw["expect"], details=details))
    return tuple(entries)


def read(module: Product, payload: Payload, entries: Iterable[Correction]) -> tuple[Reading, list[Correction]]:
    """Read a payload with the corrections that concern it; also which of them were applied."""
    if not module.SOURCE.startswith("gacc"):
        return _read_any(module, payload, [entry for entry in entries if entry.product == module.PRODUCT])
    concerned = matching(entries, module.PRODUCT, payload)
    payload, before = mend(payload, [entry for entry in concerned if entry.of_page])
    reading, after = apply(module.read(payload), [entry for entry in concerned if not entry.of_page])
    return _noted(reading, [*before, *after], [])


def _noted(reading: Reading, applied: list[Correction], idle: Iterable[Correction]) -> tuple[Reading, list[Correction]]:
    notes = [f"correction {entry.id} ({entry.action}): {entry.reason}" for entry in applied]
    notes += [f"correction {entry.id} no longer applies: what it expects is not there" for entry in idle]
    return replace(reading, notes=[*reading.notes, *notes]), applied


def _read_any(module: Product, payload: Payload, mine: list[Correction]) -> tuple[Reading, list[Correction]]:
    """The same of workbooks, XML, JSON, DBF, text: their period and currency are known when they have been read.

    A file with many periods is corrected in the figures of the entry's period alone. An entry whose fault is gone is
    told in the notes and does nothing.
    """
    mine = [entry for entry in mine if entry.url in payload.url]
    pages, figures = ([e for e in mine if e.of_page is wanted] for wanted in (True, False))
    mended, before = payload, list[Correction]()
    for entry in pages:
        changed = mended_bytes(mended, entry)
        if changed is None:
            continue
        if entry.action == "drop":
            if not entry.period or _period_of(module, payload) in ("", entry.period):
                raise KnownFault(entry, payload.name)
        elif not entry.period or _period_of(module, replace(payload, content=changed)) == entry.period:
            mended = replace(mended, content=changed)
            before.append(entry)
    reading = module.read(mended)
    concerned = [e for e in figures if _concerns(e, reading)]
    reading, after = apply(reading, concerned, of_period=True)
    idle = [e for e in pages if e not in before and e.period in ("", reading.release.period)]
    return _noted(reading, [*before, *after], idle)


def _period_of(module: Product, payload: Payload) -> str:
    """The period that the bytes are of; '' if they cannot be read."""
    try:
        return module.read(payload).release.period
    except ReadError:
        return ""


def _concerns(entry: Correction, reading: Reading) -> bool:
    """Is the entry for the period and currency of this release, or for a period among its figures?"""
    if entry.currency and reading.release.currency and entry.currency != reading.release.currency:
        return False
    if entry.period in ("", reading.release.period):
        return True
    return bool((reading.observations["period_end"] == period_end(entry.period)).any())


def matching(entries: Iterable[Correction], product: str, payload: Payload) -> list[Correction]:
    """The entries for this product and the month, currency and address of this page."""
    mine = [entry for entry in entries if entry.product == product and entry.url in payload.url]
    if not mine:
        return []
    titles = [parse_title(text) for text in table_titles(payload)]
    return [
        entry
        for entry in mine
        if any(entry.period in ("", t.period) and entry.currency in ("", t.currency) for t in titles)
    ]


def mend(payload: Payload, entries: Sequence[Correction]) -> tuple[Payload, list[Correction]]:
    """The payload with faults of the page mended, and the entries that applied. KnownFault for a drop."""
    applied = []
    if not entries or is_workbook(payload.content):
        return payload, []
    try:
        text = decode(payload.content, payload.name)
    except ReadError:
        return payload, []  # the reader will say what is wrong
    for entry in entries:
        if any(wanted not in text for wanted in texts(entry)):
            continue
        if entry.action == "drop":
            raise KnownFault(entry, payload.name)
        mended = mended_page(text, entry)
        if mended is None:
            continue
        text = mended
        payload = replace(payload, content=b"\xef\xbb\xbf" + mended.encode())
        applied.append(entry)
    return payload, applied


def apply(
    reading: Reading, entries: Sequence[Correction], *, of_period: bool = False
) -> tuple[Reading, list[Correction]]:
    """The reading with figures corrected. ReadError `correction_outdated` if they are not what an entry expects.

    `of_period`: an entry that names a period is for the figures of that period alone, of the many that a file holds.
    """
    rows = reading.observations
    for entry in entries:
        chosen = pl.all_horizontal(pl.col(name) == value for name, value in entry.details["where"].items())
        if of_period and entry.period:
            chosen &= pl.col("period_end") == period_end(entry.period)
        found = rows.filter(chosen)["value"]
        _refuse_surprise(entry, found)
        if entry.action == "scale":
            factor = float(entry.details["factor"])
            change = {"value": pl.col("value") * factor, "precision": pl.col("precision") * factor}
        elif entry.action == "flag":
            change = {"obs_status": pl.lit(str(entry.details["status"]))}
        else:
            change = {"value": pl.lit(float(entry.details["value"]))}
        rows = rows.with_columns(pl.when(chosen).then(new).otherwise(name).alias(name) for name, new in change.items())
    return replace(reading, observations=rows), list(entries)


def _refuse_surprise(entry: Correction, found: pl.Series) -> None:
    expect, values = entry.expect, [float(value) for value in found]
    wrong = (
        not values
        or ("value" in expect and any(abs(x - float(expect["value"])) > 1e-9 * abs(x) for x in values))
        or ("max" in expect and max(values) > float(expect["max"]))
        or ("min" in expect and min(values) < float(expect["min"]))
    )
    if wrong:
        raise ReadError(
            "correction_outdated",
            expected=f"{dict(expect)} where {dict(entry.details['where'])}",
            got=str(values[:5]),
            where=f"correction {entry.id}",
            hint="The publisher has changed the figure: take the entry out of warehouse/corrections.yml, or mend it.",
        )
