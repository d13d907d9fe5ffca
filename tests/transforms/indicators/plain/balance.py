"""China's balance, its records, mirror statistics and rerouting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.transforms.indicators.plain.past import (
    Cell,
    Months,
    Past,
    Track,
    Word,
    growth,
    made,
    month_end,
    month_number,
    newest,
    now,
    of_one_state,
    rest,
)
from tests.transforms.indicators.plain.trade import same_group, since_january, sums
from transforms.indicators.rerouting import connector_sets
from transforms.periods import period_end

REPORTERS = ("USA", "EU", "JPN", "KOR", "TWN", "BRA", "RUS", "VNM", "MEX", "IND", "THA", "MYS", "IDN")
PARTNERS = ("WORLD", "EXTRA_EU", "EU", "BRA", "CAN", "CHN", "DEU", "IDN", "IND", "JPN", "KOR", "MEX", "MYS", "RUS", "SGP", "THA", "TWN",
            "VNM")  # fmt: skip


def trade_balance(past: Past) -> Iterator[Cell]:
    for named, exports in past.of(dataset=("trade_total", "trade_by_partner"), measure="value", flow="export",
                                  basis=("month", "ytd"), unit=("USD", "CNY")):  # fmt: skip
        imports = past.one(named, flow="import")
        for month in exports.keys() & imports.keys():
            yield named | {"flow": "balance"}, month_end(month), exports[month][-1].value - imports[month][-1].value


def _minus(one: float, other: float) -> float:
    return one - other


def _balances(past: Past) -> Iterator[tuple[dict[str, str], Months, Months]]:
    """Balance of months and of years to date as known each day, by currency."""
    for currency in ("USD", "CNY"):
        named = {"dataset": "trade_total", "ref_area": "CHN", "counterpart_area": "WORLD", "flow": "balance",
                 "product_code": "TOTAL", "measure": "value", "basis": "month", "definition": "_", "currency": currency,
                 "unit": currency, "freq": "M", "adjustment": "N"}  # fmt: skip
        flows = {b: [past.one(named, basis=b, flow=f) for f in ("export", "import")] for b in ("month", "ytd")}
        printed = {b: past.one(named, basis=b) for b in ("month", "ytd")}
        yearly = past.one(named, basis="year", freq="A")
        printed["ytd"] = {m: _one_after_the_other(printed["ytd"].get(m, []), yearly.get(m, []))
                          for m in {*printed["ytd"], *yearly}}  # fmt: skip

        def both(
            basis: str,
            flows: dict[str, list[Months]] = flows,
            printed: dict[str, Months] = printed,
        ) -> Months:
            exports, imports = flows[basis]
            every = {*printed[basis], *(exports.keys() & imports.keys())}
            return {
                m: newest(printed[basis].get(m, []), made(_minus, exports.get(m, []), imports.get(m, [])))
                for m in every
            }

        months = both("month")
        yield named, months, sums(months, both("ytd"))


def _one_after_the_other(printed: Track, yearly: Track) -> Track:
    """What two tables print of one December; of one day the table of years counts."""
    told = {word.day: word for word in (*printed, *yearly)}
    return [told[day] for day in sorted(told)]


def _rolling(ytd: Months) -> Months:
    """Twelve months: year to date + last year - last year's year to date."""
    found: Months = {}
    for month, track in ytd.items():
        year, last = divmod(month, 12)
        parts = [track] if last == 11 else [track, ytd.get(year * 12 - 1, []), ytd.get(month - 12, [])]
        one = made(lambda *v: v[0] + v[1] - v[2] if len(v) == 3 else v[0], *parts)
        if one:
            found[month] = one
    return found


def trade_balance_12m(past: Past) -> Iterator[Cell]:
    for named, _, ytd in _balances(past):
        for month, track in _rolling(ytd).items():
            yield named | {"basis": "year"}, month_end(month), track[-1].value


