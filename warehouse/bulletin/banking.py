"""Russian banking in the bulletin: the bureau's bad loans, restructuring, the policy rate, early-warning signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from transforms.reports.early_warning import criteria
from warehouse.bulletin import lending, loans, plot, wording
from warehouse.bulletin.facts import Fact, Known, Row, fact, money, percent, period_name, plain, stated
from warehouse.bulletin.headlines import months_of, with_spark
from warehouse.bulletin.lending import INDICATOR
from warehouse.bulletin.model import Card, Part, Section, Sentence, Table
from warehouse.bulletin.rerouting import Events

BUREAU = INDICATOR | {"definition": "BUREAU_DPD90", "product_code": "HOUSEHOLD"}
KEY_RATE = {"dataset": "key_rate", "measure": "key_rate"}
SIGNALS_SHOWN = 6
SYSTEMIC = "systemic banking crisis"


def headlines(known: Known) -> list[Card]:
    cards = []
    if bad := known.row(BUREAU | {"measure": "reported_bad_loans"}):
        grown = known.row(BUREAU | {"measure": "reported_bad_loans_stock_multiple"}, bad["period_end"])
        times: Sentence = ()
        if grown:
            times = (fact(grown | {"said": bad["said"]}, wording.times(grown["value"], 2)), " that of January")
        label = f"Russian household loans overdue over 90 days, {period_name(bad)}, by a credit bureau"
        rows = known.rows(BUREAU | {"measure": "reported_bad_loans"}).to_dicts()
        points = [plot.Point(r["period_end"], r["value"], wording.money(r["value"], "RUB")) for r in rows]
        cards.append(with_spark(Card(label, money(bad), change=times), points, "all figures of the bureau known"))
    rates = known.rows(KEY_RATE)
    if rates.height:
        rate = rates.row(-1, named=True)
        since: list[Part] = [f"set from {wording.day_of(rate['period_end'])}"]
        if rates.height > 1:
            since += [", ", _rate(rates.row(-2, named=True)), " before"]
        since.append("; no later change was known")
        card = Card("Key rate of the Bank of Russia", _rate(rate), change=tuple(since))
        monthly = INDICATOR | {"measure": "key_rate_monthly"}
        points = months_of(known, monthly, known.as_of)
        cards.append(with_spark(card, points, "monthly means of the last three years"))
    return cards


def section(known: Known, events: Events) -> Section:
    told = _signals(known)
    first = bureau(known) + revised(known) + warning(told)
    page = Section("banking", "Russian banking", lead=len(first))
    page.sentences += first + dollars(known) + strain(known) + criterion(known) + policy(known) + lending.spread(known)
    made = (loans.bad_chart(known), loans.restructured_chart(known), lending.rate_chart(known, events))
    page.charts += [chart for chart in made if chart]
    tables = (
        loans.definitions(known),
        loans.stocks(known),
        lending.rates(known),
        lending.by_bank(known),
        signals(told),
    )
    page.tables += [table for table in tables if table and table.rows]
    return page


def _rate(row: Row) -> Fact:
    return fact(row, wording.shortest(row["value"]) + "\u00a0%")


def bureau(known: Known) -> list[Sentence]:
    """The bureau's bad loans in roubles, and both readings of their growth."""
    bad = known.row(BUREAU | {"measure": "reported_bad_loans"})
    if not bad:
        return []
    end = bad["period_end"]
    sentences: list[Sentence] = [(
        f"Household loans overdue by more than 90 days, {period_name(bad)}, as a credit bureau counts them: ",
        money(bad), ". This is no statistic of the Bank of Russia.",
    )]  # fmt: skip
    stock = known.row(BUREAU | {"measure": "reported_bad_loans_stock_multiple"}, end)
    rise = known.row(BUREAU | {"measure": "reported_bad_loans_increment_multiple"}, end)
    if stock and rise:
        sentences.append((
            "Their growth has two readings: the increase since January was ",
            fact(rise | {"said": bad["said"]}, wording.times(rise["value"], 2)),
            " that of the whole year before; the stock was ",
            fact(stock | {"said": bad["said"]}, wording.times(stock["value"], 2)), " that of January.",
        ))  # fmt: skip
    return sentences


def dollars(known: Known) -> list[Sentence]:
    """The bureau's bad loans in dollars, at named rates and as the press printed them."""
    bad = known.row(BUREAU | {"measure": "reported_bad_loans"})
    if not bad:
        return []
    end = bad["period_end"]
    parts: list[Part] = []
    for measure, words, day in (
        ("period_end", f"of {wording.day_of(end)}, where the period is taken to end", end),
        ("publication", "of the day of publication", bad["vintage_date"]),
    ):
        if row := known.row(BUREAU | {"measure": f"reported_bad_loans_usd_at_{measure}"}, end):
            parts += ["; " if parts else "The bureau's bad loans in US dollars: ", money(row | {"said": bad["said"]}),
                      f" at the official rate {words}"]  # fmt: skip
            parts += official_rate(known, day)
    if implied := known.row(BUREAU | {"measure": "reported_implied_usd_rate"}, end):
        amount = bad["value"] / implied["value"]
        printed = replace(fact(implied | {"said": bad["said"]}, wording.money(amount, "USD")), value=amount, unit="USD")
        parts += ["; " if parts else "", "the press printed ", printed, ", which takes ", plain(implied, 1),
                  " roubles for a dollar"]  # fmt: skip
    return [(*parts, ".")] if parts else []


