"""Russian banking in the bulletin: bad loans by definition side by side, restructuring, the policy rate, signals."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.periods import shift_months
from transforms.reports.early_warning import criteria
from warehouse.bulletin import charts, lending, wording
from warehouse.bulletin.facts import Fact, Known, Row, fact, money, percent, plain, stated
from warehouse.bulletin.model import Card, Chart, Part, Section, Sentence, Table
from warehouse.bulletin.rerouting import EVENTS_NOTE, Events

INDICATOR = {"dataset": "indicator", "ref_area": "RUS"}
BUREAU = INDICATOR | {"definition": "BUREAU_DPD90", "product_code": "HOUSEHOLD"}
KEY_RATE = {"dataset": "key_rate", "measure": "key_rate"}
PRODUCTS = {
    "HOUSEHOLD": "households", "UNSECURED": "unsecured consumer loans", "MORTGAGE": "mortgages", "CAR": "car loans",
    "CORPORATE": "companies", "SME": "small and medium firms", "ALL": "all loans", "ENTREPRENEUR": "entrepreneurs",
    "MORTGAGE_SCPA": "mortgages for housing under construction", "NONFINANCIAL": "non-financial companies",
    "FINANCIAL": "financial companies", "SME_ENTREPRENEUR": "entrepreneurs among small firms",
}  # fmt: skip
STALE_MONTHS, OLDEST_MONTHS = 12, 60
SIGNALS_SHOWN = 6


def headlines(known: Known) -> list[Card]:
    cards = []
    if bad := known.row(BUREAU | {"measure": "reported_bad_loans"}):
        cards.append(Card("Russian household loans overdue over 90 days (credit bureau)", money(bad)))
    if rate := known.row(KEY_RATE):
        since: Sentence = (f"since {wording.day_of(rate['period_end'])}",)
        cards.append(Card("Key rate of the Bank of Russia", _rate(rate), change=since))
    return cards


def section(known: Known, events: Events) -> Section:
    page = Section("banking", "Russian banking")
    page.sentences += bureau(known) + restructured(known) + criterion(known) + policy(known) + lending.spread(known)
    page.charts += [chart for chart in (rate_chart(known, events), overdue_chart(known)) if chart]
    tables = (definitions(known), lending.rates(known), lending.by_bank(known), signals(known))
    page.tables += [table for table in tables if table]
    return page


def _rate(row: Row) -> Fact:
    return fact(row, wording.shortest(row["value"]) + "\u00a0%")


def bureau(known: Known) -> list[Sentence]:
    """The bureau's bad loans in roubles and, at named rates, in dollars; both readings of their growth."""
    bad = known.row(BUREAU | {"measure": "reported_bad_loans"})
    if not bad:
        return []
    end = bad["period_end"]
    sentences: list[Sentence] = [(
        f"Household loans overdue by more than 90 days on {wording.day_of(end)}, as a credit bureau counts them: ",
        money(bad), ". This is no statistic of the Bank of Russia.",
    )]  # fmt: skip
    dollars: list[Part] = []
    for measure, words, day in (
        ("period_end", "of the period end", end),
        ("publication", "of the day of publication", bad["vintage_date"]),
    ):
        if row := known.row(BUREAU | {"measure": f"reported_bad_loans_usd_at_{measure}"}, end):
            dollars += ["; " if dollars else "In US dollars: ", money(row), f" at the official rate {words}"]
            dollars += official_rate(known, day)
    if implied := known.row(BUREAU | {"measure": "reported_implied_usd_rate"}, end):
        printed = fact(implied, wording.money(bad["value"] / implied["value"], "USD"))
        dollars += ["; " if dollars else "", "the press printed ", printed, ", which takes ", plain(implied, 1),
                    " roubles for a dollar"]  # fmt: skip
    if dollars:
        sentences.append((*dollars, "."))
    stock = known.row(BUREAU | {"measure": "reported_bad_loans_stock_multiple"}, end)
    rise = known.row(BUREAU | {"measure": "reported_bad_loans_increment_multiple"}, end)
    if stock and rise:
        sentences.append((
            "Their growth has two readings: the increase since January was ",
            fact(rise, wording.times(rise["value"], 2)), " that of the whole year before; the stock was ",
            fact(stock, wording.times(stock["value"], 2)), " that of January.",
        ))  # fmt: skip
    return sentences


