"""Official exchange rates of the rouble: what the daily page, the dynamics and the Excel export share.

A rate carries its effective date; it was set on the working day before, about 18:00 Moscow time. The Saturday rate
holds through Monday, so a gap in the dates is no gap in the series.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import polars as pl

from transforms import yaml_file
from transforms.banking import xml
from transforms.model import Payload, ReadError, Reading, Release, SetAside, observations

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


@cache
def _directory() -> dict[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


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


@lru_cache(maxsize=4)
def _root(content: bytes) -> Element | None:
    if b"<ValCurs" not in content[:400]:
        return None
    try:
        return xml.root(Payload(content), "ValCurs")
    except ReadError:
        return None


def recognise_root(payload: Payload) -> str:
    """Tag of the first rate (Valute: daily, Record: dynamics); for a broken document, of the first that shows."""
    if b"<ValCurs" not in payload.content[:400]:
        return ""
    element = _root(payload.content)
    if element is not None and len(element):
        return element[0].tag
    head = payload.content[:4000]
    if b"<Valute" in head or (b" Date=" in head and b"DateRange1" not in head):
        return "Valute"
    return "Record" if b"DateRange1" in head else ""


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


def reading_of(
    product: str, table: pl.DataFrame, period: str, *, title: str, payload: Payload, aside: Sequence[SetAside] = ()
) -> Reading:
    """Table with `rate` (RUB for one unit), `printed` (RUB for the nominal) and half of the last place."""
    if table.is_empty():
        raise ReadError("empty", expected="at least one rate", got="none", where=payload.name,
                        hint="The range may lie before the first rate or in the future.")  # fmt: skip
    _refuse_jumps(table, payload.name)
    one = table["rate"].to_list()
    nominals, decimals = table["nominal"].to_list(), table["decimals"].to_list()
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
    release = Release(product, period, title=title, language="en" if title.isascii() else "ru", currency="RUB")
    return Reading(release, tidy.sort("period_end", "currency"), made, set_aside=aside)
