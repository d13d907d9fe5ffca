"""Trade: growth, shares, contributions, unit values, coverage of partners, January, other importers' counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.transforms.indicators.plain.past import (
    Cell,
    Months,
    Past,
    Track,
    growth,
    made,
    month_end,
    newest,
    now,
    of_one_state,
)
from transforms.areas import membership_changed, names

LEVELS = ("trade_total", "trade_by_partner", "trade_by_commodity")
MONEY = ("USD", "CNY")
FLOWS = ("export", "import", "total")


def same_group(area: str, end: date) -> bool:
    return area != "BRI" and not membership_changed(area, date(end.year - 1, end.month, 28), end)


def two_months(months: Months, printed: Months, year: int) -> Track:
    """January and February: printed as year to date, or summed."""
    return newest(
        printed.get(year * 12 + 1, []),
        made(lambda a, b: a + b, months.get(year * 12, []), months.get(year * 12 + 1, [])),
    )


def since_january(months: Months, printed: Months, month: int) -> Track:
    """Sum from January on where every month is known."""
    year, last = divmod(month, 12)
    if last == 0:
        return months.get(month, [])
    two = two_months(months, printed, year)
    later = [months.get(year * 12 + m, []) for m in range(2, last + 1)]
    return two if last == 1 else made(lambda *values: sum(values), two, *later)


def sums(months: Months, printed: Months) -> Months:
    """Years to date, printed or summed."""
    years = {m // 12 for m in (*months, *printed)}
    found = {
        m: newest(printed.get(m, []), since_january(months, printed, m))
        for y in years
        for m in range(y * 12, y * 12 + 12)
    }
    return {m: track for m, track in found.items() if track}


def trade_growth_computed(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset=LEVELS, measure="value", flow=FLOWS, basis=("month", "ytd"), unit=MONEY):
        for month, figure in months.items():
            if month - 12 in months and same_group(named["counterpart_area"], month_end(month)):
                yield named, month_end(month), of_one_state(growth, figure, [months[month - 12]])


def trade_growth_holiday_free(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset=LEVELS, measure="value", flow=FLOWS, basis=("month", "ytd"), unit=MONEY):
        own = months if named["basis"] == "month" else past.one(named, basis="month")
        if named["basis"] == "ytd" and own:
            continue
        printed = past.one(named, basis="ytd")
        series = {m: track for m, track in own.items() if m % 12 > 1}
        for year in {m // 12 for m in (*own, *printed)}:
            series |= {year * 12 + 1: track} if (track := two_months(own, printed, year)) else {}
        for month, figure in series.items():
            if month - 12 in series and same_group(named["counterpart_area"], month_end(month)):
                yield (
                    named | {"basis": "month"},
                    month_end(month),
                    of_one_state(growth, figure, [series[month - 12]]),
                )


def trade_growth_published_minus_computed(past: Past) -> Iterator[Cell]:
    computed = {
        (n["dataset"], n["counterpart_area"], n["flow"], n["product_code"], n["basis"], n["currency"], end): value
        for n, end, value in trade_growth_computed(past)
    }
    for n, months in past.of(dataset=LEVELS, measure="growth_yoy", currency=MONEY):
        for month in months:
            key = (n["dataset"], n["counterpart_area"], n["flow"], n["product_code"], n["basis"], n["currency"])
            other, printed = computed.get((*key, month_end(month))), now(months, month)
            if other is not None and printed is not None:
                yield n, month_end(month), printed - other


def _world(past: Past, named: dict[str, str]) -> Months:
    return past.one(named, dataset="trade_total", counterpart_area="WORLD", product_code="TOTAL")


def trade_partner_share(past: Past) -> Iterator[Cell]:
    for named, months in past.of(
        dataset="trade_by_partner", measure="value", flow=FLOWS, basis=("month", "ytd"), unit=MONEY
    ):
        world = _world(past, named)
        for month in months.keys() & world.keys():
            if named["counterpart_area"] != "WORLD":
                yield named, month_end(month), 100 * months[month][-1].value / world[month][-1].value


def _points(one: float, base: float, world: float) -> float:
    return 100 * (one - base) / world


def trade_commodity_contribution(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="trade_by_commodity", measure="value", counterpart_area="WORLD",
                                 basis=("month", "ytd"), unit=MONEY):  # fmt: skip
        world = _world(past, named)
        for month, figure in months.items():
            if month - 12 in months and month - 12 in world:
                bases = [months[month - 12], world[month - 12]]
                yield named, month_end(month), of_one_state(_points, figure, bases)


def trade_partner_contribution(past: Past) -> Iterator[Cell]:
    for named, months in past.of(
        dataset="trade_by_partner", measure="value", flow=FLOWS, basis=("month", "ytd"), unit=MONEY
    ):
        world = _world(past, named)
        for month, figure in months.items():
            area = named["counterpart_area"]
            if month - 12 in months and month - 12 in world and area != "WORLD" and same_group(area, month_end(month)):
                bases = [months[month - 12], world[month - 12]]
                yield named, month_end(month), of_one_state(_points, figure, bases)


def _unit_values(past: Past) -> Iterator[tuple[dict[str, str], Months]]:
    for named, money in past.of(dataset="trade_by_commodity", measure="value", basis=("month", "ytd"), unit=MONEY):
        alike = {n: named[n] for n in ("ref_area", "counterpart_area", "flow", "product_code", "basis", "definition",
                                       "freq", "adjustment")}  # fmt: skip
        for other, volume in past.of(dataset="trade_by_commodity", measure="quantity", **alike):
            values = {m: track for m in money.keys() & volume.keys() if (track := made(_ratio, money[m], volume[m]))}
            yield named | {"unit": f"{named['currency']}/{other['unit']}"}, values


def _ratio(money: float, volume: float) -> float:
    return money / volume if volume > 0 else float("nan")


def trade_unit_value(past: Past) -> Iterator[Cell]:
    for named, values in _unit_values(past):
        for month, track in values.items():
            yield named, month_end(month), track[-1].value


def trade_unit_value_growth(past: Past) -> Iterator[Cell]:
    for named, values in _unit_values(past):
        values = {m: [_unrounded(word) for word in track] for m, track in values.items()}
        for month, figure in values.items():
            if month - 12 in values:
                yield named, month_end(month), of_one_state(growth, figure, [values[month - 12]])


def _unrounded(word):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(word, precision=None)


def trade_unit_value_gap(past: Past) -> Iterator[Cell]:
    single = set(names().filter(names()["kind"] != "group")["code"])
    dealt: dict[tuple[object, ...], list[tuple[dict[str, str], float, float]]] = {}
    for named, money in past.of(dataset="trade_by_commodity", measure="value", basis=("month", "ytd"), unit=MONEY):
        own = {n: named[n] for n in ("ref_area", "flow", "product_code", "basis", "definition", "freq", "adjustment")}
        partner = named["counterpart_area"]
        for _, volume in past.of(dataset="trade_by_commodity", measure="quantity", counterpart_area=partner, **own):
            for m in money.keys() & volume.keys() if partner in single else ():
                value, quantity = now(money, m), now(volume, m)
                if value is not None and quantity is not None and quantity > 0:
                    dealt.setdefault((*own.values(), named["currency"], m), []).append((named, value, quantity))
    for (*_, m), partners in dealt.items():
        for named, value, quantity in partners:
            others = [(v, q) for other, v, q in partners if other is not named]
            if others:
                rest = sum(v for v, _ in others) / sum(q for _, q in others)
                yield named, month_end(int(str(m))), 100 * (value / quantity / rest - 1)


def trade_volume_growth(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="trade_by_commodity", measure="quantity", basis=("month", "ytd")):
        for month, figure in months.items():
            if month - 12 in months and same_group(named["counterpart_area"], month_end(month)):
                yield named, month_end(month), of_one_state(growth, figure, [months[month - 12]])


Shares = dict[tuple[str, str, str, int], dict[str, float]]


def country_shares(past: Past) -> Shares:
    """Percent of the total by flow, basis, currency and month, and by country."""
    groups = {row["code"] for row in names().iter_rows(named=True) if row["kind"] == "group"}
    known = set(names()["code"]) - groups
    found: Shares = {}
    for named, end, value in trade_partner_share(past):
        if named["counterpart_area"] in known and value is not None and value == value:
            cell = (named["flow"], named["basis"], named["currency"], end.year * 12 + end.month - 1)
            found.setdefault(cell, {})[named["counterpart_area"]] = value
    return found


def _over_countries(past: Past, function) -> Iterator[Cell]:  # type: ignore[no-untyped-def]
    for (flow, basis, currency, month), shares in country_shares(past).items():
        named = {"counterpart_area": "WORLD", "flow": flow, "basis": basis, "currency": currency}
        yield named, month_end(month), function(shares)


def _hhi(shares: dict[str, float]) -> float | None:
    whole = sum(shares.values())
    return sum((100 * s / whole) ** 2 for s in shares.values()) if whole >= 95 else None


def trade_concentration_hhi(past: Past) -> Iterator[Cell]:
    yield from (cell for cell in _over_countries(past, _hhi) if cell[0]["flow"] != "total")


def trade_concentration_hhi_without_reimports(past: Past) -> Iterator[Cell]:
    def others(shares: dict[str, float]) -> float | None:
        left = [share for area, share in shares.items() if area != "CHN"]
        return sum((100 * s / sum(left)) ** 2 for s in left) if _hhi(shares) is not None else None

    yield from (cell for cell in _over_countries(past, others) if cell[0]["flow"] == "import")


def trade_partner_coverage(past: Past) -> Iterator[Cell]:
    yield from _over_countries(past, lambda shares: sum(shares.values()))


def trade_partner_count(past: Past) -> Iterator[Cell]:
    yield from _over_countries(past, lambda shares: float(len(shares)))


def trade_partner_missing(past: Past) -> Iterator[Cell]:
    """Only those that are missing: a zero says that one was, and stands from the day on which it is there."""
    shares = country_shares(past)
    for (flow, basis, currency, month), there in shares.items():
        for area, share in shares.get((flow, basis, currency, month - 12), {}).items():
            if share >= 0.5 and area not in there:
                named = {"counterpart_area": area, "flow": flow, "basis": basis, "currency": currency}
                yield named, month_end(month), share


def _january(past: Past, measure: str) -> Iterator[Cell]:
    """Combined January and February less February, as the release of that year printed both; the last such day."""
    for named, two in past.of(dataset=(*LEVELS, "trade_by_regime"), measure=measure, basis="ytd"):
        months = past.one(named, basis="month")
        for month, track in two.items():
            year = month // 12
            first = months[year * 12][0].day if months.get(year * 12) else date.max
            parts = [
                [word for word in one if word.preliminary and word.day.year == year]
                for one in (track, months.get(month, []))
            ]
            told = [word for word in made(lambda a, b: a - b, *parts) if word.day < first] if month % 12 == 1 else []
            if told:
                yield named | {"basis": "month"}, month_end(year * 12), told[-1].value


def trade_january_by_difference(past: Past) -> Iterator[Cell]:
    yield from _january(past, "value")


def trade_january_quantity_by_difference(past: Past) -> Iterator[Cell]:
    yield from _january(past, "quantity")
