"""Suites of the products: official tables pass whole, and each fault the sources have shown is caught with its row."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from expectations.gate import CheckResult, check, passed
from flows.run.judging import gate
from tests.transforms.banking import books
from transforms import identities
from transforms.model import TERM, Payload

MARCH = {
    "period": "2026-03",
    "currency": "CNY",
    "title": "(4) China's Total Export & Import Values by Country/Region, Mar 2026 (in CNY)",
}
PARTNERS = [  # preliminary table (4) of March 2026, CNY 100 million: total, export, import, each month and year to date
    ("WORLD", None, 41046.4, 118380.3, 22297.1, 68467.1, 18749.3, 49913.2),
    ("EU", None, 4873.2, 14862.1, 3248.9, 10343.9, 1624.3, 4518.2),
    ("DEU", "EU", 1243.6, 3752.6, 711.8, 2240.9, 531.7, 1511.7),
    ("NLD", "EU", 655.4, 1926.2, 531.2, 1634.3, 124.3, 291.9),
    ("FRA", "EU", 485.2, 1510.0, 265.1, 863.2, 220.1, 646.8),
]
NAMED = ("USA", "ASEAN", "JPN", "KOR", "RUS", "AFRICA")


def by_partner() -> pl.DataFrame:
    """Official rows, and rows of nothing for the other partners that a page must name."""
    rows = PARTNERS + [(code, None, *[0.0] * 6) for code in (*NAMED, *[f"X{i:02d}" for i in range(15)])]
    names = ["counterpart_area", "parent"]
    names += [f"{flow}_{basis}" for flow in ("total", "export", "import") for basis in ("month", "ytd")]
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col(names[2:]) * 1e8, **{f"{flow}_ytd_yoy": pl.lit(0.1) for flow in ("total", "export", "import")}
    )
    return frame.with_row_index("row", 1).with_columns(
        pl.col("row").cast(pl.Int64), label="counterpart_area", indent=pl.lit(0, pl.Int64), currency=pl.lit("CNY"),
        precision=pl.lit(5e6),
    )  # fmt: skip


def spoiled(frame: pl.DataFrame, key: str, code: str, **values: object) -> pl.DataFrame:
    change = [pl.when(pl.col(key) == code).then(pl.lit(v)).otherwise(pl.col(c)).alias(c) for c, v in values.items()]
    return frame.with_columns(change)


def failures(results: list[CheckResult]) -> dict[str, CheckResult]:
    return {result.column: result for result in results if not result.success}


def test_official_rows_of_march_2026_pass() -> None:
    results = check("gacc.by_partner_preliminary", by_partner(), where="March 2026", context=MARCH)
    assert failures(results) == {}
    assert passed(results)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "column", "code"),
    [
        ({"total_ytd_yoy": -145.5}, "total_ytd_yoy", "EU"),
        ({"import_month": -1624.3e8}, "import_month", "EU"),
    ],
)
def test_a_misread_row_fails_and_is_shown(fault: dict[str, float], column: str, code: str) -> None:
    frame = spoiled(by_partner(), "counterpart_area", code, **fault)
    found = failures(check("by_partner_preliminary", frame, where="x", context=MARCH))
    assert column in found, list(found)
    assert [row["counterpart_area"] for row in found[column].failing_rows] == [code]


@pytest.mark.slow
def test_usd_numbers_under_a_cny_title_are_refused_by_title_and_by_size() -> None:
    """The by-country page of June 2025 says CNY in its title and has USD1 Million numbers."""
    dollars = by_partner().with_columns(pl.col("^(total|export|import)_(month|ytd)$") / 7)
    assert "total_ytd of WORLD" in failures(check("by_partner_preliminary", dollars, where="x", context=MARCH))
    usd = dollars.with_columns(currency=pl.lit("USD"))
    assert "currency" in failures(check("by_partner_preliminary", usd, where="x", context=MARCH))
    named = MARCH | {"title": "Mar 2026 (in USD)", "currency": "USD"}
    assert passed(check("by_partner_preliminary", usd, where="x", context=named))


@pytest.mark.slow
def test_a_leftover_column_is_refused() -> None:
    frame = by_partner().with_columns(export_quarter=pl.lit(1.0))
    [found] = failures(check("by_partner_preliminary", frame, where="x", context=MARCH)).values()
    assert "export_quarter" in found.observed


def totals() -> pl.DataFrame:
    """Preliminary table (1), December 2025, USD 100 million: exports 3,577.8, imports 2,436.4, balance 1,141.4."""
    values = {"total": 6014.2, "export": 3577.8, "import": 2436.4, "balance": 1141.4}
    ytd = {"total": 63_547.7, "export": 37_718.7, "import": 25_829.0, "balance": 11_889.8}
    growth = {"total": (9.6, 6.2, 3.2), "export": (8.4, 6.6, 5.5), "import": (11.5, 5.7, 0.0), "balance": (None,) * 3}
    rows = [(flow, flow, "USD", values[flow] * 1e8, ytd[flow] * 1e8, *growth[flow], 5e6) for flow in values]
    names = ["flow", "label", "currency", "month", "ytd", "month_mom", "month_yoy", "ytd_yoy", "precision"]
    return pl.DataFrame(rows, schema=names, orient="row")


@pytest.mark.slow
def test_totals_of_december_2025_pass() -> None:
    context = {"period": "2025-12", "currency": "USD", "title": "December 2025 (in USD)"}
    assert failures(check("gacc.total_preliminary", totals(), where="x", context=context)) == {}


def household() -> pl.DataFrame:
    """A month in the shape of 02_05, million roubles: country and eight districts, numbers made to add up."""
    districts = [(f"RUS_FD_{i}", "federal_district", 4_000.0 + i, 100.0 + i) for i in range(8)]
    country = ("RUS", "country", sum(d[2] for d in districts), sum(d[3] for d in districts))
    rows = [
        (
            date(2025, 1, 31),
            date(2025, 2, 1),
            level,
            code,
            code,
            currency,
            debt * share * 1e6,
            overdue * share * 1e6,
            5e5,
        )
        for code, level, debt, overdue in [country, *districts]
        for currency, share in (("RUB", 0.75), ("FX", 0.25), ("ALL", 1.0))
    ]
    names = ["period_end", "reporting_date", "area_level", "ref_area", "area_name", "currency", "debt", "overdue",
             "precision"]  # fmt: skip
    return pl.DataFrame(rows, schema=names, orient="row")


def test_household_debt_within_bounds_passes_and_beyond_fails() -> None:
    assert failures(check("cbr.household_debt", household(), where="x")) == {}
    thousands = household().with_columns(pl.col("debt") * 1e6)
    assert set(failures(check("cbr.household_debt", thousands, where="x"))) == {"debt"}


def terms(*rows: tuple[str, str, int, float | None]) -> pl.DataFrame:
    """Terms of sums, whole numbers of millions: identity, relation, sign, value."""
    frame = pl.DataFrame(rows, schema=["identity", "relation", "sign", "value"], orient="row")
    equal = pl.col("relation") == "="
    return frame.select(
        "identity",
        pl.when(equal).then(pl.lit("sum_mismatch")).otherwise(pl.lit("part_exceeds_whole")).alias("code"),
        "relation",
        "sign",
        "value",
        half=pl.when(equal).then(0.5).otherwise(0.0),
        where=pl.concat_str(pl.lit("B"), pl.int_range(pl.len())),
    ).cast(
        dict(TERM)  # type: ignore[arg-type]
    )


GOOD = [("whole", "=", -1, 9.0), ("whole", "=", 1, 7.0), ("whole", "=", 1, 2.0), ("part", "<=", -1, 9.0),
        ("part", "<=", 1, 3.0)]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, None),
        ({1: 8.0}, None),  # within the rounding of three terms
        ({1: 9.0}, ("sum_mismatch", "whole", "B0")),
        ({1: None}, ("sum_mismatch", "whole", "B0")),  # a dash is nothing, and 2 is not 9
        ({1: math.nan}, None),  # nobody knows the part
        ({0: None}, ("sum_mismatch", "whole", "B0")),
        ({0: None, 1: None}, None),
        ({1: None, 2: None}, None),
        ({4: 10.0}, ("part_exceeds_whole", "part", "B3")),  # rounding keeps the order of two figures
        ({4: None}, None),
    ],
)
def test_sums_are_judged_within_rounding_where_their_terms_are_known(changed, refused) -> None:
    rows = [(*row[:3], changed.get(number, row[3])) for number, row in enumerate(GOOD)]
    found = [identities.contradiction(row) for row in identities.broken(terms(*rows)).iter_rows(named=True)]
    assert [(error.code, error.expected, error.where) for error in found] == ([refused] if refused else [])
    assert passed(check("identities", terms(*rows), where="x")) is (refused is None)


def test_the_gate_tells_a_sum_that_does_not_hold_with_its_cell() -> None:
    book = books.regional(books.product("household_debt").layout, {"debt": 10, "overdue": 1})
    content = books.edited(book, lambda made: made["итого"].__setitem__("B4", 123))
    _, refusal = gate("cbr.household_debt", books.product("household_debt").read(Payload(content)), "02_05.xlsx")
    assert refusal is not None
    assert (refusal.code, refusal.where) == ("sum_mismatch", "sheet 'итого', cell B4")


def fx(nominal: int, rate: float, printed: float, day: date = date(2025, 12, 13)) -> pl.DataFrame:
    rows = [(day, "CNY", nominal, "Yuan", rate, printed, 0.00005 / nominal)]
    names = ["period_end", "currency", "nominal", "name", "rate", "printed", "precision"]
    return pl.DataFrame(rows, schema=names, orient="row")


@pytest.mark.slow
def test_a_rate_not_divided_by_its_nominal_is_caught() -> None:
    """CNY was quoted for 10 units in 2022 and for 1 in 2025."""
    assert passed(check("cbr.fx_dynamic", fx(10, 8.67, 86.7), where="x"))
    assert "rate x nominal = printed" in failures(check("cbr.fx_dynamic", fx(10, 86.7, 86.7), where="x"))


def test_a_daily_list_cut_short_fails() -> None:
    found = failures(check("cbr.fx_daily", fx(1, 11.3, 11.3), where="x"))
    assert {"table", "currency"} <= set(found)


def test_a_jump_of_the_rate_is_a_warning() -> None:
    frame = pl.concat([fx(1, 11.3, 11.3), fx(1, 113.0, 113.0, date(2025, 12, 16))])
    results = check("cbr.fx_dynamic", frame, where="x")
    assert list(failures(results)) == ["ratio to the day before"]
    assert passed(results)
