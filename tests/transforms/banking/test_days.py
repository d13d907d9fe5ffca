"""Days and months in the forms in which the Bank prints them; another form is another table, or a fault."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from transforms.banking.days import closed_month, day, month, reporting_date, stated_day
from transforms.model import ReadError

LEAP = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("printed", "form"),
    [("29.02.2024", "dd.mm.yyyy"), ("29.02.24", "dd.mm.yy"), ("29/02/2024", "dd/mm/yyyy"), ("20240229", "yyyymmdd"),
     ("2024-02-29", "yyyy-mm-dd"), ("2024-02-29T00:00:00+03:00", "yyyy-mm-ddT00:00:00")],
)  # fmt: skip
def test_a_day_is_read_in_its_own_form_alone(printed: str, form: str) -> None:
    assert day(printed, form) == stated_day(printed, "row 1", form) == LEAP
    for other in {"dd.mm.yyyy", "yyyymmdd", "yyyy-mm-ddT00:00:00"} - {form}:
        assert day(printed, other) is None
    with pytest.raises(ReadError) as refusal:
        stated_day(printed.replace("29", "30", 1), "row 1", form)
    assert (refusal.value.code, refusal.value.where) == ("bad_period", "row 1")


@pytest.mark.parametrize(
    "cell", ["2024-02-29T10:00:00", datetime(2024, 2, 29, 10), "29/02/2024", "20240229", 45351.0, None, ""]
)
def test_what_may_be_another_day_is_none(cell: object) -> None:
    assert day(cell) is None


def test_a_year_of_four_digits_is_that_year() -> None:
    assert day("01.02.0014", "dd.mm.yy") == date(14, 2, 1)


def test_a_reporting_date_closes_the_month_before() -> None:
    assert reporting_date("01.03.2024") == closed_month("20240301", "", "yyyymmdd") == LEAP
    assert reporting_date(datetime(2024, 3, 1)) == LEAP
    assert reporting_date("02.03.2024") is None
    with pytest.raises(ReadError) as refusal:
        closed_month("20240302", "", "yyyymmdd")
    assert refusal.value.code == "bad_period"


@pytest.mark.parametrize("printed", ["Февраль 2024", "февраль\xa02024 г.", "февраль_2024", "ФЕВРАЛЬ-2024 года"])
def test_months_by_name(printed: str) -> None:
    assert month(printed) == LEAP
    assert month(printed.replace("2024", "3024")) is None
