"""China's trade in the bulletin: headline figures with change and record marks, surprises, partners."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.areas import names
from transforms.indicators.surprise import surveyor_code
from transforms.periods import shift_months
from warehouse.bulletin import wording
from warehouse.bulletin.facts import Known, Row, fact, money, percent, plain, stated
from warehouse.bulletin.model import Card, Part, Section, Sentence, Table

TOTAL = {"dataset": "trade_total", "counterpart_area": "WORLD", "product_code": "TOTAL", "currency": "USD"}
MONTH, YTD = TOTAL | {"basis": "month"}, TOTAL | {"basis": "ytd"}
INDICATOR = {"dataset": "indicator", "currency": "USD"}
PARTNER = {"dataset": "trade_by_partner", "product_code": "TOTAL", "flow": "export"}
AMERICA = PARTNER | {"counterpart_area": "USA", "currency": "USD", "basis": "month"}
FLOWS = {"export": "Exports", "import": "Imports", "balance": "Trade balance"}
SUBJECTS = {"exports_yoy": "export", "imports_yoy": "import", "trade_balance": "balance"}
LEVEL_AND_GROWTH = ["value", "growth_yoy"]
MOST_PARTNERS, FEWEST_PARTNERS = 20, 5


def area_name(code: str) -> str:
    return dict(names().select("code", "name_en").iter_rows()).get(code, code)


def period_label(row: Row) -> str:
    return wording.since_january(row["period_end"]) if row["basis"] == "ytd" else wording.month(row["period_end"])


def newest_month(known: Known) -> date | None:
    """The newest month for which exports or imports were known, as level or as growth.

    January and February often come as one release: then only the sum of both is known, as year to date.
    """
    rows = known.rows({**TOTAL, "basis": ["month", "ytd"], "flow": ["export", "import"], "measure": LEVEL_AND_GROWTH})
    newest = rows["period_end"].max()
    return newest if isinstance(newest, date) else None


def headlines(known: Known, period: date) -> list[Card]:
    month = wording.month(period)
    cards = []
    computed = INDICATOR | {"measure": "trade_balance", "basis": "ytd", "counterpart_area": "WORLD"}
    printed = YTD | {"flow": "balance", "measure": "value"}
    if balance := known.row(printed, period) or known.row(computed, period):
        label = f"Trade balance, {wording.since_january(period)}"
        cards.append(Card(label, money(balance, "USD"), mark=marks(known, period)))
    if year := known.row(INDICATOR | {"measure": "trade_balance_12m"}, period):
        cards.append(Card(f"Trade balance, twelve months to {month}", money(year, "USD")))
    for flow in ("export", "import"):
        basis = basis_of(known, flow, period)
        change = on_a_year(known, basis | {"flow": flow}, period)
        label = wording.since_january(period) if basis == YTD else month
        level = known.row(basis | {"flow": flow, "measure": "value"}, period)
        if level:
            cards.append(Card(f"{FLOWS[flow]}, {label}", money(level), change=change))
        elif change:
            growth = known.row(basis | {"flow": flow, "measure": "growth_yoy"}, period)
            assert growth, "the change is made of it"
            cards.append(Card(f"{FLOWS[flow]} on a year earlier, {label}", percent(growth, sign=True)))
    if balance := known.row(MONTH | {"flow": "balance", "measure": "value"}, period):
        cards.append(Card(f"Trade balance, {month}", money(balance)))
    if american := known.row(AMERICA | {"measure": "value"}, period):
        growth = known.row(AMERICA | {"measure": "growth_yoy"}, period)
        alone: Sentence = (percent(growth, sign=True), " on a year earlier") if growth else ()
        cards.append(Card(f"Exports to the United States, {month}", money(american), change=alone))
    return cards


def basis_of(known: Known, flow: str, period: date) -> dict[str, str]:
    """The single month where it is known, else the months since January."""
    rows = known.rows({**MONTH, "flow": flow, "measure": LEVEL_AND_GROWTH})
    return MONTH if rows.filter(pl.col("period_end") == period).height else YTD


def on_a_year(known: Known, choice: dict[str, str], period: date) -> Sentence:
    """+5.9 % on a year earlier (−1.1 % the month before)."""
    choice = choice | {"measure": "growth_yoy"}
    growth, before = known.row(choice, period), known.row(choice, shift_months(period, -1))
    if growth is None:
        return ()
    sentence: Sentence = (percent(growth, sign=True), " on a year earlier")
    if before is None or choice["basis"] == "ytd":
        return sentence
    return (*sentence, " (", percent(before, sign=True), " the month before)")


def marks(known: Known, period: date) -> Sentence:
    """First crossing and record, where the flags are set."""
    found: list[Part] = []
    first = known.row(INDICATOR | {"measure": "trade_balance_ytd_first_above_1trn"}, period)
    if first and first["value"] == 1:
        found.append(fact(first, "first time above USD 1 trillion"))
    record = known.row(INDICATOR | {"measure": "trade_balance_ytd_record"}, period)
    if record and record["value"] > 0:
        years = wording.count(int(record["value"]), "earlier year")
        words = f"higher than in each of the {years} known on that day"
        found += ["; ", fact(record, words)] if found else [fact(record, words)]
    return tuple(found)


def surprises(known: Known, period: date) -> Section:
    """First prints against each surveyor's forecast, and against the size of earlier surprises."""
    section = Section("surprises", "What surprised")
    columns = ("Figure", "Surveyor", "Forecast", "First print", "Difference", "Standard deviations")
    note = "The last column: the difference in standard deviations of the same surveyor's earlier ones."
    table = Table("First prints against forecasts, by surveyor", columns, [], note)
    where = {"period": f"{period:%Y-%m}"}
    forecasts = known.records("consensus_forecast", "surveyor", "period = $period AND currency = 'USD'", where)
    by_key = {(SUBJECTS.get(f["indicator"]), surveyor_code(f["surveyor"])): f for f in forecasts}
    rows = known.rows(INDICATOR | {"measure": "trade_surprise"}).filter(pl.col("period_end") == period)
    for row in rows.sort("flow", "definition").iter_rows(named=True):
        said = by_key.get((row["flow"], row["definition"]))
        if said is None:
            continue
        same = {"flow": row["flow"], "definition": row["definition"]}
        sigma = known.row(INDICATOR | same | {"measure": "trade_surprise_standardised"}, period)
        expected, printed, gap = _as_printed(row, said["forecast"])
        forecast = stated(said, "consensus_forecast", expected, said["forecast"], said["unit"])
        table.rows.append((FLOWS[row["flow"]], said["surveyor"], forecast, printed, fact(row, gap),
                           plain(sigma, 1) if sigma else "too few"))  # fmt: skip
        if row["flow"] != "balance":
            words = wording.against(row["value"], f"the forecast of {said['surveyor']}")
            section.sentences.append((f"{FLOWS[row['flow']]}: ", fact(row, f"growth {words}"), " (", forecast, ")."))
    if table.rows:
        section.tables.append(table)
    else:
        section.notes.append("No forecast for this month was on record.")
    section.sentences += pace(known, period)
    return section