def official_rate(known: Known, day: date) -> list[Part]:
    """The rate that holds on a day, with its own date: " (82.8676 on 30 September 2025)"."""
    rates = known.rows({"dataset": "fx_rate", "product_code": "USD"}).filter(pl.col("period_end") <= day)
    if rates.is_empty():
        return []
    row = rates.row(-1, named=True)
    return [" (", plain(row, 4), f" on {wording.day_of(row['period_end'])})"]


def restructured(known: Known) -> list[Sentence]:
    sentences: list[Sentence] = []
    if total := known.row(INDICATOR | {"measure": "reported_restructured_cumulative"}):
        when = wording.month(total["period_end"])
        sentences.append((f"Household loans whose terms were revised from 2022 to {when}: ", money(total), "."))
        sentences += lending.restructured_shares(known)
    if flow := known.row(INDICATOR | {"measure": "reported_restructured_ytd"}):
        when = wording.since_january(flow["period_end"])
        start = f"Revised from {when} by the Bank of Russia's bulletins out by then: "
        sentences.append((start, money(flow), *lending.flow_share(known)))
    share = known.row(INDICATOR | {"measure": "reported_restructured_share", "product_code": "SME"})
    if share:
        one_in = f", {wording.one_in(share['value'])}," if wording.one_in(share["value"]) else ""
        when = wording.day_of(share["period_end"])
        sentences.append(("Of loans to small and medium firms ", percent(share),
                          f"{one_in} had been restructured by {when}; this is not the share overdue."))  # fmt: skip
    if early := known.row(INDICATOR | {"measure": "reported_early_delinquency"}):
        year, number = early["product_code"].split("_")[-2:]
        issued = wording.month(date(int(year), int(number), 1))
        sentences.append((f"Of unsecured loans issued in {issued}, ", percent(early),
                          " were in arrears within their first months."))  # fmt: skip
    return sentences


def criterion(known: Known) -> list[Sentence]:
    """Problem assets of the whole system against CMASF's criterion of a systemic banking crisis."""
    limit = wording.shortest(criteria()["problem_assets"].threshold or 0) + "\u00a0%"
    name = f"CMASF's criterion of a systemic banking crisis ({limit})"
    gap = known.row(INDICATOR | {"measure": "reported_crisis_criterion_gap"})
    if not gap:
        return [("No share of problem assets of the whole banking system was published by that day; "
                 f"only such a share may be held against {name}.",)]  # fmt: skip
    where = "at or above" if gap["value"] >= 0 else "below"
    when = wording.day_of(gap["period_end"])
    return [(f"On {when} problem assets of the whole banking system were {where} {name}: ",
             fact(gap, wording.signed(gap["value"]) + " points"), ", as stated.")]  # fmt: skip


def policy(known: Known) -> list[Sentence]:
    sentences: list[Sentence] = []
    rate, run = known.row(KEY_RATE), known.row(INDICATOR | {"measure": "key_rate_months_above_neutral"})
    if rate and run:
        sentences.append((
            "The key rate was ", _rate(rate), f", set from {wording.day_of(rate['period_end'])}; "
            "its monthly mean had stood above the Bank of Russia's neutral range for ",
            fact(run, wording.count(int(run["value"]), "month")), ".",
        ))  # fmt: skip
    if real := known.row(INDICATOR | {"measure": "key_rate_real"}, later=True):
        month = wording.month(real["period_end"])
        sentences.append(
            (f"Less the inflation of twelve months, the mean key rate of {month} was ", percent(real), ".")
        )
    return sentences


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
        months = (known.as_of.year - row["period_end"].year) * 12 + known.as_of.month - row["period_end"].month
        if months > OLDEST_MONTHS:
            continue
        name = row["definition"]
        if name in meaning and name not in explained:
            name = f"{name}: {meaning[name]}"
        explained.add(row["definition"])
        age = wording.count(months, "month")
        table.rows.append((name, PRODUCTS.get(row["product_code"], row["product_code"]),
                           percent(known.with_address(row)), str(row["period_end"]),
                           f"old: {age}" if months > STALE_MONTHS else age))  # fmt: skip
    return table