def official_rate(known: Known, day: date) -> list[Part]:
    """The rate that holds on a day, with its own date: " (82.8676 on 30 September 2025)"."""
    rates = known.rows({"dataset": "fx_rate", "product_code": "USD"}).filter(pl.col("period_end") <= day)
    if rates.is_empty():
        return []
    row = rates.row(-1, named=True)
    return [" (", plain(row, 4), f" on {wording.day_of(row['period_end'])})"]


def revised(known: Known) -> list[Sentence]:
    """What was stated of restructured loans: of households in all, of small and medium firms as a share."""
    sentences: list[Sentence] = []
    if total := known.row(INDICATOR | {"measure": "reported_restructured_cumulative"}):
        sentences.append((f"Household loans whose terms were revised, {period_name(total)}: ", money(total), "."))
    share = known.row(INDICATOR | {"measure": "reported_restructured_share", "product_code": "SME"})
    if share:
        one_in = f", {wording.one_in(share['value'])}," if wording.one_in(share["value"]) else ""
        sentences.append((f"Of loans to small and medium firms, {period_name(share)}, ", percent(share),
                          f"{one_in} had been restructured; this is not the share overdue."))  # fmt: skip
    return sentences


def strain(known: Known) -> list[Sentence]:
    """Revised loans as shares and since January; loans in arrears soon after they were issued."""
    sentences = lending.restructured_shares(known)
    if flow := known.row(INDICATOR | {"measure": "reported_restructured_ytd"}):
        when = wording.since_january(flow["period_end"])
        start = f"Revised in {when} by the Bank of Russia's bulletins out by then: "
        sentences.append((start, money(flow), *lending.flow_share(known)))
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
    share = gap["value"] + (criteria()["problem_assets"].threshold or 0)
    where = "at or above" if gap["value"] >= 0 else "below"
    stated_share = replace(fact(gap, wording.shortest(share) + "\u00a0%"), value=share, unit="percent")
    return [(f"Problem assets of the whole banking system, {period_name(gap)}, were stated at ", stated_share,
             f", {where} {name}.")]  # fmt: skip


def policy(known: Known) -> list[Sentence]:
    sentences: list[Sentence] = []
    rate, run = known.row(KEY_RATE), known.row(INDICATOR | {"measure": "key_rate_months_above_neutral"})
    if rate and run:
        sentences.append((
            "The key rate was ", _rate(rate),
            f", set from {wording.day_of(rate['period_end'])} on, the last change known; "
            f"by {wording.month(run['period_end'])} its mean had stood above the Bank of Russia's neutral range for ",
            fact(run, wording.count(int(run["value"]), "month")), ".",
        ))  # fmt: skip
    if real := known.row(INDICATOR | {"measure": "key_rate_real"}, later=True):
        month = wording.month(real["period_end"])
        sentences.append(
            (f"Less the inflation of twelve months, the mean key rate of {month} was ", percent(real), ".")
        )
    return sentences


def warning(told: Sequence[Row]) -> list[Sentence]:
    """The newest words of CMASF on a systemic banking crisis, each with its day, and the ones before."""
    rows = [row for row in told if row["risk"] == SYSTEMIC]
    days = list(dict.fromkeys(row["published"] for row in rows))[:2]
    parts: list[Part] = []
    for day in days:
        said = [row for row in rows if row["published"] == day]
        parts.append(f"; before, {_on(said[0])}, " if parts else f"CMASF on the risk of a {SYSTEMIC}, {_on(said[0])}: ")
        for number, row in enumerate(said):
            until = f" ({row['horizon']})" if row["horizon"] else ""
            parts += [*([" and "] if number else []), stated(row, "early_warning_signal", row["signal"]), until]
    return [(*parts, ".")] if parts else []


def _on(row: Row) -> str:
    """The day of a statement as precise as it is known: "on 5 December 2025", "in July 2025", "in 2022"."""
    text = row["published_text"]
    if len(text) == len("2025-12-05"):
        return f"on {wording.day_of(row['published'])}"
    return f"in {wording.month(row['published'])}" if len(text) == len("2025-12") else f"in {text}"


def _signals(known: Known) -> list[Row]:
    """Signals of the CMASF early-warning system, newest first."""
    return known.records("early_warning_signal", "published DESC, risk", "published <= $day", {"day": known.as_of})


def signals(told: Sequence[Row]) -> Table:
    title = "Signals of the CMASF early-warning system published by then"
    table = Table(title, ("Published", "Risk", "Signal", "Until"), [])
    for row in told[:SIGNALS_SHOWN]:
        signal = stated(row, "early_warning_signal", row["signal"])
        horizon = (row["horizon"] or "–").removeprefix("until ")
        table.rows.append((row["published_text"], row["risk"], signal, horizon))
    return table