def pace(known: Known, period: date) -> list[Sentence]:
    """Exports and imports on the month before and over three months, seasonally adjusted."""
    sentences: list[Sentence] = []
    for flow in ("export", "import"):
        choice = INDICATOR | {"counterpart_area": "WORLD", "ref_area": "CHN", "flow": flow, "adjustment": "SA"}
        month = known.row(choice | {"measure": "trade_adjusted_growth_mom"}, period, later=True)
        quarter = known.row(choice | {"measure": "trade_adjusted_growth_3m_annualised"}, period, later=True)
        if month and quarter:
            sentences.append((
                f"Seasonally adjusted here, {FLOWS[flow].lower()} ", fact(month, wording.moved(month["value"])),
                " on the month before; three months on the three before, at an annual rate: ",
                percent(quarter, sign=True), ".",
            ))  # fmt: skip
    return sentences


def _as_printed(row: Row, forecast: float) -> tuple[str, str, str]:
    """Forecast, first print and their difference as text."""
    if row["flow"] == "balance":
        amounts = (wording.money(v, "USD") for v in (forecast, forecast + row["value"], row["value"]))
        return tuple(amounts)  # type: ignore[return-value]
    actual = forecast + row["value"]
    expected = wording.shortest(forecast) + "\u00a0%"
    return expected, wording.percent(actual), wording.signed(row["value"]) + " points"


def partners(known: Known, period: date) -> Section:
    """The newest levels by partner, in the basis and currency that has most partners for that period."""
    section = Section("partners", "Partners")
    rows = known.rows(PARTNER | {"measure": "value", "basis": ["month", "ytd"]})
    rows = rows.filter(pl.col("period_end") >= shift_months(period, -12))
    sizes = rows.group_by("period_end", "basis", "currency").len().filter(pl.col("len") >= FEWEST_PARTNERS)
    if sizes.is_empty():
        section.notes.append(f"No month was known with {wording.WORDS[FEWEST_PARTNERS]} or more partners.")
        return section
    end, basis, currency = sizes.sort("period_end", "len", "basis", "currency", descending=True).row(0)[:3]
    cells = {"period_end": end, "basis": basis, "currency": currency}
    chosen = rows.filter(*(pl.col(name) == value for name, value in cells.items())).sort("value", descending=True)
    label = wording.since_january(end) if basis == "ytd" else wording.month(end)
    table = Table(
        f"China's exports by partner, {label}, {currency}",
        ("Partner", "Exports", "Share", "Growth, published", "Contribution, points"),
        [],
        "Groups overlap with their members. Contribution to the growth of all exports on a year earlier.",
    )
    for row in chosen.head(MOST_PARTNERS).iter_rows(named=True):
        same = {"counterpart_area": row["counterpart_area"], "flow": "export", "basis": basis, "currency": currency}
        share = known.row(same | {"dataset": "indicator", "measure": "trade_partner_share"}, end)
        growth = known.row(PARTNER | same | {"measure": "growth_yoy"}, end)
        part = known.row(same | {"dataset": "indicator", "measure": "trade_partner_contribution"}, end)
        table.rows.append((
            area_name(row["counterpart_area"]), money(row), percent(share) if share else "–",
            percent(growth, sign=True) if growth else "–",
            fact(part, wording.signed(part["value"], 2)) if part else "–",
        ))  # fmt: skip
    if end < period:
        fewest = f"{wording.WORDS[FEWEST_PARTNERS]} or more partners"
        section.notes.append(f"{label} is the newest period for which {fewest} were known on that day.")
    section.tables.append(table)
    return section
