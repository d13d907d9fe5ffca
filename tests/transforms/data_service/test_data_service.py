"""dataNew: ids are checked against names, gaps stay gaps, what no name covers is listed and not guessed."""

from __future__ import annotations

import json
from datetime import date, datetime

import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import data_service
from transforms.indicators import Build
from transforms.indicators.banking import mortgage_spread
from transforms.model import Payload, ReadError
from transforms.products import recognise
from warehouse.store import resolve

OCTOBER = date(2024, 10, 31)


def row(**changes: object) -> dict[str, object]:
    return {"id": 1, "indicator_id": 46, "measure1_id": 22, "measure2_id": 36, "unit_id": 3, "obs_val": 19194852,
            "date": "2025-01-01T00:00:00", "periodicity": "month"} | changes  # fmt: skip


def link(**changes: object) -> dict[str, object]:
    return {"indicator_id": 46, "indicator_parent": -1, "measure1_id": 22, "measure2_id": 36, "unit_id": 3,
            "indicator_name": "Задолженность по кредитам", "measure1_name": "Российская Федерация",
            "measure2_name": "В рублях", "un_name": "млн руб."} | changes  # fmt: skip


def answer(rows: list[dict[str, object]], links: list[dict[str, object]] | None) -> bytes:
    return json.dumps({"RowData": rows} | ({"Links": links} if links is not None else {})).encode()


def read(rows, links=None):
    return data_service.read(Payload(answer(rows, links), "dataNew"))


def test_stock_of_the_morning_of_1_january_is_december() -> None:
    assert recognise(Payload(answer([row()], [link()]))).PRODUCT == "cbr.data_service"
    reading = read([row()], [link()])
    made = reading.observations.row(0, named=True)
    got = [made[k] for k in ("dataset", "product_code", "measure", "definition", "currency", "period_end", "value")]
    assert got == ["mortgage", "MORTGAGE", "debt", "RESIDENTS_EXCL_ACQUIRED", "RUB", date(2024, 12, 31), 19_194_852e6]
    assert [r.sentence() for r in check("cbr.data_service", reading.table, where="x") if not r.success] == []


def test_same_series_as_the_workbook_so_that_nothing_is_revised() -> None:
    shipped = books.shipped().filter(pl.col("release_id") == "history/cbr/mortgage_02_02")
    keys = [c for c in shipped.columns if c not in ("value", "precision", "native_title", "obs_status", "vintage_date", "vintage_kind", "release_id", "first_seen")]  # fmt: skip
    both = shipped.join(read([row()], [link()]).observations, on=keys, suffix="_read")
    assert both.select("value", "value_read").rows() == [(19_194_852e6, 19_194_852e6)]


def test_null_value_is_a_gap_and_null_area_the_country() -> None:
    rate = {"indicator_id": 29, "measure1_id": None, "unit_id": 1, "obs_val": 8.47}
    named = {"indicator_name": "Ставки по ипотечным жилищным кредитам", "measure1_name": None, "un_name": "% годовых"}
    links = [link(), link(**{k: v for k, v in rate.items() if k != "obs_val"}, **named)]
    table = read([row(obs_val=None), row(id=2, **rate)], links).table
    assert table.select("ref_area", "measure", "value").rows() == [("RUS", "rate", 8.47)]


RATE = (
    {"indicator_id": 29, "unit_id": 1},
    {"indicator_name": "Ставки по ипотечным жилищным кредитам", "un_name": "% годовых"},
)


def test_a_flow_and_a_rate_are_of_the_month_before_their_date_and_a_stock_of_its_morning() -> None:
    """One date, 1 November 2024: what was lent and at which rate in October, and the debt at its end."""
    number, name = RATE
    count = {"indicator_id": 44, "unit_id": 7}, {"indicator_name": "Количество кредитов", "un_name": "единиц"}
    dated = [row(date="2024-11-01T00:00:00", id=n, **ids) for n, ids in enumerate(({}, number, count[0]))]
    links = [link(), link(**number, **name), link(**count[0], **count[1])]
    made = read(dated, links).observations
    assert made.select("measure", "basis", "period_end").sort("measure").rows() == [
        ("count", "month", OCTOBER), ("debt", "stock", OCTOBER), ("rate", "rate", OCTOBER),
    ]  # fmt: skip


