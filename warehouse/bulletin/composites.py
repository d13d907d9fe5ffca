"""The composites of leading indicators in the bulletin: where they stand, what moves them, how much was known."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.indicators.components import LEAST, SPAN, composites
from transforms.indicators.composite import MINIMUM_COVERAGE
from warehouse.bulletin import charts, svg, wording
from warehouse.bulletin.facts import Known, Row, fact
from warehouse.bulletin.model import Chart, Part, Section, Sentence, by_month

TITLES = {"CHN": "Composite: momentum of China's trade", "RUS": "Composite: stability of Russian banking"}
PARTS = {
    "PROBLEM_UNSECURED": "Problem unsecured loans", "PROBLEM_MORTGAGE": "Problem mortgages",
    "PROBLEM_CORPORATE": "Problem company loans", "HOUSEHOLD_OVERDUE": "Household overdue (RAS)",
    "CORPORATE_OVERDUE": "Company overdue (RAS)",
    "KEY_RATE": "Key rate", "REAL_KEY_RATE": "Real key rate", "EXPORTS": "Exports", "IMPORTS": "Imports",
    "PRODUCER_PRICES": "Producer prices", "CONSUMER_PRICES": "Consumer prices",
    "REAL_EXCHANGE_RATE": "Real exchange rate",
}  # fmt: skip

SHOWN = 60
"""Months of a composite that are drawn: five years, about a cycle."""

METHOD = (
    "How composites are made: each component is put in standard deviations of its own last ten years. Growth and "
    "prices count as their distance from their mean, all else as its change over about a year (at least "
    f"{wording.count(SPAN[0], 'month')}; the nearest to twelve that are known). A share that is stated too rarely to "
    "have a deviation of its own is left out. A rise "
    "counts for or against as composite.yaml says, and the composite is the weighted mean of what is known: zero is "
    "usual for trade, and no change for banks. Nothing is estimated; it sums up few figures and forecasts none."
)


def sections(known: Known) -> list[Section]:
    """A section a composite; how they are made stands at the end of the last one that has a value."""
    pages = [section(known, area, title) for area, title in TITLES.items()]
    if made := [page for page in pages if page.charts]:
        made[-1].notes.append(METHOD)
    return pages


def section(known: Known, area: str, title: str) -> Section:
    page = Section(f"composite-{area.lower()}", title)
    choice = {"dataset": "indicator", "ref_area": area}
    row, newest = known.row(choice | {"measure": "composite"}), known.row(choice | {"measure": "composite_coverage"})
    if newest and (not row or row["period_end"] < newest["period_end"]):
        page.sentences += [too_little(title, newest, row), *left_out(area)]
        return page
    if not row:
        return page
    end = row["period_end"]
    parts = known.rows(choice | {"measure": "composite_contribution"}).filter(pl.col("period_end") == end)
    cover = known.row(choice | {"measure": "composite_coverage"}, end)
    ordered = parts.sort("value").to_dicts()
    page.sentences += [verdict(area, row), reasons(ordered, cover), *missing(area, ordered), *left_out(area)]
    page.sentences += robustness(known, choice, row) + ranks(known, choice, end)
    page.charts.append(_chart(known, f"composite-{area.lower()}-over-time", title, choice))
    return page


def too_little(title: str, coverage: Row, last: Row | None) -> Sentence:
    """Why there is no composite of the newest month, and what the last one was."""
    name = title.partition(": ")[2]
    month, share = wording.month(coverage["period_end"]), wording.percent(coverage["value"], 0)
    sentence: list[Part] = [
        f"There is no composite of the {name} for {month}: components known that day carry ",
        fact(coverage, share),
        f" of the weight, and more than {wording.percent(MINIMUM_COVERAGE, 0)} is needed",
    ]
    if last:
        value = fact(last, wording.signed(last["value"], 2) + " standard deviations")
        sentence += [f"; the last one, of {wording.month(last['period_end'])}, was ", value]
    return (*sentence, ".")


def left_out(area: str) -> list[Sentence]:
    """What belongs to the subject and is no component, with the reason that composite.yaml gives."""
    reasons_ = composites()[area].get("left_out", {})
    return [(f"Left out: {_within(name.upper())}, {why}.",) for name, why in reasons_.items()]


def verdict(area: str, row: Row) -> Sentence:
    """The direction a composite shows, in words that its sign gives."""
    value = fact(row, wording.signed(row["value"], 2) + " standard deviations")
    month = wording.month(row["period_end"])
    if area == "RUS":
        verb = wording.strength(row["value"], "strengthened", "weakened", "did not change")
        return (f"By the composite the stability of Russian banking {verb} over about a year to {month}: ", value, ".")
    level = wording.strength(row["value"], "above", "below", "at")
    return (f"By the composite the momentum of China's trade in {month} was {level} its usual level: ", value, ".")


def reasons(ordered: list[Row], cover: Row | None) -> Sentence:
    """Which components pulled it down and which held it up, largest first; how much of the weight was known."""
    sentence: list[Part] = []
    for sign, words in ((-1, "Pulled down by "), (1, "held up by ")):
        chosen = [p for p in ordered if p["value"] * sign > 0][:: sign * -1]
        if not chosen:
            continue
        sentence.append(words if not sentence else f"; {words}")
        for i, part in enumerate(chosen):
            name = PARTS[part["product_code"]]
            text = f"{name[0].lower()}{name[1:]} ({wording.signed(part['value'], 2)})"
            sentence += [", ", fact(part, text)] if i else [fact(part, text)]
    if cover:
        sentence += [
            ". Components known that day carry ",
            fact(cover, wording.percent(cover["value"], 0)),
            " of the weight",
        ]
    if isinstance(sentence[0], str):
        sentence[0] = sentence[0][0].upper() + sentence[0][1:]
    return (*sentence, ".")


def missing(area: str, ordered: list[Row]) -> list[Sentence]:
    """The components that were not known or too old, by name."""
    there = {part["product_code"] for part in ordered}
    lacking = [_within(name.upper()) for name in composites()[area]["components"] if name.upper() not in there]
    return [(f"Not known, or too old to count: {wording.listed(lacking)}.",)] if lacking else []


def _within(part: str) -> str:
    """The name of a component within a sentence."""
    return PARTS[part].lower().replace("(ras)", "(RAS)")


def robustness(known: Known, choice: dict[str, str], row: Row) -> list[Sentence]:
    """Does the sign hold when each component is left out in turn?"""
    others = known.rows(choice | {"measure": "composite_without"}).filter(pl.col("period_end") == row["period_end"])
    if others.is_empty() or wording.strength(row["value"], "above", "below", "") == "":
        return []  # nothing said of its direction
    turning = [part for part in others.sort("product_code").to_dicts() if part["value"] * row["value"] < 0]
    if not turning:
        low, high = (others.sort("value").row(i, named=True) for i in (0, -1))
        return [("Leaving out one component at a time does not change its sign: it stays between ",
                 fact(low, wording.signed(low["value"], 2)), " and ", fact(high, wording.signed(high["value"], 2)),
                 ".")]  # fmt: skip
    sentence: list[Part] = ["Its sign rests on single components: it would be "]
    for i, part in enumerate(turning):
        words = f" without {_within(part['product_code'])}"
        sentence += [", " if i else "", fact(part, wording.signed(part["value"], 2)), words]
    return [(*sentence, ".")]


def ranks(known: Known, choice: dict[str, str], end: date) -> list[Sentence]:
    """Where the composite stands among its own months, or why that is not said; and its components in their past."""
    sentences: list[Sentence] = []
    if rank := known.row(choice | {"measure": "composite_percentile"}, end):
        share = fact(rank, wording.percent(rank["value"], 0))
        earlier = known.rows(choice | {"measure": "composite"}).filter(pl.col("period_end") < end).height
        months = wording.count(earlier, "earlier month")
        sentences.append(("It was lower in ", share, f" of the {months} known on that day."))
    else:
        n = known.rows(choice | {"measure": "composite"}).height
        known_ = f"{wording.count(n, 'month')} of it {'is' if n == 1 else 'are'} known"
        sentences.append((f"It is not ranked among its own months: {known_}, and {LEAST + 1} are needed.",))
    if mean := known.row(choice | {"measure": "composite_mean_percentile"}, end):
        sentences.append(("On a scale from 0, the weakest of the last ten years, to 100, the strongest, its known "
                          "components stood at ", fact(mean, wording.number(mean["value"], 0)),
                          " on average, each ranked within its own past."))  # fmt: skip
    return sentences


def _signed(value: float) -> str:
    return wording.signed(value, 2)


def _chart(known: Known, name: str, title: str, choice: dict[str, str]) -> Chart:
    """The composite over time and the components that made it; the largest components first."""
    total = known.rows(choice | {"measure": "composite"}).to_dicts()[-SHOWN:]
    parts = known.rows(choice | {"measure": "composite_contribution"})
    parts = parts.filter(pl.col("period_end") >= total[0]["period_end"])
    sizes = (
        parts.group_by("product_code")
        .agg(pl.col("value").abs().sum())
        .sort("value", "product_code", descending=[True, False])
    )
    drawn = [
        charts.series(parts.filter(pl.col("product_code") == code).to_dicts(), PARTS[code], i + 1, _signed)
        for i, code in enumerate(sizes["product_code"])
    ]
    line = charts.series(total, "Composite", 0, _signed, months=2)
    points = [{"month": r["period_end"], "of": PARTS[r["product_code"]], "fact": fact(r, wording.signed(r["value"], 2))}
              for r in parts.to_dicts()]  # fmt: skip
    points += [
        {"month": r["period_end"], "of": "Composite", "fact": fact(r, wording.signed(r["value"], 2))} for r in total
    ]
    caption = f"{title}: contributions and their sum, standard deviations"
    table = by_month(caption, points, "of", "A dash: not known, or too old to count in that month.")
    last = f"{line.last} in {wording.month(total[-1]['period_end'])}"
    alt = f"Columns of {wording.count(len(drawn), 'component')} and a line of their sum, {last}."
    return charts.chart(name, title, alt, lambda width: svg.stacked(drawn, line, "standard deviations", width), table)
