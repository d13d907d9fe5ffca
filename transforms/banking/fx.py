"""Official exchange rates of the rouble: pages of a day, dynamics of a currency, the Excel export, SOAP (fx_forms.py).

A rate carries its effective date; it was set on the working day before, about 18:00 Moscow time. The Saturday rate
holds through Monday, so a gap in the dates is no gap in the series. Table: one row a currency and day; `rate` in RUB
for one unit, `nominal` and `printed` (RUB for the nominal) as published, half of the last place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Literal

import polars as pl

from transforms import layout as base
from transforms import yaml_file
from transforms.banking.doubts import Doubts
from transforms.model import Payload, ReadError, Reading, Release, observations

_directory = partial(yaml_file.beside, __file__)

REDENOMINATION = date(1998, 1, 1)
"""A thousand old roubles (RUR) became one new rouble (RUB): earlier rates are series of their own."""


Rate = tuple[date, str, int, Decimal, int, str]
"""A row of FX_TABLE: day, currency, nominal, roubles for one unit, decimals printed, name."""
FX_TABLE = {
    "period_end": pl.Date, "currency": pl.String, "nominal": pl.Int64, "rate": pl.Object, "decimals": pl.Int64,
    "name": pl.String,
}  # fmt: skip


JUMP = 3
"""Between the widest day of the dollar (1.39-fold, 12 October 1994) and the tenfold of a wrong nominal."""
NEIGHBOURS = timedelta(days=14)  # the New Year's holidays are the longest time without a rate
NAME = re.compile(r"[^\W\d_]([^\W\d_]|[ .()'’-])*")
"""Letters and what stands between them, the first a capital: neither digits and brackets nor another code page."""


def currency(identity: str, where: str) -> str:
    """ISO 4217 code of one of the bank's own ids. Raises ReadError `unknown_currency`."""
    entry = _directory()["currencies"].get(identity)
    if entry is None:
        raise ReadError("unknown_currency", expected="an id of the bank's directory", got=repr(identity), where=where,
                        hint="Add it to fx.yaml.")  # fmt: skip
    return str(entry[1])


def check_identity(day: date, where: str, *, number: str, code: str, identity: str | None = None) -> None:
    """Raise ReadError `unknown_currency` if the codes of a rate are those of two currencies, or no codes at all.

    A currency of which the directory knows nothing passes: the bank adds one now and then.
    """
    if len(code) != 3 or not (code.isascii() and code.isupper()):
        raise ReadError("unknown_currency", expected="an ISO 4217 letter code", got=repr(code), where=where)
    for known, (digits, letters) in _directory()["currencies"].items() if day >= _directory()["since"] else ():
        same = [number.zfill(3) == digits, code == letters] + ([identity == known] if identity else [])
        if any(same) and not all(same):
            raise ReadError("unknown_currency", expected=f"{known}, {digits} and {letters} together",
                            got=f"{identity or ''} {number} {code}".strip(), where=where)  # fmt: skip


def currency_name(printed: str, where: str) -> str:
    if not NAME.fullmatch(printed) or printed[0].islower():
        raise ReadError("unknown_currency", expected="the name of a currency", got=repr(printed), where=where)
    return printed


def _refuse_jumps(table: pl.DataFrame, where: str) -> None:
    """Raise ReadError `nominal_mismatch` if a currency's rate leaps from one day to the next as by a wrong nominal."""
    last: dict[str, tuple[date, Decimal]] = {}
    for day, code, rate in sorted(table.select("period_end", "currency", "rate").iter_rows(), key=lambda row: row[:2]):
        before, was = last.get(code, (day, rate))
        old_rouble = before < REDENOMINATION <= day
        if not old_rouble and day - before <= NEIGHBOURS and not 1 / Decimal(JUMP) < rate / was < JUMP:
            raise ReadError("nominal_mismatch", expected=f"a rate of {code} near {was} ({before})", got=str(rate),
                            where=f"{where} {day}", hint="A nominal or a decimal sign may be wrong.")  # fmt: skip
        last[code] = (day, rate)


class Layout(base.Layout):
    form: Literal["daily", "dynamic", "export", "soap"]
    currency_names: dict[str, str] = {}  # as the form prints them -> ISO 4217


@dataclass(frozen=True)
class Quote:
    """A rate that a form prints, not judged yet."""

    about: str  # what is set aside where it cannot be read: a currency, a day
    rate: Callable[[Sequence[Rate]], Rate]  # makes it, given those before it; raises ReadError
    only: Sequence[str] = ()  # the reasons that concern it alone; all others concern the whole


@dataclass(frozen=True)
class Quotes:
    quotes: Sequence[Quote]
    day: date | None = None  # of the release; None: the last of its rates
    title: str = ""  # as the form prints it


def recognise(payload: Payload, layout: Layout) -> bool:
    from transforms.banking import fx_forms

    return fx_forms.RECOGNISE[layout.form](payload)


def read(payload: Payload, layout: Layout) -> Reading:
    """Every rate. Raises ReadError with its place: truncated, bad_period, unknown_currency, empty ..."""
    from transforms.banking import fx_forms

    found = fx_forms.QUOTES[layout.form](payload, layout.currency_names)
    rows, doubts = list[Rate](), Doubts[str]()
    for quote in found.quotes:
        with doubts.about(quote.about, *quote.only):
            rows.append(quote.rate(rows))
    seen = Counter(row[:2] for row in rows)
    if twice := [f"{code} {day}" for (day, code), times in seen.items() if times > 1]:
        raise ReadError("duplicate_row", expected="one rate for each currency and day", got=f"two of {twice[0]}",
                        where=payload.name)  # fmt: skip
    aside = doubts.within(len(found.quotes))
    day = found.day or max((row[0] for row in rows), default=date.min)
    if not rows:
        raise ReadError("empty", expected="at least one rate", got="none", where=payload.name,
                        hint="The range may lie before the first rate or in the future.")  # fmt: skip
    table = pl.DataFrame(rows, schema=FX_TABLE, orient="row")
    _refuse_jumps(table, payload.name)
    nominals, decimals, one = (table[name].to_list() for name in ("nominal", "decimals", "rate"))
    half = [float(Decimal(5).scaleb(-d - 1) / n) for d, n in zip(decimals, nominals, strict=True)]
    tidy = table.drop("rate", "decimals").with_columns(
        rate=pl.Series([float(rate) for rate in one], dtype=pl.Float64),
        printed=pl.Series([float(rate * n) for rate, n in zip(one, nominals, strict=True)], dtype=pl.Float64),
        precision=pl.Series(half, dtype=pl.Float64),
    )
    rouble = pl.when(pl.col("period_end") < REDENOMINATION).then(pl.lit("RUR")).otherwise(pl.lit("RUB"))
    frame = tidy.select(
        "period_end", "precision", product_code="currency", value="rate", native_title="name", currency=rouble,
        unit=rouble,
    )  # fmt: skip
    made = observations(frame, dataset="fx_rate", ref_area="RUS", measure="official_rate", basis="rate", freq="D")
    title = found.title or layout.title
    release = Release(layout.product, f"{day:%Y-%m-%d}", title=title, language="en" if title.isascii() else "ru",
                      currency="RUB")  # fmt: skip
    return Reading(release, tidy.sort("period_end", "currency"), made, set_aside=aside)
