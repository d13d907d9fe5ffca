"""Loans of Russian banks in the bulletin: shares of bad loans by definition side by side, stocks and their growth."""

from __future__ import annotations

import polars as pl

from transforms.periods import shift_months
from warehouse.bulletin import charts, wording
from warehouse.bulletin.facts import Known, money, percent, period_name, plain
from warehouse.bulletin.lending import INDICATOR
from warehouse.bulletin.model import Chart, Table, by_month

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


def overdue_chart(known: Known) -> Chart | None:
    ratio = {**INDICATOR, "measure": "loan_overdue_ratio", "currency": "ALL", "definition": "RAS_OVERDUE_RESIDENTS"}
    rows = known.rows({**ratio, "product_code": ["HOUSEHOLD", "MORTGAGE"]}).filter(
        pl.col("period_end") >= shift_months(known.as_of, -72)
    )
    points = [{"month": r["period_end"], "share": r["value"], "of": PRODUCTS[r["product_code"]].capitalize(),
               "fact": plain(r, 2)}
              for r in rows.to_dicts()]  # fmt: skip
    if len(points) < 3:
        return None
    title = "Overdue share of household loans and of mortgages (RAS, missed payments only)"
    last = {p["of"]: p for p in points}
    ends = [f"{of} {wording.percent(p['share'], 2)} in {wording.month(p['month'])}" for of, p in last.items()]
    alt = f"Line chart; the last values are {wording.listed(ends)}."
    shown = [p for p in points if p["month"].month % 3 == 0 or p is last[p["of"]]]
    table = by_month(f"{title}, percent", shown, "of", "Quarter ends and the last value.")
    return Chart("overdue", title, alt, charts.lines(points, "month", "share", "of", "percent"), table)
