"""What a row of a trade table must satisfy whatever it says, each within the exact tolerance of published rounding.

Three identities catch shifted rows, swapped columns and misprints that look like numbers:
* exports + imports = total, for the month and for the year to date;
* the same sum a year ago: a level and its growth rate imply last year's level, and those must add up too;
* a month is not more than the year to date that contains it.

Checked on the 60 rows of two official pages, 72 rows by trade mode and 2,870 rows of the bulletin of 2024: no
exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from transforms.customs.row import Row
from transforms.model import ReadError

FLOWS = ("total", "export", "import")
TWICE_ROUNDED = Decimal("0.005")
"""Chips, July 2026: 91.5498 is printed 91.6, by way of 91.55."""
_FLOAT_NOISE = Decimal("1e-7")  # unrounded workbook cells carry binary noise in their last digits


def half_place(value: Decimal | None) -> Decimal:
    """Half of the last published place; for a missing figure (nil) half of one tenth."""
    exponent = value.as_tuple().exponent if value is not None else -1
    assert isinstance(exponent, int)
    return max(Decimal(5).scaleb(exponent - 1), _FLOAT_NOISE)


def flows_add_up(row: Row, suffix: str) -> None:
    """Exports + imports = total for one basis ("month", "ytd"). ReadError `sum_mismatch` or `missing_total`."""
    total, *parts = (row.figures[f"{flow}_{suffix}"] for flow in FLOWS)
    if (total is None and all(part is None for part in parts)) or row.hidden & {f"{flow}_{suffix}" for flow in FLOWS}:
        return
    if total is None:
        raise ReadError(
            "missing_total", expected="a total beside its parts", got="none", where=f"{row.where} total_{suffix}"
        )
    gap = total - sum((part or Decimal(0) for part in parts), Decimal(0))
    allowed = sum(half_place(x) for x in (total, *parts))
    if abs(gap) > allowed:
        raise ReadError(
            "sum_mismatch",
            expected=f"export + import = total within {allowed}",
            got=f"{parts[0]} + {parts[1]} against {total}",
            where=f"{row.where} total_{suffix}",
            hint="A shifted row or a swapped column; open the page and compare.",
        )


def balance_fits(row: Row, suffix: str) -> None:
    """Exports - imports = the printed balance, where all three are printed. ReadError `sum_mismatch`."""
    printed, exports, imports = (row.figures.get(f"{flow}_{suffix}") for flow in ("balance", "export", "import"))
    if printed is None or exports is None or imports is None:
        return
    allowed = half_place(printed) + half_place(exports) + half_place(imports)
    if abs(exports - imports - printed) > allowed:
        raise ReadError(
            "sum_mismatch",
            expected=f"export - import = balance within {allowed}",
            got=f"{exports} - {imports} against {printed}",
            where=f"{row.where} balance_{suffix}",
        )


def growth_adds_up(row: Row, basis: str, suffix: str) -> None:
    """Exports + imports of the year or month before = the total of then, implied by levels and growth.

    ReadError `growth_mismatch`.
    """
    past, allowed = [], Decimal(0)
    for flow in FLOWS:
        level, growth = row.figures[f"{flow}_{basis}"], row.figures[f"{flow}_{suffix}"]
        if level is None or growth is None or growth <= -99:
            return
        share = 1 + growth / 100
        past.append(level / share)
        allowed += half_place(level) / share + past[-1] * half_place(growth) / 100 / (share - half_place(growth) / 100)
    if abs(past[0] - past[1] - past[2]) > allowed:
        raise ReadError(
            "growth_mismatch",
            expected=f"levels of the period before that add up within {allowed:.2f}",
            got=f"{past[1]:.1f} + {past[2]:.1f} against {past[0]:.1f}",
            where=f"{row.where} {suffix}",
            hint="A growth rate or a level stands in the wrong column.",
        )


def growth_fits(row: Row, stem: str = "") -> None:
    """The printed growth of the year to date is that of the two levels beside it. ReadError `growth_mismatch`."""
    now, then, growth = (row.figures.get(f"{stem}{role}") for role in ("ytd", "prior_ytd", "ytd_yoy"))
    if now is None or not then or growth is None:
        return
    rounding = 100 * (half_place(now) + now / then * half_place(then)) / (then - half_place(then))
    implied = 100 * (now / then - 1)
    if abs(implied - growth) > rounding + half_place(growth) + TWICE_ROUNDED:
        raise ReadError(
            "growth_mismatch",
            expected=f"{implied:.2f} from {now} over {then}",
            got=str(growth),
            where=f"{row.where} {stem}ytd_yoy",
            hint="A shifted row or a swapped column; open the page and compare.",
        )


def growth_confirms(row: Row, stem: str) -> bool:
    """Do the row's year to date, that of the year before and the growth between them all stand there and agree?"""
    try:
        growth_fits(row, stem)
    except ReadError:
        return False
    return all(row.figures.get(f"{stem}{role}") is not None for role in ("ytd", "prior_ytd", "ytd_yoy"))


