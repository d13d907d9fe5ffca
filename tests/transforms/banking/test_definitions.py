"""Definitions: every code a reader uses is documented, and only amounts of one scope may be divided."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms import layout
from transforms.banking import areas, definitions, figures, titled


def test_every_code_of_a_layout_is_defined() -> None:
    layouts = [one for one in layout.layouts() if isinstance(one, figures.Layout)]
    measures = [*titled.measures().values(), *(measure for one in layouts for measure in one.measures.values())]
    used = {measure.definition for measure in measures}
    assert used <= set(definitions.definitions()["definition"])
    assert "RAS_OVERDUE_RESIDENTS" in used


def test_scope_names_a_stock_of_loans() -> None:
    families = dict(definitions.definitions().select("definition", "family").rows())
    for code, family, scope in definitions.definitions().select("definition", "family", "scope").rows():
        assert scope in families
        if scope != code:
            assert families[scope] == "loans", f"{code} ({family}) is no part of {scope}"


@pytest.mark.parametrize("other", ["RAS_OVERDUE", "RAS_OVERDUE_RESIDENTS", "BUREAU_DPD90", "PROBLEM_IV_V"])
def test_ninety_days_share_no_scope_with_other_kinds_of_bad(other: str) -> None:
    assert definitions.scope("DPD90") != definitions.scope(other)


def test_the_90_day_table_and_the_problem_loans_of_today_say_what_they_count() -> None:
    assert definitions.scope("DPD90") == "HOMOGENEOUS_PORTFOLIOS"
    meaning = dict(definitions.definitions().select("definition", "meaning").rows())
    assert "homogeneous portfolios" in meaning["DPD90"]
    assert "categories IV and V or 90+ days, and for companies also risky restructurings" in meaning["PROBLEM_IV_V"]
    assert "without risky restructurings" in meaning["PROBLEM_IV_V_NARROW"]


def test_a_break_stands_between_dates_on_either_side_of_it() -> None:
    """Acquired claims moved into the borrower rows with 2021-02-01 (period end 2021-01-31)."""
    ends = [date(2020, 12, 31), date(2021, 1, 31), date(2021, 12, 31), date(2022, 1, 31)]
    frame = pl.DataFrame({"definition": "SECTOR", "period_end": ends})
    assert frame.filter(definitions.straddles(12))["period_end"].to_list() == ends[1:3]
    assert frame.filter(definitions.straddles(0)).is_empty()
    assert frame.with_columns(definition=pl.lit("DPD90")).filter(definitions.straddles(12)).is_empty()


def test_labels_vary_and_codes_do_not() -> None:
    for label in ("    в том числе Ненецкий автономный округ", "НЕНЕЦКИЙ  АВТОНОМНЫЙ ОКРУГ"):
        assert areas.resolve(label).code == "RU-NEN"
    assert areas.resolve("    из них: г. Москва").code == "RU-MOW"
    assert areas.resolve("Московская область").code == "RU-MOS"
    assert areas.resolve("ЦЕНТРАЛЬНЫЙ ФЕДЕРАЛЬНЫЙ ОКРУГ").level == "federal_district"


def test_every_part_has_its_whole() -> None:
    codes = areas.areas()
    assert len(codes) == 1 + 8 + 82 + 5
    assert all(area.parent in codes for area in codes.values() if area.level != "country")
