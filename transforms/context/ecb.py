"""Reference exchange rates of the ECB (dataflow EXR): units of a currency for one euro, daily or averages.

SDMX-JSON (numbers as floats of full length), SDMX-ML or CSV. `prepared` and `validFrom` are the moment of the
request, so the day of fetch dates the values; they are hardly ever revised. Weekends and holidays of TARGET have no
row. Source: data-api.ecb.europa.eu.
"""

from __future__ import annotations

import re

from transforms.context import answers, sdmx
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "ecb.ecb_reference_rates", "ecb", "json"
KEY = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX")
PERIODS = {"D": "DAILY", "M": "MONTHLY", "Q": "QUARTERLY", "A": "ANNUAL", "H": "HALF_YEARLY"}
SUFFIXES = {"A": "AVERAGE", "E": "END"}


def recognise(payload: Payload) -> bool:
    if not sdmx.form(payload):
        return False
    if all(part in answers.header(payload) for part in KEY):
        return True
    return sdmx.sender(payload) == "ECB" and all(f'"{part}"'.encode() in payload.content for part in KEY)


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every rate. A rate against another currency than the euro, or of another kind than spot, is set aside."""
    points = Points()
    for row in sdmx.rows(payload, points):
        if missing := [part for part in KEY if part not in row.facts]:
            raise ReadError("leftover_column", expected=", ".join(KEY), got=f"no {missing[0]}", where=row.where)
        sdmx.refuse_other_dimensions(row, KEY)
        freq, currency, base, kind, suffix = (row.facts[part] for part in KEY)
        key = ".".join((freq, currency, base, kind, suffix))
        if row.number is None:
            continue
        known = re.fullmatch("[A-Z]{3}", currency)
        if not known or base != "EUR" or kind != "SP00" or freq not in PERIODS or suffix not in SUFFIXES:
            points.leave(
                key, "unknown_code", "expected spot rates for one euro (FREQ.CURRENCY.EUR.SP00.A or E)", row.where
            )
            continue
        end, shown = answers.period(row.period, row.where)
        if shown != freq:
            raise ReadError("bad_period", expected=f"periods of frequency {freq}", got=row.period, where=row.where)
        definition = f"ECB_{PERIODS[freq]}_{SUFFIXES[suffix]}" if freq != "D" else "ECB_REFERENCE"
        means = {
            "dataset": "exchange_rate",
            "ref_area": "EURO_AREA",
            "product_code": "EUR",
            "measure": "market_rate",
            "basis": "rate",
            "definition": definition,
            "unit": currency,
            "freq": freq,
        }
        points.found.append(Point(key, end, row.number, means, row.facts.get("TITLE", key)))
    return reading_of(PRODUCT, points, title="Euro reference exchange rates", where=payload.name)