def test_a_rate_dated_1_november_meets_the_key_rate_of_october() -> None:
    """9.65 percent on mortgages of October 2024; the key rate was 19 percent for 27 days and 21 for four.

    Joined by their dates, the mortgage rate would meet the 21 percent of November.
    """
    number, name = RATE
    made = read([row(date="2024-11-01T00:00:00", obs_val=9.65, **number)], [link(**number, **name)]).observations
    seen = datetime(2024, 11, 25)
    claims = made.with_columns(vintage_date=seen.date(), vintage_kind=pl.lit("observed"), release_id=pl.lit("x"),
                               first_seen=pl.lit(seen).cast(pl.Datetime("us")))  # fmt: skip
    key_rate = books.shipped().filter(pl.col("dataset") == "key_rate")
    spread = mortgage_spread(Build(resolve(pl.concat([claims, key_rate]))))
    assert spread["period_end"].to_list() == [OCTOBER]
    assert spread["value"][0] == pytest.approx(9.65 - (27 * 19 + 4 * 21) / 31)


def test_links_may_be_written_small() -> None:
    small = json.dumps({"RowData": [row()], "links": [link()]}).encode()
    assert data_service.read(Payload(small)).observations.equals(read([row()], [link()]).observations)
    with pytest.raises(ReadError, match="unknown_id"):
        wrong = [link(indicator_name="Просроченная задолженность по кредитам")]
        data_service.read(Payload(json.dumps({"RowData": [row()], "links": wrong}).encode()))


def test_unlisted_indicators_are_noted_as_unread() -> None:
    assert read([row(), row(id=2, indicator_id=5)], [link()]).notes == ("1 rows not read: indicator 5",)


def test_an_id_that_moved_is_ours_by_name() -> None:
    """The crawler found our 46 under 146; what now bears the number 46 means nothing."""
    content = answer([row(indicator_id=146), row(id=2, obs_val=1)], [link(indicator_id=146), link()])
    reading = data_service.read(Payload(content, options={"moved": "146=46"}))
    assert reading.observations.select("product_code", "value").rows() == [("MORTGAGE", 19_194_852e6)]
    assert reading.notes == ("1 rows not read: indicator 46",)
    with pytest.raises(ReadError, match="unknown_id"):
        wrong = [link(indicator_id=146, indicator_name="Просроченная задолженность по кредитам")]
        data_service.read(Payload(answer([row(indicator_id=146)], wrong), options={"moved": "146=46"}))


REFUSED = {
    "id moved": ([row()], [link(indicator_name="Просроченная задолженность по кредитам")], "unknown_id"),
    "currency moved": ([row()], [link(measure2_name="Всего")], "unknown_id"),
    "unknown currency id": ([row(measure2_id=41)], [link(measure2_id=41)], "unknown_id"),
    "unit": ([row()], [link(un_name="тыс. ед.")], "unknown_unit"),
    "unit of another kind": ([row()], [link(un_name="%")], "unit_mismatch"),
    "unit without a name": ([row()], None, "unit_mismatch"),
    "area": ([row(measure1_id=9)], [link(measure1_id=9, measure1_name="Атлантида")], "unknown_area"),
    "row without link": ([row(measure1_id=9)], [link()], "unknown_id"),
    "day": ([row(date="2025-01-15T00:00:00")], [link()], "bad_period"),
    "text": ([row(obs_val="19194852")], [link()], "not_a_number"),
    "twice": ([row(), row(id=2)], [link()], "duplicate_row"),
    "new field": ([row(digits=2)], [link()], "leftover_field"),
    "quarter": ([row(periodicity="quarter")], [link()], "leftover_field"),
    "nothing known": ([row(indicator_id=5)], [link()], "empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    rows, links, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        read(rows, links)
    assert refusal.value.code == code


def test_a_cut_answer_and_a_501_are_refused() -> None:
    with pytest.raises(ReadError, match="truncated"):
        data_service.read(Payload(answer([row()], [link()])[:-3]))
    with pytest.raises(ReadError, match="unrecognised"):
        recognise(Payload(b'{"Message": "501 Not Implemented"}'))


def test_official_extract_without_links_gives_the_country_and_lists_the_rest() -> None:
    """Five rows of June 2022; only 22 (Russia) is certain without names: 36,603 mortgages in May 2022, as in 02_02."""
    reading = data_service.read(Payload(books.official("dataNew_mortgage_extract.json").read_bytes()))
    assert reading.table.select("ref_area", "period_end", "value").rows() == [("RUS", date(2022, 5, 31), 36_603.0)]
    assert len(reading.notes) == 4
    shipped = books.shipped().filter(
        (pl.col("release_id") == "history/cbr/mortgage_02_02") & (pl.col("measure") == "count")
        & (pl.col("period_end") == date(2022, 5, 31)) & (pl.col("currency") == "RUB")
    )  # fmt: skip
    assert shipped["value"].to_list() == [36_603.0]
