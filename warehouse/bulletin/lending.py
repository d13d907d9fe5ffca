"""The price of credit in the bulletin, and overdue loans bank by bank: tables beside the Russian banking section."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.periods import shift_months
from warehouse.bulletin import charts, svg, wording
from warehouse.bulletin.facts import Known, Row, fact, money, percent, plain
from warehouse.bulletin.model import Chart, Part, Sentence, Table, by_month
from warehouse.bulletin.rerouting import EVENTS_NOTE, Events

INDICATOR = {"dataset": "indicator", "ref_area": "RUS"}
RATES = {
    ("HOUSEHOLD_LOANS", "TO_1_YEAR"): "Loans to households, up to a year",
    ("HOUSEHOLD_LOANS", "OVER_1_YEAR"): "Loans to households, over a year",
    ("ORGANISATION_LOANS", "TO_1_YEAR"): "Loans to companies, up to a year",
    ("ORGANISATION_LOANS", "OVER_1_YEAR"): "Loans to companies, over a year",
    ("HOUSEHOLD_DEPOSITS", "TO_1_YEAR"): "Deposits of households, up to a year",
    ("HOUSEHOLD_DEPOSITS", "OVER_1_YEAR"): "Deposits of households, over a year",
}
STOCKS = {
    "RESTRUCTURED_STOCK_OF_RESIDENTS": "of the loans that banks granted to resident households",
    "RESTRUCTURED_STOCK_OF_BUREAU_BORROWERS": "of the debt of households in the files of credit bureaus",
}
BANKS_SHOWN = 10


RATE_LINES = {
    ("HOUSEHOLD_LOANS", "OVER_1_YEAR"): "Households, over a year",
    ("ORGANISATION_LOANS", "TO_1_YEAR"): "Companies, up to a year",
    ("HOUSEHOLD_DEPOSITS", "TO_1_YEAR"): "Deposits, up to a year",
}
RATE_YEARS = 10


def rate_chart(known: Known, events: Events) -> Chart | None:
    """The key rate and what loans and deposits cost, monthly, over ten years."""
    start = shift_months(known.as_of, -12 * RATE_YEARS)

    def since(choice: dict[str, str]) -> list[Row]:
        rows = known.rows(choice).filter(pl.col("period_end") >= start)
        return rows.unique(["period_end"], keep="last", maintain_order=True).to_dicts()

    found = {"Key rate": since(INDICATOR | {"measure": "key_rate_monthly"})}
    for (product, maturity), name in RATE_LINES.items():
        same = {"product_code": product, "definition": maturity, "currency": "RUB"}
        found[name] = since({"dataset": "bank_rate", "ref_area": "RUS", "measure": "rate"} | same)
    found = {name: rows for name, rows in found.items() if len(rows) >= 3}
    if "Key rate" not in found:
        return None
    shown = [
        charts.series(rows, name, i, lambda v: f"{wording.number(v, 1)} %")
        for i, (name, rows) in enumerate(found.items())
    ]
    title = (
        "The key rate and the price of credit, percent a year, roubles"
        if len(found) > 1
        else "Key rate, monthly mean, percent"
    )
    ends = [
        f"{name} {wording.percent(rows[-1]['value'])} in {wording.month(rows[-1]['period_end'])}"
        for name, rows in found.items()
    ]
    alt = f"Lines from {wording.month(found['Key rate'][0]['period_end'])} on; {wording.listed(ends)}."
    points = [
        {"month": r["period_end"], "of": name, "fact": plain(r, 2)} for name, rows in found.items() for r in rows[-24:]
    ]
    table = by_month(title, points, "of", "The last two years of each.")
    marked = charts.events_after(events, start)
    return charts.chart("rates", title, alt, lambda width: svg.lines(shown, "%", width, 220, marked), table,
                        EVENTS_NOTE if marked else "")  # fmt: skip


def restructured_shares(known: Known) -> list[Sentence]:
    """The share a reporter stated beside the shares computed with a denominator that has a name."""
    household = {"product_code": "HOUSEHOLD"}
    stated = known.row(INDICATOR | household | {"measure": "reported_restructured_share"})
    if not stated:
        return []
    sentence: list[Part] = ["Revised household loans were stated to be ", percent(stated), " of the retail portfolio"]
    joint = "; computed here it is "
    for definition, words in STOCKS.items():
        choice = INDICATOR | household | {"measure": "restructured_share", "definition": definition}
        if share := known.row(choice, stated["period_end"], later=True):
            sentence += [joint, percent(share), f" {words}"]
            joint = " and "
    return [(*sentence, ".")]


def flow_share(known: Known) -> Sentence:
    """The flow of the year as a share of the loans at its start, to end a sentence about the flow."""
    share = known.row(INDICATOR | {"product_code": "HOUSEHOLD", "measure": "restructured_share_ytd"})
    if not share:
        return (".",)
    december = wording.month(date(share["period_end"].year - 1, 12, 31))
    return (", ", percent(share), f" of what banks had lent to resident households by {december}.")


def rates(known: Known) -> Table | None:
    """Average rates agreed in the newest month up to the day, over the key rate and over inflation."""
    rows = known.rows({"dataset": "bank_rate", "ref_area": "RUS", "measure": "rate"}, later=True)
    if rows.is_empty():
        return None
    end: date = rows["period_end"].to_list()[-1]
    title = f"What credit cost in {wording.month(end)}: average rates agreed in the month, roubles"
    table = Table(title, ("Rate", "Percent a year", "Over the key rate, points", "Less inflation, percent"), [],
                  "A dash: not known. The mix of products moves an average.")  # fmt: skip
    for (product, maturity), label in RATES.items():
        same = {"product_code": product, "definition": maturity, "currency": "RUB"}
        cells = [known.row({"dataset": "bank_rate", "ref_area": "RUS"} | same, end, later=True)]
        cells += [known.row(INDICATOR | same | {"measure": measure}, end, later=True)
                  for measure in ("bank_rate_minus_key_rate", "bank_rate_real")]  # fmt: skip
        level, over, real = cells
        table.rows.append((label, plain(level, 2) if level else "–", _signed(over), _signed(real)))
    return table


def _signed(row: Row | None) -> Part:
    return fact(row, wording.signed(row["value"])) if row else "–"


def spread(known: Known) -> list[Sentence]:
    choice = INDICATOR | {"measure": "lending_spread", "definition": "TO_1_YEAR"}
    found = [(words, row) for code, words in (("HOUSEHOLD", "households"), ("ORGANISATION", "companies"))
             if (row := known.row(choice | {"product_code": code}, later=True))]  # fmt: skip
    if not found:
        return []
    sentence: list[Part] = ["Loans of up to a year cost more than deposits of that length by "]
    for i, (words, row) in enumerate(found):
        sentence += [" and by " if i else "", plain(row, 1), f" points for {words}"]
    return [(*sentence, f" in {wording.month(found[0][1]['period_end'])}.")]


def by_bank(known: Known) -> Table | None:
    """The banks with most overdue household loans on the newest day for which form 101 was loaded."""
    choice = INDICATOR | {"product_code": "HOUSEHOLD", "currency": "ALL"}
    amounts = known.rows(choice | {"measure": "bank_overdue"})
    if amounts.is_empty():
        return None
    end: date = amounts["period_end"].to_list()[-1]
    newest = amounts.filter(pl.col("period_end") == end).sort("value", "counterpart_area", descending=[True, False])
    which = (
        f"the {BANKS_SHOWN} with most of {newest.height}" if newest.height > BANKS_SHOWN else f"{newest.height} loaded"
    )
    title = f"Overdue household loans by bank, {wording.day_of(end)}, {which} (form 101, RAS)"
    age = wording.count(wording.months_between(end, known.as_of), "month")
    note = f"The newest form 101 that was loaded, {age} old; missed payments only."
    table = Table(title, ("Bank, registration number", "Overdue", "Share of its household loans"), [], note)
    for row in newest.head(BANKS_SHOWN).to_dicts():
        same = {"measure": "bank_overdue_ratio", "counterpart_area": row["counterpart_area"]}
        ratio = known.row(choice | same, end)
        table.rows.append((row["counterpart_area"].removeprefix("BANK_"), money(row), percent(ratio) if ratio else "–"))
    return table
