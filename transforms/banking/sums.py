"""The sums that a book prints: parts make their wholes in each currency, and roubles and foreign currency make all.

Checked in published units, with the rounding as tolerance; what was set aside leaves its sums unjudged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from transforms.banking.areas import areas
from transforms.banking.figures import CURRENCIES, Figures, Layout, Measure
from transforms.model import ReadError


def check(layout: Layout, figures: Figures) -> None:
    """Raise ReadError `sum_mismatch` or `part_exceeds_whole` naming sheet, row and cell of the first contradiction."""
    parents = {area.code: area.parent for area in areas().values()} if layout.parents is None else layout.parents
    for name, measure in layout.measures.items():
        by_currency = {c: figures.values[name, c] for c in CURRENCIES if (name, c) in figures.values}
        if measure.additive:
            for cells in by_currency.values():
                _rows_add_up(name, measure, cells, figures, parents)
            if len(by_currency) == 3:
                _add_up(figures, (name, "ALL"), [(name, "RUB"), (name, "FX")], measure.decimals)
    for total, parts in layout.sums:
        for currency in CURRENCIES:
            if (total, currency) in figures.values:
                decimals = layout.measures[total].decimals
                _add_up(figures, (total, currency), [(part, currency) for part in parts], decimals)
    for part, whole in layout.at_most:
        for currency in CURRENCIES:
            _at_most(figures, (part, currency), (whole, currency))


def _tolerance(terms: int, decimals: int) -> Decimal:
    """Rounding of a printed total and its `terms` printed parts, half a last place each."""
    return (terms + 1) * Decimal(5).scaleb(-decimals - 1)


def _rows_add_up(
    name: str, measure: Measure, cells: Mapping[tuple[str, date], Decimal | None], figures: Figures,
    parents: Mapping[str, str],
) -> None:  # fmt: skip
    """Districts make up the country, regions their district, parts their region; branches all activities."""
    ends = dict.fromkeys(end for _, end in cells)
    currency = next(c for c in CURRENCIES if figures.values.get((name, c)) is cells)
    present = {row for row, _ in cells} | {area for m, c, area in figures.lost if (m, c) == (name, currency)}
    parts: dict[str, list[str]] = {}
    for row, parent in parents.items():
        if parent in present and row in present:
            parts.setdefault(parent, []).append(row)
    for whole, codes in parts.items():
        if any((name, currency, code) in figures.lost for code in (whole, *codes)):
            continue  # what was set aside is missing in the sum
        for end in ends:
            _sum(cells.get((whole, end)), [cells.get((code, end)) for code in codes], measure.decimals,
                 f"{name}: {whole} = sum of its {len(codes)} parts at {end}",
                 figures.where.get((name, currency, whole, end), ""))  # fmt: skip


def _add_up(figures: Figures, total: tuple[str, str], parts: Iterable[tuple[str, str]], decimals: int) -> None:
    parts = list(parts)
    for (area, end), value in figures.values[total].items():
        places = [figures.values.get(part, {}) for part in parts]
        if any((area, end) not in place for place in places):
            continue  # sheets of one book start on different dates
        what = f"{' + '.join(':'.join(p) for p in parts)} = {':'.join(total)} for {area} at {end}"
        _sum(value, [place[area, end] for place in places], decimals, what, figures.where[*total, area, end])


def _sum(total: Decimal | None, parts: Sequence[Decimal | None], decimals: int, what: str, where: str) -> None:
    """A sign for "no figure" counts as nothing in a sum; a total may lack a figure where a part does, or all are 0."""
    known = [part for part in parts if part is not None]
    if not known or (total is None and (len(known) < len(parts) or not any(known))):
        return  # no part with a figure: the parts are not printed (x), or there is nothing to add up
    if total is None or abs(total - sum(known)) > _tolerance(len(parts), decimals):
        raise ReadError("sum_mismatch", expected=what, got=f"{sum(known)} against {total}", where=where,
                        hint="The file contradicts itself: download it again.")  # fmt: skip


def _at_most(figures: Figures, part: tuple[str, str], whole: tuple[str, str]) -> None:
    for (area, end), value in figures.values.get(part, {}).items():
        limit = figures.values.get(whole, {}).get((area, end))
        if value is not None and limit is not None and value > limit:
            raise ReadError("part_exceeds_whole", expected=f"{part[0]} of {area} at {end} up to {limit}",
                            got=str(value), where=figures.where[*part, area, end])  # fmt: skip