def signals(known: Known) -> Table:
    title = "Signals of the CMASF early-warning system published by then"
    table = Table(title, ("Published", "Risk", "Signal", "Until"), [])
    rows = known.records("early_warning_signal_as_of($day)", "published DESC, risk", parameters={"day": known.as_of})
    for row in rows[:SIGNALS_SHOWN]:
        signal = stated(row, "early_warning_signal", row["signal"], row["indicator_value"])
        horizon = (row["horizon"] or "–").removeprefix("until ")
        table.rows.append((row["published"], row["risk"], signal, horizon))
    return table


def rate_chart(known: Known, events: Events) -> Chart | None:
    start = shift_months(known.as_of, -60)
    rows = known.rows(INDICATOR | {"measure": "key_rate_monthly"}).filter(pl.col("period_end") >= start).to_dicts()
    if len(rows) < 3:
        return None
    title = "Key rate of the Bank of Russia, monthly mean"
    high, last = max(rows, key=lambda r: r["value"]), rows[-1]
    alt = (
        f"Line chart over {wording.count(len(rows), 'month')}; highest {wording.percent(high['value'])} in "
        f"{wording.month(high['period_end'])}, last {wording.percent(last['value'])} in "
        f"{wording.month(last['period_end'])}."
    )
    cells: list[tuple[Part, ...]] = [(wording.month(r["period_end"]), plain(r, 2)) for r in rows[-24:]]
    table = Table(f"{title} (percent)", ("Month", "Rate"), cells, "The last two years.")
    points = [{"month": r["period_end"], "rate": r["value"], "of": "Key rate"} for r in rows]
    return Chart(
        "key-rate",
        title,
        alt,
        charts.lines(points, "month", "rate", "of", "percent", events),
        table,
        EVENTS_NOTE if events else "",
    )


def overdue_chart(known: Known) -> Chart | None:
    ratio = {**INDICATOR, "measure": "loan_overdue_ratio", "currency": "ALL", "definition": "RAS_OVERDUE_RESIDENTS"}
    rows = known.rows({**ratio, "product_code": ["HOUSEHOLD", "MORTGAGE"]}).filter(
        pl.col("period_end") >= shift_months(known.as_of, -72)
    )
    points = [{"month": r["period_end"], "share": r["value"], "of": PRODUCTS[r["product_code"]].capitalize(), "row": r}
              for r in rows.to_dicts()]  # fmt: skip
    if len(points) < 3:
        return None
    title = "Overdue share of household loans and of mortgages (RAS, missed payments only)"
    last = {p["of"]: p for p in points}
    ends = [f"{of} {wording.percent(p['share'], 2)} in {wording.month(p['month'])}" for of, p in last.items()]
    alt = f"Line chart; the last values are {wording.listed(ends)}."
    shown = [p for p in points if p["month"].month % 3 == 0 or p is last[p["of"]]]
    cells: list[tuple[Part, ...]] = [(wording.month(p["month"]), p["of"], plain(p["row"], 2)) for p in shown]
    table = Table(f"{title}, percent", ("Month", "Of", "Share"), cells, "Quarter ends and the last value.")
    return Chart("overdue", title, alt, charts.lines(points, "month", "share", "of", "percent"), table)
