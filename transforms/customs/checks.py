"""What a row of a trade table must satisfy whatever it says, and what rows must make together.

Identities of a row catch shifted rows, swapped columns and misprints that look like numbers:
* exports + imports = total, for the month and for the year to date;
* the same sum a year ago: a level and its growth rate imply last year's level, and those must add up too;
* a month is not more than the year to date that contains it.

Each is stated here once, as terms (model.TERM) in the unit that is printed, off by half of their last place at the
most; `transforms.identities` judges them. Checked on the 60 rows of two official pages, 72 rows by trade mode and 2,870
rows of the bulletin of 2024: no exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

import polars as pl

from transforms import identities
from transforms.customs.row import Row
from transforms.model import TERM, ReadError

FLOWS = ("total", "export", "import")
TWICE_ROUNDED = Decimal("0.005")
"""Chips, July 2026: 91.5498 is printed 91.6, by way of 91.55."""
_FLOAT_NOISE = Decimal("1e-7")  # unrounded workbook cells carry binary noise in their last digits
Relation = Literal["=", "<="]


class Term(NamedTuple):
    """A row of model.TERM."""

    identity: str
    code: str
    relation: Relation
    sign: int
    value: float | None
    half: float
    where: str


def half_place(value: Decimal | None) -> Decimal:
    """Half of the last published place; for a missing figure (nil) half of one tenth."""
    exponent = value.as_tuple().exponent if value is not None else -1
    assert isinstance(exponent, int)
    return max(Decimal(5).scaleb(exponent - 1), _FLOAT_NOISE)


def frame(terms: Iterable[Term]) -> pl.DataFrame:
    """Columns of model.TERM."""
    return pl.DataFrame(list(terms), schema=dict(TERM), orient="row")


def sums(rows: Sequence[Row], names: Sequence[str]) -> tuple[dict[str, list[Term]], dict[str, ReadError]]:
    """By the place of each row: its identities of these names, for every basis and flow of which it has figures; and
    why it cannot be true, where it breaks one of them or is below zero."""
    terms: dict[str, list[Term]] = {row.where: [] for row in rows}
    wrong: dict[str, ReadError] = {}
    for row in rows:
        try:
            for name in names:
                terms[row.where] += IDENTITIES[name](row)
        except ReadError as error:
            wrong[row.where] = error
    owners = {term.identity: place for place, own in terms.items() for term in own}
    for broken in identities.broken(frame(term for own in terms.values() for term in own)).iter_rows(named=True):
        wrong.setdefault(owners[broken["identity"]], identities.contradiction(broken))
    return terms, wrong


def rows_make(
    whole: Row, parts: Iterable[Row], relation: Relation = "=", code: str = "parts_mismatch",
    roles: Sequence[str] = (), unprinted: float = 0.0,
) -> Iterator[Term]:  # fmt: skip
    """Rows make another one, or do not exceed it: a sum for each of `roles`, or for every column of values.

    `unprinted`: the share of all terms by which parts that are not printed may miss.
    """
    parts = list(parts)
    values = roles or [role for role in whole.figures if not role.endswith(("_yoy", "_mom"))]
    for role in values if parts else ():
        if role in whole.hidden:
            continue
        name = f"rows {relation} {role} of {whole.label!r} ({whole.where})"
        for sign, row in ((-1, whole), *((1, part) for part in parts)):
            figure = row.figures.get(role)
            value = float(figure) if figure is not None else None if sign < 0 else 0.0
            half = float(half_place(figure)) + unprinted * abs(value or 0.0) if figure is not None else 0.0
            yield Term(name, code, relation, sign, value, half, f"{row.where} {role}")


def _sum(
    row: Row, whole: str, parts: Sequence[str], relation: Relation = "=", code: str = "sum_mismatch"
) -> Iterator[Term]:
    """Figures of a row make another one, or do not exceed it. One that is not there is nothing."""
    name = f"{' + '.join(parts)} {relation} {whole} ({row.where})"
    for sign, role in ((-1, whole), *((1, part) for part in parts)):
        figure = row.figures.get(role)
        yield Term(name, code, relation, sign, float(figure or 0), float(half_place(figure)), f"{row.where} {role}")


def _flows(row: Row) -> Iterator[Term]:
    """Exports + imports = total. ReadError `missing_total`."""
    for basis in _bases(row):
        whole, *parts = (f"{flow}_{basis}" for flow in FLOWS)
        figures = [row.figures[role] for role in (whole, *parts)]
        if figures == [None] * 3 or row.hidden & {whole, *parts}:
            continue
        if figures[0] is None:
            raise ReadError("missing_total", expected="a total beside its parts", got="none",
                            where=f"{row.where} {whole}")  # fmt: skip
        yield from _sum(row, whole, parts)


def _balances(row: Row) -> Iterator[Term]:
    """Exports - imports = the printed balance, where all three are printed."""
    for basis in _bases(row):
        roles = [f"{word}_{basis}" for word in ("export", "balance", "import")]
        if all(row.figures.get(role) is not None for role in roles):
            yield from _sum(row, roles[0], roles[1:])


def _bases(row: Row) -> list[str]:
    """The bases of which the row has exports and imports with their total."""
    return [basis for basis in ("month", "ytd") if f"total_{basis}" in row.figures]


def _past_flows(row: Row) -> Iterator[Term]:
    """Exports + imports of the year or month before = the total of then, implied by levels and growth."""
    for basis in _bases(row):
        for suffix in (f"{basis}_yoy", f"{basis}_mom"):
            terms = []
            for flow in FLOWS:
                level, growth = row.figures.get(f"{flow}_{basis}"), row.figures.get(f"{flow}_{suffix}")
                if level is None or growth is None or growth <= -99:
                    break
                share, half = 1 + growth / 100, half_place(growth) / 100
                off = half_place(level) / share + level / share * half / (share - half)
                name = f"export + import = total before {suffix} ({row.where})"
                terms.append(Term(name, "growth_mismatch", "=", -1 if flow == "total" else 1, float(level / share),
                                  float(off), f"{row.where} {suffix}"))  # fmt: skip
            else:
                yield from terms


def _months(row: Row) -> Iterator[Term]:
    """A month cannot exceed its year to date. ReadError `month_exceeds_ytd` where there is none."""
    for role, month in row.figures.items():
        ytd = f"{role.removesuffix('month')}ytd"
        if not role.endswith("month") or ytd not in row.figures or role.startswith("balance"):
            continue
        if month is None or ytd in row.hidden:
            continue
        if row.figures[ytd] is None:
            raise ReadError("month_exceeds_ytd", expected="a year to date", got=f"none beside {month}",
                            where=f"{row.where} {role}")  # fmt: skip
        yield from _sum(row, ytd, [role], "<=", "month_exceeds_ytd")


def _growths(row: Row) -> Iterator[Term]:
    for role in row.figures:
        if role.endswith("prior_ytd"):
            yield from _growth(row, role.removesuffix("prior_ytd"))


def _growth(row: Row, stem: str) -> list[Term]:
    """The printed growth of the year to date is that of the two levels beside it."""
    now, then, growth = (row.figures.get(f"{stem}{role}") for role in ("ytd", "prior_ytd", "ytd_yoy"))
    if now is None or not then or growth is None:
        return []
    rounding = 100 * (half_place(now) + now / then * half_place(then)) / (then - half_place(then)) + TWICE_ROUNDED
    name, where = f"growth of {stem}ytd from {then} to {now} ({row.where})", f"{row.where} {stem}ytd_yoy"
    implied = 100 * (now / then - 1)
    return [Term(name, "growth_mismatch", "=", 1, float(implied), float(rounding), where),
            Term(name, "growth_mismatch", "=", -1, float(growth), float(half_place(growth)), where)]  # fmt: skip


def growth_confirms(row: Row, stem: str) -> bool:
    """Do the row's year to date, that of the year before and the growth between them all stand there and agree?"""
    terms = _growth(row, stem)
    return bool(terms) and identities.broken(frame(terms)).is_empty()


