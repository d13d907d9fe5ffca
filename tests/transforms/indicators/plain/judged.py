"""What is known of words rather than of rows: loans at risk, releases of the calendar, nowcasts, early warning."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta

from tests.transforms.indicators.plain.banks import LOANS
from tests.transforms.indicators.plain.past import Cell, Past, month_end, month_number
from tests.transforms.indicators.plain.rows import Past as Rows
from tests.transforms.indicators.plain.stated import _figures
from transforms.indicators import nowcast as model
from transforms.indicators.crisis_sample import crises
from transforms.indicators.fits import Fits
from transforms.periods import period_end

FITS = Fits()


def loan_growth_fx_adjusted(past: Past) -> Iterator[Cell]:
    dollars = {r["period_end"]: r["value"] for r in past.rows_of("fx_rate") if r["product_code"] == "USD"}

    def rate(end: date) -> float | None:
        return next((dollars[d] for n in range(4) if (d := end - timedelta(days=n)) in dollars), None)

    for named, rub in past.of(dataset=LOANS, measure="debt", basis="stock", unit="RUB", ref_area="RUS", adjustment="N",
                              currency="RUB"):  # fmt: skip
        fx = past.one(named, currency="FX")
        for m in rub.keys() & fx.keys():
            now, then = rate(month_end(m)), rate(month_end(m - 12))
            if m - 12 in rub and m - 12 in fx and now and then:
                new = rub[m][-1].value + fx[m][-1].value * then / now
                old = rub[m - 12][-1].value + fx[m - 12][-1].value
                if old > 0:
                    yield named | {"currency": "ALL"}, month_end(m), 100 * (new / old - 1)


def _at_risk(past: Past) -> Iterator[tuple[dict[str, str], date, float, float]]:
    eased: dict[str, dict[int, float]] = {}
    for figure in _figures(past, measure="restructured_share", definition="RESTRUCTURED_STOCK", unit="percent"):
        eased.setdefault(figure["product_code"], {})[month_number(figure["end"])] = figure["value"]
    for figure in _figures(past, measure="problem_share", unit="percent"):
        month = month_number(figure["end"])
        known = [m for m in eased.get(figure["product_code"], {}) if 0 <= month - m <= 6]
        if known:
            yield figure, figure["end"], figure["value"], eased[figure["product_code"]][max(known)]


def loans_at_risk_least(past: Past) -> Iterator[Cell]:
    for named, end, problem, restructured in _at_risk(past):
        yield _keys(named), end, max(problem, restructured)


def loans_at_risk_most(past: Past) -> Iterator[Cell]:
    for named, end, problem, restructured in _at_risk(past):
        yield _keys(named), end, min(100.0, problem + restructured)


def _keys(named: dict[str, str]) -> dict[str, str]:
    none = dict.fromkeys(("counterpart_area", "flow", "currency", "adjustment", "freq"), "_")
    return none | {"freq": "M", "adjustment": "N"} | named


def release_punctuality_days(past: Past) -> Iterator[Cell]:
    planned: dict[date, date] = {}
    for row in past.tables["consensus_forecast"]:
        if row["indicator"] in ("exports_yoy", "imports_yoy", "trade_balance") and row["release_date"]:
            end, day = period_end(row["period"]), date.fromisoformat(str(row["release_date"]))
            planned[end] = min(day, planned.get(end, day))
    first: dict[date, date] = {}
    for row in past.rows_of("trade_total"):
        own = row["counterpart_area"] == "WORLD" and row["basis"] in ("month", "ytd")
        own = own and row["measure"] in ("growth_yoy", "value") and row["vintage_kind"] == "observed"
        end, day = row["period_end"], row["vintage_date"]
        if own and 0 <= (day - end).days <= 100:
            first[end] = min(day, first.get(end, day))
    for end in first.keys() & planned.keys():
        if planned[end] <= past.day:
            yield {"ref_area": "CHN", "product_code": "trade_total"}, end, float((first[end] - planned[end]).days)


SOURCES = {
    "ppi": {"dataset": "price_index", "ref_area": "CHN", "product_code": "PPI", "measure": "growth_yoy"},
    "us_imports": {"dataset": "mirror_trade", "ref_area": "USA", "counterpart_area": "CHN", "flow": "import",
                   "product_code": "TOTAL", "measure": "value", "definition": "GENERAL_IMPORTS", "basis": "month",
                   "currency": "USD"},
    "reer": {"dataset": "effective_exchange_rate", "ref_area": "CHN", "product_code": "REER_BROAD", "measure": "index"},
    "exchange_rate": {"dataset": "exchange_rate", "measure": "market_rate", "definition": "FED_MONTHLY_AVERAGE",
                      "product_code": "USD"},
    "export": {"dataset": "trade_total", "measure": "growth_yoy", "counterpart_area": "WORLD", "basis": "month",
               "currency": "USD", "flow": "export"},
    "import": {"dataset": "trade_total", "measure": "growth_yoy", "counterpart_area": "WORLD", "basis": "month",
               "currency": "USD", "flow": "import"},
}  # fmt: skip


def _panel(past: Past, day: date) -> tuple[dict[str, dict[int, float]], list[date]]:
    """Inputs known on a day, and the days up to it on which one changed."""
    panel: dict[str, dict[int, float]] = {name: {} for name in model.INPUTS}
    days = set()
    for name, wanted in SOURCES.items():
        for row in past.rows_of(wanted["dataset"]):
            if row["change"] == "repeated" or row["vintage_date"] > day:
                continue
            if all(row[key] == value for key, value in wanted.items()):
                panel[name][month_number(row["period_end"])] = row["value"]
                days.add(row["vintage_date"])
    return panel, sorted(days)


def trade_nowcast(past: Past) -> Iterator[Cell]:
    """The panel by loops; estimation and filter are those of statsmodels (a filter of plain algebra: test of the module)."""
    panel, days = _panel(past, past.day)
    if not days or len(panel["export"]) < 60 or len(panel["import"]) < 60:
        return
    shape = [name for name, known in panel.items() if len(known) >= 60]
    first = next(d for d in days if d.year == days[-1].year
                 and [n for n, known in _panel(past, d)[0].items() if len(known) >= 60] == shape)  # fmt: skip
    parameters = model.estimated(_panel(past, first)[0], FITS)
    month = max(panel["export"]) + 1
    for flow, value in model.predicted(panel, month, parameters, FITS).items():
        yield {"flow": flow}, month_end(month), value


def _stored(past: Past, indicator: str) -> list[dict[str, object]]:
    return [row for row in past.tables.get(indicator, []) if row["vintage_date"] <= past.day]


def trade_nowcast_news(past: Past) -> Iterator[Cell]:
    """News are sums of differences of nowcasts: that they add up is held by the test of the module."""
    for row in _stored(past, "trade_nowcast_news"):
        yield {"flow": row["flow"], "definition": row["definition"]}, row["period_end"], row["value"]  # type: ignore[misc]


def _errors(past: Past) -> Iterator[tuple[str, date, date, float, float]]:
    """First prints with a nowcast of a day before: flow, period, day, error of the nowcast, of the last known growth."""
    told = [row for row in _stored(past, "trade_nowcast") if row["value"] is not None]
    rows = Rows(past.rows, past.day)
    for flow in ("export", "import"):
        series = [m for n, m in rows.of(**SOURCES[flow]) if n["unit"] == "percent"]
        for months in series:
            for m, row in months.items():
                day = row["told"][0]["vintage_date"]
                guesses = [
                    t
                    for t in told
                    if t["flow"] == flow and t["period_end"] == row["period_end"] and t["vintage_date"] < day
                ]  # type: ignore[operator]
                before = [n for n, r in months.items() if n < m and r["told"][0]["vintage_date"] < day]
                if guesses and before:
                    last = [t["value"] for t in months[max(before)]["told"] if t["vintage_date"] < day][-1]
                    guess = max(guesses, key=lambda t: t["vintage_date"])["value"]  # type: ignore[arg-type, return-value]
                    first = row["told"][0]["value"]
                    yield flow, row["period_end"], day, first - guess, first - last  # type: ignore[operator]


def trade_nowcast_error(past: Past) -> Iterator[Cell]:
    for flow, end, _, error, _ in _errors(past):
        yield {"flow": flow}, end, error


def trade_nowcast_against_naive(past: Past) -> Iterator[Cell]:
    for flow in ("export", "import"):
        own = sorted((day, end, model_, naive) for f, end, day, model_, naive in _errors(past) if f == flow)
        for count in range(6, len(own) + 1):
            above, below = (sum(row[i] ** 2 for row in own[:count]) for i in (2, 3))
            yield {"flow": flow}, own[count - 1][1], math.sqrt(above / below)


Quarters = list[tuple[str, date, float]]


def _signals(past: Past) -> dict[str, Quarters]:
    """Published gaps and debt service of each country and quarter."""
    wanted = {"CREDIT_GAP_BIS": {"dataset": "credit_gap", "measure": "credit_to_gdp_gap"},
              "DEBT_SERVICE": {"dataset": "debt_service_ratio"}}  # fmt: skip
    return {name: [(n["ref_area"], month_end(m), track[-1].value) for n, months in past.of(**of) for m, track in months.items()]
            for name, of in wanted.items()}  # fmt: skip


def _told(cells: Quarters) -> tuple[list[float], list[float], int]:
    """Signals before crises, in calm, and the number of crises told."""
    newest = max((end.year * 4 + (end.month - 1) // 3 for _, end, _ in cells), default=0)
    before, calm, told = [], [], set()
    for area, end, value in cells:
        quarter = end.year * 4 + (end.month - 1) // 3
        ahead = [year * 4 - quarter for year in crises().get(area, [-9999])]
        if area not in crises() or any(-8 <= a <= 0 for a in ahead):
            continue
        if hits := [a for a in ahead if 4 <= a <= 12]:
            before.append(value)
            told |= {(area, quarter + a) for a in hits}
        elif not any(0 < a < 4 for a in ahead) and quarter <= newest - 12:
            calm.append(value)
    return before, calm, len(told)


def _area(before: list[float], calm: list[float]) -> float:
    return sum((b > c) + 0.5 * (b == c) for b in before for c in calm) / len(before) / len(calm)


def together(signals: dict[str, Quarters]) -> Quarters:
    """Signals that beat chance as one: by rank, weighted by the area above a half."""
    chosen: dict[str, tuple[float, dict[tuple[str, date], float]]] = {}
    for name, cells in signals.items():
        before, calm, told = _told(cells)
        if told >= 5 and calm and (weight := 2 * _area(before, calm) - 1) > 0:
            pool = before + calm
            chosen[name] = (
                weight,
                {(area, end): 100 * sum((p < v) + 0.5 * (p == v) for p in pool) / len(pool) for area, end, v in cells},
            )
    if len(chosen) < 2:
        return []
    both = set.intersection(*(set(ranks) for _, ranks in chosen.values()))
    whole = sum(weight for weight, _ in chosen.values())
    return [(*at, sum(weight * ranks[at] for weight, ranks in chosen.values()) / whole) for at in sorted(both)]


def early_warning_combined(past: Past) -> Iterator[Cell]:
    for area, end, value in together(_signals(past)):
        yield {"ref_area": area}, end, value


def _sample(past: Past) -> Iterator[tuple[str, list[float], list[float], int, date]]:
    """Of each signal and of all as one: signals before crises, in calm, crises told, newest period."""
    signals = _signals(past)
    for signal, cells in (signals | {"COMBINED": together(signals)}).items():
        before, calm, told = _told(cells)
        if told >= 5 and calm:
            yield signal, before, calm, told, max(end for _, end, _ in cells)


def early_warning_auroc(past: Past) -> Iterator[Cell]:
    for signal, before, calm, _, end in _sample(past):
        yield {"product_code": signal}, end, _area(before, calm)


def _best(before: list[float], calm: list[float]) -> tuple[float, float, float]:
    shares = [
        (level, sum(b >= level for b in before) / len(before), sum(c >= level for c in calm) / len(calm))
        for level in before
    ]
    return min(shares, key=lambda row: (-(row[1] - row[2]), row[0]))


def early_warning_threshold(past: Past) -> Iterator[Cell]:
    for signal, before, calm, _, end in _sample(past):
        yield {"product_code": signal}, end, _best(before, calm)[0]


def early_warning_usefulness(past: Past) -> Iterator[Cell]:
    for signal, before, calm, _, end in _sample(past):
        _, hits, alarms = _best(before, calm)
        yield {"product_code": signal}, end, hits - alarms


def early_warning_noise_to_signal(past: Past) -> Iterator[Cell]:
    for signal, before, calm, _, end in _sample(past):
        _, hits, alarms = _best(before, calm)
        yield {"product_code": signal}, end, alarms / hits


def early_warning_crises(past: Past) -> Iterator[Cell]:
    for signal, _, _, count, end in _sample(past):
        yield {"product_code": signal}, end, float(count)