def _prints(past: Past, currency: str, basis: str) -> Months:
    """Balances as a calendar printed them by the day; of several the most exact, then the earliest."""
    found: dict[int, list[tuple[date, float, str, float]]] = {}
    for row in (row for row in past.tables["consensus_forecast"] if row["release_date"] <= past.day):
        day = row["release_date"]
        covers = "ytd" if row["covers"] == "ytd" else "month"
        if (
            row["indicator"] != "trade_balance"
            or row["actual"] is None
            or row["currency"] != currency
            or covers != basis
        ):
            continue
        digits = f"{row['actual']:.0f}"
        rounding = 0.5 * 10 ** (len(digits) - len(digits.rstrip("0")))
        month = month_number(period_end(row["period"]))
        found.setdefault(month, []).append((day, rounding, row["release_id"], row["actual"]))
    tracks: Months = {}
    for month, candidates in found.items():
        for day, rounding, _, value in sorted(candidates):
            if month not in tracks or rounding < (tracks[month][-1].precision or 0.0):
                tracks.setdefault(month, []).append(Word(value, rounding, day, True))
    return tracks


def _filled(known: Months, printed: Months) -> Months:
    """Prints fill a month from their day until the first published value."""
    found = dict(known)
    for month, words in printed.items():
        early = [word for word in words if month not in known or word.day < known[month][0].day]
        if early:
            found[month] = newest(known.get(month, []), early)
    return found


