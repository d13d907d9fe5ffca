"""Loans of Russian banks in the bulletin: shares of bad loans by definition side by side, stocks and their growth."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from transforms.periods import shift_months
from warehouse.bulletin import charts, plot, svg, wording
from warehouse.bulletin.facts import Known, money, percent, period_name, plain
from warehouse.bulletin.lending import INDICATOR
from warehouse.bulletin.model import Chart, Part, Table, by_month

PRODUCTS = {
    "HOUSEHOLD": "households", "UNSECURED": "unsecured consumer loans", "MORTGAGE": "mortgages", "CAR": "car loans",
    "CORPORATE": "companies", "SME": "small and medium firms", "ALL": "all loans", "ENTREPRENEUR": "entrepreneurs",
    "MORTGAGE_SCPA": "mortgages for housing under construction", "NONFINANCIAL": "non-financial companies",
    "FINANCIAL": "financial companies", "SME_ENTREPRENEUR": "entrepreneurs among small firms",
}  # fmt: skip
STALE_MONTHS, OLDEST_MONTHS = 12, 60
WHOLE = {"currency": "ALL", "basis": "stock", "adjustment": "N"}
STOCKS = {
    ("household_loans", "HOUSEHOLD", "RESIDENTS_EXCL_ACQUIRED"): "Household loans",
    ("mortgage", "MORTGAGE", "RESIDENTS_EXCL_ACQUIRED"): "of which mortgages",
    ("mortgage", "MORTGAGE", "RESIDENTS_INCL_ACQUIRED"): "Mortgages with acquired claims",
    ("sme_loans", "SME", "SME_01_13_F"): "Small and medium firms",
    ("loan_portfolio", "CORPORATE", "SECTOR"): "Companies",
    ("loan_portfolio", "ALL", "SECTOR"): "All loans",
}


def definitions(known: Known) -> Table:
    """The newest share of bad loans by definition and product, stated or measured; old ones are marked."""
    title = "Shares of bad loans by definition; different definitions must not be compared"
    table = Table(title, ("Definition", "Of", "Share", "On", "Age"), [])
    meaning = {r["definition"]: r["meaning"] for r in known.records("definition", "definition")}
    choice = INDICATOR | {"measure": ["reported_problem_share", "loan_overdue_ratio"], "currency": ["ALL", "_"]}
    rows = known.rows(choice).group_by("definition", "product_code", maintain_order=True).last()
    newest = pl.col("period_end").max().over("definition")
    explained: set[str] = set()
    for row in rows.sort(newest, "definition", "product_code", descending=[True, False, False]).to_dicts():
        months = wording.months_between(row["period_end"], known.as_of)
        if months > OLDEST_MONTHS:
            continue
        row = known.with_address(row)
        name = row["definition"]
        if name in meaning and name not in explained:
            name = f"{name}: {meaning[name]}"
        explained.add(row["definition"])
        age = wording.count(months, "month")
        table.rows.append((name, PRODUCTS.get(row["product_code"], row["product_code"]),
                           percent(row), period_name(row) if row["said"] else str(row["period_end"]),
                           f"old: {age}" if months > STALE_MONTHS else age))  # fmt: skip
    return table


def stocks(known: Known) -> Table:
    """The newest stock of loans by borrower and its growth; growth across a break of the definition is marked."""
    title = "Stocks of loans, roubles and foreign currency, and their growth on a year earlier"
    table = Table(
        title,
        ("Loans", "Amount", "On", "Growth", "Age"),
        [],
        "Household loans and mortgages: of residents, without acquired claims unless said.",
    )
    for (dataset, product, definition), label in STOCKS.items():
        same = {"ref_area": "RUS", "product_code": product, "definition": definition} | WHOLE
        debt = known.row(same | {"dataset": dataset, "measure": "debt"})
        months = wording.months_between(debt["period_end"], known.as_of) if debt else OLDEST_MONTHS + 1
        if debt is None or months > OLDEST_MONTHS:
            continue
        growth = known.row(same | {"dataset": "indicator", "measure": "loan_growth"}, debt["period_end"])
        age = wording.count(months, "month")
        table.rows.append((label, money(debt), str(debt["period_end"]), percent(growth, sign=True) if growth else "–",
                           f"old: {age}" if months > STALE_MONTHS else age))  # fmt: skip
    return table


MEASURED = {
    ("RAS_OVERDUE_RESIDENTS", "HOUSEHOLD"): "Households, missed payments",
    ("RAS_OVERDUE_RESIDENTS", "MORTGAGE"): "Mortgages, missed payments",
    ("RAS_OVERDUE", "NONFINANCIAL"): "Companies, missed payments",
    ("DPD90", "HOUSEHOLD"): "Households, over 90 days",
}
STATED = {
    ("PROBLEM_IV_V", "UNSECURED"): "Unsecured, categories IV-V",
    ("PROBLEM_IV_V", "CORPORATE"): "Companies, categories IV-V",
}
BAD_YEARS = 12


def bad_chart(known: Known) -> Chart | None:
    """Shares of bad loans over time, a line a definition and product; stated ones as rings."""
    start = shift_months(known.as_of, -12 * BAD_YEARS)
    shown: list[plot.Series] = []
    points = []
    for i, ((definition, product), name) in enumerate((MEASURED | STATED).items()):
        stated_here = (definition, product) in STATED
        measure = "reported_problem_share" if stated_here else "loan_overdue_ratio"
        choice: dict[str, str | list[str]] = {**INDICATOR, "measure": measure, "currency": ["ALL", "_"]}
        choice |= {"definition": definition, "product_code": product}
        rows = known.rows(choice).filter(pl.col("period_end") >= start)
        rows = rows.unique(["period_end"], keep="last", maintain_order=True)
        if not rows.height:
            continue
        line = charts.series(rows.to_dicts(), name, i, lambda v: f"{wording.number(v, 1)} %", months=3)
        shown.append(replace(line, loose=stated_here))
        for r in rows.to_dicts():
            if stated_here or r["period_end"].month % 3 == 0:
                share = percent(known.with_address(r)) if stated_here else plain(r, 2)
                points.append({"month": r["period_end"], "of": name, "fact": share})
    if not shown:
        return None
    title = "Shares of bad loans by definition, percent of the loans"
    ends = [f"{s.name} {s.last} in {wording.month(s.points[-1].day)}" for s in shown]
    alt = f"Lines, and rings for stated shares; the last values are {wording.listed(ends)}."
    note = (
        "Different definitions must not be compared. Rings: stated in reviews; lines: measured, to the end of a table."
    )
    table = by_month(title, points, "of", "Quarter ends of measured shares; all stated ones.")
    return charts.chart(
        "bad-loans", title, alt, lambda width: svg.lines(shown, "%", width, 240, zero=True), table, note
    )


def restructured_chart(known: Known) -> Chart | None:
    """Restructured loans since January as the Bank of Russia's bulletins state them, by year and part of it."""
    rows = known.rows(INDICATOR | {"measure": "reported_restructured_ytd", "product_code": "HOUSEHOLD"}).to_dicts()
    if len(rows) < 2:  # one bar compares with nothing; the sentence says it
        return None
    title = "Household loans restructured since January, RUB billion"
    bars = [
        svg.Bar(wording.since_january(r["period_end"]), r["value"] / 1e9, f"{r['value'] / 1e9:,.0f}", 0) for r in rows
    ]
    cells: list[tuple[Part, ...]] = [(wording.since_january(r["period_end"]), money(r)) for r in rows]
    alt = "Bars: " + "; ".join(f"{bar.name} {bar.text}" for bar in bars) + "."
    table = Table(title, ("Period", "Amount"), cells)
    note = "As stated in the Bank of Russia's bulletins."
    return charts.chart("restructured", title, alt, lambda width: svg.bars(bars, "RUB billion", width), table, note)