def _enterprises(row: Row) -> Iterator[Term]:
    """Types of enterprises make the total, and the kinds of foreign-invested ones theirs."""
    whole = {
        "total": ("soe", "fie", "poe", "other"),
        "fie": tuple(f"fie_{kind}" for kind in ("cooperative", "joint", "own")),
    }
    for word, kinds in whole.items():
        parts = [f"{kind}_value_ytd" for kind in kinds]
        if parts[0] in row.figures:
            yield from _sum(row, f"{word}_value_ytd", parts)


def _not_negative(row: Row) -> Iterator[Term]:
    """Trade has no negative values or quantities (balances are not looked at). ReadError `negative`."""
    for role, value in row.figures.items():
        if value is not None and value < 0 and not role.endswith(("_yoy", "_mom")) and not role.startswith("balance"):
            raise ReadError("negative", expected="zero or more", got=str(value), where=f"{row.where} {role}")
    return iter(())


def no_duplicates(codes: list[tuple[str, Row]], code: str = "duplicate_row") -> None:
    """No code twice in a table."""
    seen: dict[str, Row] = {}
    for key, row in codes:
        if key in seen:
            raise ReadError(code, expected=f"{key} once", got=f"{seen[key].label!r} and {row.label!r}", where=row.where)
        seen[key] = row


IDENTITIES: Mapping[str, Callable[[Row], Iterator[Term]]] = {
    "not_negative": _not_negative,
    "exports_and_imports_make_total": _flows,
    "balance_is_exports_less_imports": _balances,
    "growth_of_flows_adds_up": _past_flows,
    "month_within_year_to_date": _months,
    "growth_fits_levels": _growths,
    "enterprises_make_total": _enterprises,
}
"""What layouts may ask of every row, by name."""
