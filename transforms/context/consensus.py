"""Forecasts as a user keeps them: a plain CSV whose columns are these, in any order.

indicator (exports_yoy, imports_yoy, trade_balance, cpi_yoy, cpi_mom, ppi_yoy), currency (USD or CNY for trade, else
empty), period (2026-07), covers (month, or ytd for January-February), surveyor, forecast, unit (percent, USD billion,
RMB billion, or a currency), forecast_seen_at (ISO with its zone: when the forecast was seen), release_at (ISO with
its zone: when the release is due); optional previous, source and note. Days in another order than year-month-day are
refused. A forecast that was seen after its release is set aside. Rows go to consensus_forecast.
"""

from __future__ import annotations

import re
from datetime import UTC
from decimal import Decimal

from transforms.context import answers, forecasts
from transforms.context.forecasts import Found
from transforms.context.points import layout
from transforms.model import Payload, ReadError, Reading
from transforms.units import Unit, parse_number, parse_unit

PRODUCT, SOURCE, EXTENSION = "inbox.consensus", "inbox", "csv"
SUITE = "forecasts"
NEEDED = {"indicator", "currency", "period", "covers", "surveyor", "forecast", "unit", "forecast_seen_at", "release_at"}
OPTIONAL = {"previous", "source", "note"}


def recognise(payload: Payload) -> bool:
    return set(answers.header(payload)) >= NEEDED


def read(payload: Payload) -> Reading:
    """Every forecast from before its release. Raises ReadError `leftover_column`, `no_forecasts`."""
    if other := set(answers.header(payload)) - NEEDED - OPTIONAL:
        raise ReadError(
            "leftover_column", expected=", ".join(sorted(NEEDED | OPTIONAL)), got=str(sorted(other)), where=payload.name
        )
    found, days = Found(), []
    for where, row in answers.rows(payload):
        try:
            made = _row(row, where)
        except ReadError as error:
            label = f"{row['indicator']} {row['period']} {row['surveyor']}"
            found.set_aside.append(error.aside(label, where))
            continue
        found.rows.append(made)
        days.append(made["forecast_seen_at"] or "")
    seen = forecasts.moment(max(days), payload.name).date() if days else None
    return (
        forecasts.records_of(PRODUCT, found, seen, payload, "Consensus forecasts") if seen else _nothing(found, payload)
    )


def _nothing(found: Found, payload: Payload) -> Reading:
    from datetime import date

    return forecasts.records_of(PRODUCT, found, date.min, payload, "Consensus forecasts")


def _row(row: dict[str, str], where: str) -> dict[str, str | None]:
    seen, due = (forecasts.moment(row[name].strip(), where) for name in ("forecast_seen_at", "release_at"))
    if seen >= due:
        raise ReadError(
            "after_release",
            expected=f"a forecast seen before the release of {row['release_at']}",
            got=row["forecast_seen_at"],
            where=where,
        )
    for name, known in (("indicator", layout("forecasts")["indicators"]), ("covers", ("month", "ytd"))):
        if row[name] not in known:
            raise ReadError(
                "unknown_code", expected=f"{name} one of {', '.join(known)}", got=repr(row[name]), where=where
            )
    trade = row["indicator"] in forecasts.TRADE
    if row["currency"] not in (("USD", "CNY") if trade else ("",)):
        raise ReadError(
            "unknown_code", expected="USD or CNY for trade, nothing for prices", got=repr(row["currency"]), where=where
        )
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", row["period"]):
        raise ReadError("bad_period", expected="a month such as 2026-07", got=repr(row["period"]), where=where)
    unit = Unit("percent") if row["unit"] in ("percent", "%") else parse_unit(row["unit"], where)
    if unit.base != ("percent" if row["indicator"] != "trade_balance" else row["currency"]):
        raise ReadError(
            "unknown_unit", expected="percent for growth, the currency for a balance", got=row["unit"], where=where
        )
    forecast, previous = (parse_number(row.get(name), where) for name in ("forecast", "previous"))
    if forecast is None or not row["surveyor"].strip():
        raise ReadError(
            "not_a_number", expected="a forecast and who collected it", got=repr(row["forecast"]), where=where
        )
    return {
        "indicator": row["indicator"],
        "currency": row["currency"] or None,
        "period": row["period"],
        "covers": row["covers"],
        "surveyor": row["surveyor"].strip(),
        "forecast": _base(forecast, unit),
        "unit": unit.base,
        "forecast_seen_at": f"{seen.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
        "release_date": f"{due.astimezone(forecasts.BEIJING):%Y-%m-%d}",
        "actual": None,
        "previous": _base(previous, unit),
        "source": row.get("source") or None,
        "note": row.get("note") or None,
    }


def _base(number: Decimal | None, unit: Unit) -> str | None:
    return None if number is None else f"{number * unit.factor:f}"