def _samples(past: Past) -> Iterator[tuple[dict[str, str], Months]]:
    """Months, years to date and twelve months that records speak of."""
    for named, months, ytd in _balances(past):
        months = _filled(months, _prints(past, named["currency"], "month"))
        known = _filled(ytd, _prints(past, named["currency"], "ytd"))
        years = {m // 12 for m in (*months, *known)}
        summed = {
            m: track for y in years for m in range(y * 12, y * 12 + 12) if (track := since_january(months, known, m))
        }
        known = _filled_by_sums(known, summed)
        yield named, months
        yield named | {"basis": "ytd"}, known
        yield named | {"basis": "year"}, _rolling(known)


def _filled_by_sums(known: Months, summed: Months) -> Months:
    """Sums fill a period until its first value; later ones do not count against it."""
    found = dict(known)
    for month, track in summed.items():
        early = [word for word in track if month not in known or word.day < known[month][0].day]
        if early:
            found[month] = newest(known.get(month, []), early)
    return found


def _run(named: dict[str, str], months: Months, month: int, step: int = 1) -> int:
    """Periods before one that are known without a gap; a January that is not printed is none in the year to date."""
    count, at = 0, month
    while True:
        before = at - step
        if before not in months and step == 1 and named["basis"] == "ytd" and at % 12 == 1:
            before = at - 2
        if before not in months:
            return count
        count, at = count + 1, before


def _beaten(named: dict[str, str], months: Months, step: int, least: int) -> Iterator[Cell]:
    for month, track in months.items():
        word = track[-1]
        run = _run(named, months, month, step)
        lower = word.value - (word.precision or 0.0)
        past = [m for m in months if m < month and (step == 1 or (month - m) % 12 == 0)]
        tops = [months[m][-1].value + (months[m][-1].precision or 0.0) for m in past]
        if tops and lower <= max(tops):
            yield named, month_end(month), 0.0
        elif run >= least:
            yield named, month_end(month), float(run)


def trade_balance_record(past: Past) -> Iterator[Cell]:
    for named, months in _samples(past):
        if named["basis"] in ("month", "year"):
            yield from _beaten(named, months, 1, 12)


def trade_balance_ytd_record(past: Past) -> Iterator[Cell]:
    for named, months in _samples(past):
        if named["basis"] == "ytd":
            yield from _beaten(named, months, 12, 3)


def trade_balance_unbroken_periods(past: Past) -> Iterator[Cell]:
    for named, months in _samples(past):
        for month in months:
            yield named, month_end(month), float(_run(named, months, month))


def _first_above(past: Past, basis: str) -> Iterator[Cell]:
    for named, months in _samples(past):
        if named["basis"] != basis or named["currency"] != "USD":
            continue
        for month in months:
            above = [m for m in months if m <= month and months[m][-1].value > 1e12]
            if above != [month]:
                yield named, month_end(month), 0.0
            elif _run(named, months, month) >= 12:
                yield named, month_end(month), 1.0


def trade_balance_ytd_first_above_1trn(past: Past) -> Iterator[Cell]:
    yield from _first_above(past, "ytd")


def trade_balance_12m_first_above_1trn(past: Past) -> Iterator[Cell]:
    yield from _first_above(past, "year")


def _mirror(past: Past) -> Iterator[tuple[dict[str, str], Months]]:
    """What reporters count, months and years to date."""
    for named, months in past.of(dataset="mirror_trade", ref_area=REPORTERS, counterpart_area=PARTNERS, flow="import",
                                 product_code="TOTAL", measure="value", basis="month", unit=("USD", "EUR", "JPY")):  # fmt: skip
        yield named, months
        yield named | {"basis": "ytd"}, {m: t for m in months if (t := since_january(months, {}, m))}


def mirror_import_growth(past: Past) -> Iterator[Cell]:
    for named, months in _mirror(past):
        for month in months:
            one, base = now(months, month), now(months, month - 12)
            if one is not None and base is not None:
                yield named, month_end(month), growth(one, base)


def mirror_import_share(past: Past) -> Iterator[Cell]:
    every = {tuple(named.values()): months for named, months in _mirror(past)}
    for named, months in _mirror(past):
        everyone = "EXTRA_EU" if named["ref_area"] == "EU" else "WORLD"
        world = every.get(tuple((named | {"counterpart_area": everyone}).values()), {})
        for month in months.keys() & world.keys():
            if named["counterpart_area"] not in ("WORLD", "EXTRA_EU"):
                yield named, month_end(month), 100 * months[month][-1].value / world[month][-1].value


def mirror_gap(past: Past) -> Iterator[Cell]:
    for named, theirs in _mirror(past):
        if named["counterpart_area"] != "CHN" or named["currency"] != "USD":
            continue
        own = named | {"dataset": "trade_by_partner", "ref_area": "CHN", "counterpart_area": named["ref_area"],
                       "flow": "export", "definition": "_", "currency": "USD"}  # fmt: skip
        months, printed = past.one(own, basis="month"), past.one(own, basis="ytd")
        ours = months if named["basis"] == "month" else sums(months, printed)
        told = named | {"ref_area": "CHN", "counterpart_area": named["ref_area"], "flow": "export"}
        for month in theirs.keys() & ours.keys():
            yield told, month_end(month), 100 * (theirs[month][-1].value / ours[month][-1].value - 1)


def mirror_gap_without_freight(past: Past) -> Iterator[Cell]:
    for named, end, gap in mirror_gap(past):
        freight = 1.06 if "CIF" in named["definition"] or named["definition"] == "COMEXT" else 1.0
        yield named, end, None if gap is None else (100 + gap) / freight - 100


def _exports(past: Past, dataset: str) -> Iterator[tuple[dict[str, str], Months]]:
    for currency in ("USD", "CNY"):
        keys = {
            tuple(named.items())
            for named, _ in past.of(
                dataset=dataset, measure="value", flow="export", unit=currency, basis=("month", "ytd")
            )
        }
        for named in {tuple((dict(key) | {"basis": "_"}).items()) for key in keys}:
            own = dict(named)
            months, printed = past.one(own, basis="month"), past.one(own, basis="ytd")
            yield own | {"basis": "month"}, months
            yield own | {"basis": "ytd"}, sums(months, printed)


def _changes(past: Past) -> Iterator[tuple[dict[str, str], int, list[Track]]]:
    """Partner, partner and world a year earlier, world now."""
    worlds = {(n["basis"], n["currency"]): months for n, months in _exports(past, "trade_total")
              if n["counterpart_area"] == "WORLD"}  # fmt: skip
    for named, months in _exports(past, "trade_by_partner"):
        world = worlds.get((named["basis"], named["currency"]), {})
        if named["counterpart_area"] == "WORLD":
            continue
        for month in months:
            parts = [months.get(month, []), months.get(month - 12, []), world.get(month - 12, []), world.get(month, [])]
            if all(parts) and same_group(named["counterpart_area"], month_end(month)):
                yield named, month, parts


def export_offset_ratio(past: Past) -> Iterator[Cell]:
    def ratio(one: Word, base: Word, world_base: Word, world: Word) -> float | None:
        lost = rest(base, one)
        big = base.value >= 0.05 * world_base.value > 0
        return (world.value - world_base.value + lost) / lost if lost and big else None

    for named, month, (one, base, world_base, world) in _changes(past):
        yield named, month_end(month), of_one_state(ratio, one, [base, world_base], [world], of_words=True)


def export_offset_contribution(past: Past) -> Iterator[Cell]:
    def points(one: float, base: float, world_base: float, world: float) -> float | None:
        return 100 * (world - world_base - (one - base)) / world_base if base >= 0.05 * world_base > 0 else None

    for named, month, (one, base, world_base, world) in _changes(past):
        yield named, month_end(month), of_one_state(points, one, [base, world_base], [world])


def export_growth_elsewhere(past: Past) -> Iterator[Cell]:
    def grown(one: Word, base: Word, world_base: Word, world: Word) -> float | None:
        left = rest(world_base, base)
        return 100 * ((world.value - one.value) / left - 1) if left and base.value > 0 else None

    for named, month, (one, base, world_base, world) in _changes(past):
        yield named, month_end(month), of_one_state(grown, one, [base, world_base], [world], of_words=True)


def export_excess_growth(past: Past) -> Iterator[Cell]:
    def excess(one: Word, base: Word, world_base: Word, world: Word) -> float | None:
        left = rest(world_base, base)
        others = (world.value - one.value) / left if left else 0.0
        return 100 * (one.value / base.value - others) if left and base.value > 0 else None

    for named, month, (one, base, world_base, world) in _changes(past):
        yield named, month_end(month), of_one_state(excess, one, [base, world_base], [world], of_words=True)


def export_excess_growth_published(past: Past) -> Iterator[Cell]:
    for named, partner in past.of(dataset="trade_by_partner", measure="growth_yoy", product_code="TOTAL", flow="export",
                                  currency=("USD", "CNY")):  # fmt: skip
        world = past.one(named, dataset="trade_total", counterpart_area="WORLD")
        for month in partner.keys() & world.keys():
            if named["counterpart_area"] != "WORLD":
                yield named, month_end(month), partner[month][-1].value - world[month][-1].value


def export_diversion_index(past: Past) -> Iterator[Cell]:
    partners = {
        (n["counterpart_area"], n["basis"], n["currency"]): months for n, months in _exports(past, "trade_by_partner")
    }
    for named, world in _exports(past, "trade_total"):
        place = (named["basis"], named["currency"])
        for label, codes in connector_sets().items():
            for month in world:
                end = month_end(month)
                if named["counterpart_area"] != "WORLD" or (len(codes) == 1 and not same_group(codes[0], end)):
                    continue
                tracks = [[months.get(m, []) for months in (world, *(partners.get((area, *place), {}) for area in ("USA", *codes)))]
                          for m in (month, month - 12)]  # fmt: skip
                if not all(track for both in tracks for track in both):
                    continue
                words, before = ([track[-1] for track in both] for both in tracks)
                one, base = (sum(word.value for word in both[2:]) for both in (words, before))
                left, left_base = rest(*words), rest(*before)
                if left and left_base and base > 0:
                    yield named | {"definition": label}, end, 100 * (one / base) / (left / left_base)
