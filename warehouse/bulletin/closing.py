"""The end of the bulletin: revisions, policy events, what is missing or old, and where every number comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from transforms.indicators.revisions import WINDOW
from transforms.periods import shift_months
from warehouse import calendar
from warehouse.bulletin import wording
from warehouse.bulletin.facts import Fact, Known, Row, fact, stated
from warehouse.bulletin.model import Part, Section, Sentence, Table
from warehouse.bulletin.trade import INDICATOR

MOST = 15


@dataclass(frozen=True)
class Kind:
    """Figures that one publisher brings out together: what the bulletin calls them, and their dimensions."""

    label: str
    of: Mapping[str, str]
    always: bool = True  # False: told only where there is any


def _kinds() -> Iterator[tuple[str, Kind]]:
    for dataset, label in {
        "trade_total": "China's trade, total", "trade_by_partner": "China's trade by partner",
        "trade_by_commodity": "China's trade by commodity", "trade_by_regime": "China's trade by customs regime",
        "household_loans": "Russian household loans", "mortgage": "Russian mortgages",
        "loan_portfolio": "Loan book of Russian banks", "sme_loans": "Loans to small and medium firms",
        "household_lending_risk": "Household loans overdue over 90 days", "key_rate": "Key rate changes",
        "bank_rate": "Rates of Russian banks", "fx_rate": "Official exchange rates",
    }.items():  # fmt: skip
        yield dataset, Kind(label, {"dataset": dataset})
    rate = {"dataset": "effective_exchange_rate"}
    yield "reer", Kind("Real effective exchange rate", rate | {"product_code": "REER_BROAD"})
    own = rate | {"product_code": "REER", "definition": "CBR"}
    yield "reer_cbr", Kind("Real effective rate of the rouble, Bank of Russia", own, always=False)
    for area, who in {"USA": "the United States count", "EU": "the EU counts", "JPN": "Japan counts",
                      "VNM": "Vietnam counts"}.items():  # fmt: skip
        of = {"dataset": "mirror_trade", "ref_area": area, "flow": "import"}
        yield f"imports_{area}", Kind(f"Imports as {who} them", of, always=area == "USA")
    for area, whose in {"CHN": "China", "RUS": "Russia"}.items():
        yield f"prices_{area}", Kind(f"Price indices of {whose}", {"dataset": "price_index", "ref_area": area})


KINDS = dict(_kinds())
"""What reaches how far; two publishers of one dataset are two kinds, for their figures are of different age."""
DIMENSIONS = sorted({name for kind in KINDS.values() for name in kind.of})


def last_bulletin(known: Known, period: date | None) -> date:
    """The day the first figures of the month before came out: that was the bulletin before this one.

    Before January and February, which come out together, it was about December.
    """
    if period is None:
        return known.as_of - timedelta(days=31)
    before = shift_months(period, -2 if period.month == 2 else -1)
    query = """SELECT min(vintage_date) FROM vintage.observation JOIN series USING (series_id)
               WHERE dataset = 'trade_total' AND basis = 'month' AND period_end = $end AND vintage_date < $day"""
    day = known.con.execute(query, {"end": before, "day": known.as_of}).fetchall()[0][0]
    return day if isinstance(day, date) else known.as_of - timedelta(days=31)


def revisions(known: Known, since: date) -> Section:
    section = Section("revisions", f"Revisions since {wording.day_of(since)}", first_prints(known), lead=0)
    order = "dataset <> 'trade_total', abs(change_percent) DESC, series_id, period_end"
    where = "vintage_date > $since AND vintage_date <= $day AND unit IN ('USD', 'CNY', 'RUB')"
    rows = known.records("revision", order, where, {"since": since, "day": known.as_of})
    if not rows:
        section.notes.append("No published amount was revised beyond rounding.")
        return section
    of_all = f"The {MOST} largest of {len(rows)} revisions" if len(rows) > MOST else f"All {len(rows)} revisions"
    shown = f"{of_all} of amounts; totals first" if len(rows) > 1 else "The one revision of an amount"
    table = Table(shown, ("Series", "Period", "Was", "Is", "Change"), [])
    for row in rows[:MOST]:
        was, now = (billions(row[name], row["unit"], row["change"]) for name in ("previous_value", "value"))
        new = Fact(now, row["value"], row["unit"], str(row["period_end"]), row["series_id"], row["release_id"],
                   row["vintage_date"], end=row["period_end"])  # fmt: skip
        change = "–" if row["change_percent"] is None else wording.signed(row["change_percent"], 2) + "\u00a0%"
        table.rows.append((row["title"], wording.month(row["period_end"]), was, new, change))
    section.tables.append(table)
    return section


def billions(amount: float, unit: str, change: float) -> str:
    """With as many digits, one to four, as show the change."""
    digits = max(1, min(4, wording.digits_of(abs(change), 1e9, 1)))
    return f"{unit} {wording.number(amount / 1e9, digits)} billion"


def first_prints(known: Known) -> list[Sentence]:
    """How far first prints of the months of exports and imports have been off, of those that were revised at all."""
    found: list[Part] = []
    for flow in ("export", "import"):
        choice = INDICATOR | {"counterpart_area": "WORLD", "flow": flow, "basis": "month", "product_code": "LEVEL"}
        if row := known.row(choice | {"measure": "trade_revision_mean_absolute"}):
            revised = known.rows(choice | {"measure": "trade_revision"}).height
            n = min(revised, WINDOW)
            which = (
                f"the {n} newest of {revised} revised months" if revised > n else f"{wording.count(n, 'month')} revised"
            )
            found += [" and " if found else "", fact(row, wording.percent(row["value"], 2)), f" for {flow}s ({which})"]
    return [("From first print to newest value the average change, up or down, was ", *found, ".")] if found else []


def events(known: Known) -> list[Row]:
    """Policy events up to the day, oldest first; the hundreds of interventions of exported lists are for SQL."""
    return known.records("policy_event", "date, title", "date <= $day AND measure IS NULL", {"day": known.as_of})


def event_section(rows: list[Row]) -> Section:
    section = Section("events", "Policy events on the time axes")
    if not rows:
        section.notes.append("No policy event was on record.")
        return section
    columns = ("Number", "Day", "Where", "What", "How certain the day is")
    table = Table("Policy events by their number on the time axes", columns, [])
    for number, row in enumerate(rows, 1):
        what, day = stated(row, "policy_event", row["title"]), wording.day_of(row["date"])
        table.rows.append((str(number), day, row["region"] or "–", what, row["date_precision"] or "–"))
    section.tables.append(table)
    return section


def marked(known: Known, used: Sequence[Fact]) -> list[str]:
    """How many numbers carry each mark of the page, and what the mark means."""

    def counted(facts: Iterable[Fact]) -> tuple[int, str]:
        n = len({(f.series, f.period) for f in facts})
        return n, wording.count(n, "number").capitalize()

    notes = []
    n, numbers = counted(f for f in used if f.later)
    if n:
        notes.append(f"{numbers} {wording.verb(n, 'was', 'were')} not public on {wording.day_of(known.as_of)}, or only "
                     "a later vintage is kept; each is marked with the day from which it is known.")  # fmt: skip
    n, numbers = counted(f for f in used if f.broken)
    if n:
        notes.append(f"{numbers} marked ‡ {wording.verb(n, 'compares', 'compare')} amounts on either side of a break "
                     "of the definition (obs_status B; definition_break says what broke).")  # fmt: skip
    n, numbers = counted(f for f in used if f.vintage_kind == "inferred" and not f.later)
    if n:
        notes.append(f"{numbers} marked † came out on a day that follows from a rule; nobody recorded the day.")
    return notes


def gaps(known: Known, facts: Iterable[Fact]) -> Section:
    """What this bulletin lacks: numbers that were not public then, inferred vintages, figures that end early."""
    section = Section("gaps", "Data gaps and stale sources", notes=marked(known, list(facts)))
    section.tables.append(reach(known))
    published = known.records("publication", "published_at")[0]["published_at"].date()
    if known.as_of < published:
        section.notes.append(
            f"Which sources are late or blocked is told as of {wording.day_of(published)}, when the warehouse was "
            "published, by the bulletin of that day and by the table freshness."
        )
        return section
    fresh = known.records("freshness", "state, product", "state NOT IN ('published', 'not due', 'discontinued')")
    if fresh:
        cells = [(r["product"], r["last_period"], r["state"], r["reason"]) for r in fresh]
        rows = [tuple(str(cell or "–") for cell in row) for row in cells]
        title = "Sources that are expected, late or blocked"
        section.tables.append(Table(title, ("Product", "Last period", "State", "Why"), list(rows)))
    return section


def last_periods(known: Known) -> dict[str, date]:
    """The last period of each kind of figures that was known on the day."""
    of = ", ".join(DIMENSIONS)
    answer = known.con.execute(
        f"""WITH said AS (
                SELECT series_id, max(period_end) AS period_end FROM vintage.observation
                WHERE vintage_date <= $day GROUP BY ALL)
            SELECT {of}, max(period_end) AS period_end FROM said JOIN series USING (series_id) GROUP BY {of}""",
        {"day": known.as_of},
    )
    names = [*DIMENSIONS, "period_end"]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    found = {name: [row["period_end"] for row in rows if is_of(kind, row)] for name, kind in KINDS.items()}
    return {name: max(ends) for name, ends in found.items() if ends}


def is_of(kind: Kind, row: Mapping[str, object]) -> bool:
    """Has a row the dimensions of a kind?"""
    return all(row[name] == value for name, value in kind.of.items())


def reach(known: Known) -> Table:
    """How far each kind of figures reached on the day."""
    ends = last_periods(known)
    title = f"How far the figures reached on {wording.day_of(known.as_of)}"
    table = Table(title, ("Figures", "Last period", "Age", "Next release"), [])
    for name, kind in KINDS.items():
        last = ends.get(name)
        if last is not None:
            age = wording.count(wording.months_between(last, known.as_of), "month")
            table.rows.append((kind.label, wording.month(last), age, coming(known, kind, last)))
        elif kind.always:
            table.rows.append((kind.label, "none", "–", "none known on that day"))
    return table


def coming(known: Known, kind: Kind, last: date) -> str:
    """What the publishers' calendar says comes after the last period, and whether its day had passed by then."""
    where = " AND ".join(f"s.{name} = ${name}" for name in kind.of)
    query = f"""SELECT DISTINCT coalesce(r.continues, r.product) FROM vintage.observation AS o
               JOIN ops.release AS r USING (release_id) JOIN series AS s USING (series_id)
               WHERE {where} ORDER BY 1"""
    products = [name for (name,) in known.con.execute(query, dict(kind.of)).fetchall() if name]
    waited = [calendar.next_expected(name, _name_of(name, last), known.as_of) for name in products]
    dated = sorted((e for e in waited if e.date and e.period), key=lambda e: str(e.date))
    if dated:
        first = dated[0]
        assert first.date and first.period
        late = (known.as_of - first.date).days
        overdue = f"overdue: {wording.stated(first.period)} was expected on {wording.day_of(first.date)}"
        return overdue if late > 0 else f"{wording.stated(first.period)} expected on {wording.day_of(first.date)}"
    noted = [e.note for e in waited if e.ended]
    return "discontinued" if noted else "no day of the next release is known"


def _name_of(product: str, last: date) -> str:
    """How the calendar names the period that ends on `last`."""
    group = calendar.group_of(product)
    return str(last) if group and group["freq"] == "D" else f"{last:%Y-%m}"


def sources(known: Known, used: Iterable[Fact]) -> list[Row]:
    """The releases behind the facts (one entry an address where a release has many), in order of first use.

    `quotes`: the sentences that its stated figures were read from, and where they stand.
    """
    found = {r["release_id"]: r for r in known.records("ops.release", "release_id")}
    words: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
    for one in used:
        words.setdefault(one.source, {}).update({(one.sentence, one.place): None} if one.sentence else {})
    entries = []
    for (release_id, address), quotes in words.items():
        release = found.get(release_id, {"release_id": release_id})
        entry = {"key": (release_id, address), "url": address or release.get("url")}
        entries.append(release | entry | {"quotes": [{"sentence": s, "place": p} for s, p in quotes]})
    return entries
