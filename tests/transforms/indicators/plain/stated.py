"""Figures that somebody stated, and what is made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.transforms.indicators.plain.past import Cell, Past, month_end, month_number
from tests.transforms.indicators.plain.prices import in_force
from transforms.indicators import stated
from transforms.indicators.stated import last_day
from transforms.periods import span

BOOK = yaml.safe_load(Path(stated.__file__).with_suffix(".yaml").read_text("utf-8"))
BAD = ("bad_loans_90d", "problem_loans", "overdue_90d")
Figure = dict[str, Any]


def _figures(past: Past, **wanted: str | tuple[str, ...]) -> list[Figure]:
    """Stated figures that count, in the order of their publication; what repeats the last word left out."""
    found, last = [], {}
    rows = [r for r in past.tables["reported_figure"] if re.fullmatch(r"\d{4}-\d\d-\d\d", r["published_date"] or "")]
    for row in sorted(rows, key=lambda r: r["published_date"]):
        definition = row["definition"] or "_"
        end, unit = last_day(row["as_of"] or "", definition, row["indicator"]), BOOK["units"].get(row["unit"])
        counted = not row["originator"] or re.search(BOOK["originators"].get(definition, ""), row["originator"])
        if row["segment"] not in BOOK["segments"] or not unit or not end or row["value"] is None:
            continue
        if definition == "PRESS" or not counted:
            continue
        figure = {"product_code": BOOK["segments"][row["segment"]], "definition": definition, "unit": unit[0],
                  "measure": row["indicator"], "end": end, "value": row["value"] * unit[1], "as_of": row["as_of"],
                  "day": date.fromisoformat(row["published_date"]), "ref_area": "RUS", "basis": "stock"}  # fmt: skip
        of_a_day = bool(re.fullmatch(r"\d{4}-\d\d-\d\d", row["as_of"]))
        key = (*(figure[n] for n in ("measure", "product_code", "definition", "unit", "end")), of_a_day)
        if key not in last or abs(last[key] - figure["value"]) > 1e-9 * abs(last[key]):
            found.append(figure)
        last[key] = figure["value"]
    return [
        f
        for f in found
        if f["day"] <= past.day and all(f[n] == v if isinstance(v, str) else f[n] in v for n, v in wanted.items())
    ]


def stated_as_is(measures: tuple[str, ...], unit: str) -> Callable[[Past], Iterator[Cell]]:
    def passed(past: Past) -> Iterator[Cell]:
        for figure in _figures(past, measure=measures, unit=unit):
            yield figure, figure["end"], figure["value"]

    return passed


def reported_restructured_cumulative(past: Past) -> Iterator[Cell]:
    told = set()
    for figure in _figures(past, measure="restructured", definition="RESTRUCTURED_STOCK", unit="RUB"):
        if (cell := (figure["product_code"], figure["end"], figure["day"])) not in told:  # the first of a day
            yield figure, figure["end"], figure["value"]
        told.add(cell)


def _since_january(past: Past) -> dict[tuple[str, int, int], tuple[float, date, Figure]]:
    """The newest word on each part; of two ways to a month the one that was first known first."""
    sums: dict[tuple[str, int, int], tuple[float, date, Figure]] = {}
    newest: dict[tuple[str, str], Figure] = {}
    for figure in _figures(past, measure="restructured", definition="RESTRUCTURED_FLOW", unit="RUB"):
        key = (figure["product_code"], figure["as_of"])
        newest[key] = figure | {"day": newest[key]["day"] if key in newest else figure["day"]}
    for part in sorted(newest.values(), key=lambda f: (f["end"], f["day"])):
        period, year = span(part["as_of"]), part["end"].year
        if not period or period[0].year != year:
            continue
        before = sums.get((part["product_code"], year, period[0].month - 1))
        if period[0].month > 1 and not before:
            continue
        value, day = (before[0], max(before[1], part["day"])) if before else (0.0, part["day"])
        key = (part["product_code"], year, part["end"].month)
        if key not in sums or day < sums[key][1]:
            sums[key] = (value + part["value"], day, part)
    return sums


def reported_restructured_ytd(past: Past) -> Iterator[Cell]:
    for (_, year, month), (value, _, part) in _since_january(past).items():
        yield part | {"basis": "ytd"}, month_end(year * 12 + month - 1), value


def _newest(figures: list[Figure]) -> dict[tuple[str, str, int], Figure]:
    return {(f["product_code"], f["definition"], month_number(f["end"])): f for f in figures}


def _increases(past: Past, *, whole: bool) -> dict[tuple[str, str, int], Figure]:
    rows = _figures(past, measure="bad_loans_increase", unit="RUB")
    return _newest([f for f in rows if bool(re.fullmatch(r"\d{4}", f["as_of"])) is whole])


def reported_bad_loans_stock_multiple(past: Past) -> Iterator[Cell]:
    running = _increases(past, whole=False)
    for key, stock in _newest(_figures(past, measure="bad_loans_90d", unit="RUB")).items():
        if key in running:
            yield stock, stock["end"], stock["value"] / (stock["value"] - running[key]["value"])


def reported_bad_loans_increment_multiple(past: Past) -> Iterator[Cell]:
    whole = _increases(past, whole=True)
    for (product, definition, month), rise in _increases(past, whole=False).items():
        before = whole.get((product, definition, month - month % 12 - 1))
        if before and before["value"] > 0:
            yield rise, rise["end"], rise["value"] / before["value"]


def reported_crisis_criterion_gap(past: Past) -> Iterator[Cell]:
    rows = _figures(past, measure="problem_share", product_code="ALL", definition="PROBLEM_CMASF", unit="percent")
    for figure in rows:
        yield figure, figure["end"], figure["value"] - 10


def _dollars(day: str) -> Callable[[Past], Iterator[Cell]]:
    def converted(past: Past) -> Iterator[Cell]:
        told: dict[tuple[str, str, date], tuple[Figure, float | None]] = {}
        for figure in _figures(past, measure=BAD, unit="RUB"):
            rate = in_force(past, figure[day], dataset="fx_rate", product_code="USD", unit="RUB")
            cell = (figure["product_code"], figure["definition"], figure["end"])
            told[cell] = figure, figure["value"] / rate if rate is not None else None
        yield from ((figure, figure["end"], value) for figure, value in told.values())

    return converted


reported_bad_loans_usd_at_period_end = _dollars("end")
reported_bad_loans_usd_at_publication = _dollars("day")


def _story(past: Past, item: str) -> float | None:
    for row in past.tables["story_evidence"]:
        if row["item"] == item and (match := re.search(r"([\d.]+) (bn|trn)", row["figure"])):
            return round(float(match[1]) * (1e9 if match[2] == "bn" else 1e12))
    return None


def reported_implied_usd_rate(past: Past) -> Iterator[Cell]:
    named, converted = _story(past, "bad_household_loans_rub"), _story(past, "bad_household_loans_usd")
    in_roubles = _figures(past, measure=BAD, unit="RUB")
    roubles, dollars = _newest(in_roubles), _newest(_figures(past, measure=BAD, unit="USD"))
    found: dict[Any, tuple[date, Figure, float]] = {}
    for figure in in_roubles:
        key = (figure["product_code"], figure["definition"], month_number(figure["end"]))
        of_story = key[:2] == ("HOUSEHOLD", "BUREAU_DPD90") and figure["value"] == named and converted
        if of_story and key not in found:
            found[key] = figure["day"], figure, figure["value"] / converted
    for key in roubles.keys() & dollars.keys():
        day = max(roubles[key]["day"], dollars[key]["day"])
        if key not in found or day >= found[key][0]:
            found[key] = day, roubles[key], roubles[key]["value"] / dollars[key]["value"]
    for _, figure, value in found.values():
        yield figure, figure["end"], value


def _stocks(past: Past) -> dict[str, dict[int, float]]:
    """Household loans by how a share of them is called."""
    table = past.of(dataset="household_loans", measure="debt", definition="RESIDENTS_EXCL_ACQUIRED", product_code="HOUSEHOLD",
                    ref_area="RUS", currency="ALL", adjustment="N")  # fmt: skip
    bureau = _figures(past, measure="borrowers_debt", product_code="HOUSEHOLD", unit="RUB")
    return {
        "OF_RESIDENTS": {m: track[-1].value for _, months in table for m, track in months.items()},
        "OF_BUREAU_BORROWERS": {month_number(f["end"]): f["value"] for f in bureau},
    }


def restructured_share(past: Past) -> Iterator[Cell]:
    for named, end, amount in reported_restructured_cumulative(past):
        for name, stock in _stocks(past).items():
            month = month_number(end)
            at = max((m for m in stock if month - 12 <= m <= month), default=None)
            if at is not None and named["product_code"] == "HOUSEHOLD" and amount is not None:
                yield named | {"definition": f"{named['definition']}_{name}"}, end, 100 * amount / stock[at]


def restructured_share_ytd(past: Past) -> Iterator[Cell]:
    stock = _stocks(past)["OF_RESIDENTS"]
    for named, end, amount in reported_restructured_ytd(past):
        base = stock.get(end.year * 12 - 1)
        if base and named["product_code"] == "HOUSEHOLD" and amount is not None:
            yield named | {"definition": f"{named['definition']}_OF_RESIDENTS"}, end, 100 * amount / base