def hold(row: Row, names: Iterable[str]) -> None:
    """The identities of these names, for every basis and flow of which the row has figures. ReadError of the first."""
    for name in names:
        IDENTITIES[name](row)


def _sums(row: Row) -> None:
    for basis in _bases(row):
        flows_add_up(row, basis)


def _balances(row: Row) -> None:
    for basis in _bases(row):
        balance_fits(row, basis)


def _past_sums(row: Row) -> None:
    for basis in _bases(row):
        for suffix in (f"{basis}_yoy", f"{basis}_mom"):
            if f"total_{suffix}" in row.figures:
                growth_adds_up(row, basis, suffix)


def _bases(row: Row) -> list[str]:
    """The bases of which the row has exports and imports with their total."""
    return [basis for basis in ("month", "ytd") if f"total_{basis}" in row.figures]


def _months(row: Row) -> None:
    for role in list(row.figures):
        stem = role.removesuffix("month")
        if role.endswith("month") and f"{stem}ytd" in row.figures and not stem.startswith("balance"):
            month_within_ytd(row, stem)


def _growths(row: Row) -> None:
    for role in list(row.figures):
        if role.endswith("prior_ytd"):
            growth_fits(row, role.removesuffix("prior_ytd"))


def _enterprises(row: Row) -> None:
    """Types of enterprises make the total, and the kinds of foreign-invested ones theirs. ReadError `sum_mismatch`."""
    sums = {
        "total": ("soe", "fie", "poe", "other"),
        "fie": tuple(f"fie_{kind}" for kind in ("cooperative", "joint", "own")),
    }
    for whole, parts in sums.items():
        total, *figures = (row.figures.get(f"{word}_value_ytd") for word in (whole, *parts))
        if f"{parts[0]}_value_ytd" not in row.figures:
            continue
        gap = (total or 0) - sum((figure or Decimal(0) for figure in figures), Decimal(0))
        allowed = sum(half_place(figure) for figure in (total, *figures))
        if abs(gap) > allowed:
            raise ReadError("sum_mismatch", expected=f"{' + '.join(parts)} = {whole} within {allowed}",
                            got=f"a gap of {gap}", where=f"{row.where} {whole}",
                            hint="A shifted row or a swapped column; open the page and compare.")  # fmt: skip


def parts_make_total(rows: list[Row], total: Row, where: str, incomplete: bool = False) -> None:
    """The rows of a full breakdown add up to its total row, in every column of values. ReadError `parts_mismatch`.

    `incomplete`: some rows are set aside, so that the others may only not exceed the total.
    """
    for role, figure in total.figures.items():
        if figure is None or role.endswith(("_yoy", "_mom")):
            continue
        parts = [row.figures.get(role) for row in rows]
        allowed = half_place(figure) + sum(half_place(part) for part in parts if part is not None)
        gap = figure - sum((part or Decimal(0) for part in parts), Decimal(0))
        if (-gap if incomplete else abs(gap)) > allowed:
            raise ReadError(
                "parts_mismatch", expected=f"rows that add up to {figure} within {allowed}", got=f"a gap of {gap}",
                where=f"{where} {role}", hint="A row is missing, doubled or misread.",
            )  # fmt: skip


def month_within_ytd(row: Row, stem: str = "") -> None:
    """A month cannot exceed its year to date. ReadError `month_exceeds_ytd`."""
    month, ytd = row.figures.get(f"{stem}month"), row.figures.get(f"{stem}ytd")
    if month is None or f"{stem}ytd" in row.hidden:
        return
    if ytd is None or month > ytd + half_place(month) + half_place(ytd):
        raise ReadError(
            "month_exceeds_ytd",
            expected=f"at most the year to date {ytd}",
            got=str(month),
            where=f"{row.where} {stem}month",
            hint="A shifted row or a swapped column; open the page and compare.",
        )


def not_negative(row: Row) -> None:
    """Trade has no negative values or quantities (balances are not checked here). ReadError `negative`."""
    for role, value in row.figures.items():
        if value is not None and value < 0 and not role.endswith(("_yoy", "_mom")) and not role.startswith("balance"):
            raise ReadError("negative", expected="zero or more", got=str(value), where=f"{row.where} {role}")


def no_duplicates(codes: list[tuple[str, Row]], code: str = "duplicate_row") -> None:
    """No code twice in a table."""
    seen: dict[str, Row] = {}
    for key, row in codes:
        if key in seen:
            raise ReadError(code, expected=f"{key} once", got=f"{seen[key].label!r} and {row.label!r}", where=row.where)
        seen[key] = row


IDENTITIES: Mapping[str, Callable[[Row], None]] = {
    "not_negative": not_negative,
    "exports_and_imports_make_total": _sums,
    "balance_is_exports_less_imports": _balances,
    "growth_of_flows_adds_up": _past_sums,
    "month_within_year_to_date": _months,
    "growth_fits_levels": _growths,
    "enterprises_make_total": _enterprises,
}
"""What layouts may ask of every row, by name."""
