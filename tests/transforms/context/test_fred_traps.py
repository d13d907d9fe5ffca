"""What a live reader must survive, on look-alikes of answers with other figures: FRED and ALFRED."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.context.case import as_json, payload, read, refused, values, vintages
from transforms.context import fred, fred_vintages

ALFRED = "https://alfred.stlouisfed.org/graph/alfredgraph.csv?id=RBCNBIS&vintage_date="


@pytest.mark.parametrize("header", ["observation_date,RBCNBIS", "DATE,RBCNBIS"])
@pytest.mark.parametrize("nothing", ["", "."])
def test_both_headers_and_both_signs_of_nothing(header: str, nothing: str) -> None:
    reading = read(payload(f"{header}\n2030-01-01,91.5\n2030-02-01,{nothing}\n2030-03-01,92\n"))
    assert list(values(reading).values()) == [91.5, 92.0]
    assert set(reading.observations["precision"]) == {0.005}, "FRED drops trailing zeros"


@pytest.mark.parametrize(("asked", "header"), [("2030-05-01", "RBCNBIS"), ("2031-01-01", "RBCNBIS_20300501")])
def test_another_vintage_than_the_one_asked_for_is_refused(asked: str, header: str) -> None:
    """fredgraph ignores the day, and a day in the future is answered with the newest vintage."""
    given = payload(f"observation_date,{header}\n2030-01-01,91.5\n", url=ALFRED + asked)
    assert refused(given).code == "wrong_vintage"
    assert refused(payload(f"observation_date,{header}\n2030-01-01,91.5\n", vintage=asked)).code == "wrong_vintage"


def test_the_vintage_asked_for_is_that_of_every_value() -> None:
    given = payload("observation_date,RBCNBIS_20300501\n2030-01-01,91.5\n", url=ALFRED + "2030-05-01")
    assert vintages(read(given)) == {date(2030, 5, 1)}


def test_a_series_without_a_unit_costs_its_column_alone() -> None:
    reading = read(payload("observation_date,XYZQ,IMPVN0,IMP5520\n2030-01-01,1,2,7000.5\n"))
    assert {row.row for row in reading.set_aside} == {"XYZQ", "IMPVN0"}
    assert reading.observations.select("counterpart_area", "value").rows() == [("VNM", 7000.5e6)]


def test_families_of_ids_have_their_areas() -> None:
    found = {name: fred.meaning(name) for name in ("NNCNBIS", "EXPCH", "IMP0003", "RBXMBIS", "IMPZZ")}
    assert (
        found["NNCNBIS"] and found["NNCNBIS"]["product_code"] == "NEER_NARROW" and found["NNCNBIS"]["ref_area"] == "CHN"
    )
    assert found["EXPCH"] and (found["EXPCH"]["flow"], found["EXPCH"]["counterpart_area"]) == ("export", "CHN")
    assert found["IMP0003"] and found["IMP0003"]["counterpart_area"] == "EU"
    assert found["RBXMBIS"] and found["RBXMBIS"]["ref_area"] == "EURO_AREA"
    assert found["IMPZZ"] is None


def test_days_out_of_order_are_refused() -> None:
    assert refused(payload("DATE,RBCNBIS\n2030-02-01,91.5\n2030-01-01,91\n")).code == "bad_period"
    assert refused(payload("DATE,RBCNBIS\n2030-02-01,91.5\n2030-03-01\n")).code == "ragged_row"


def test_the_keyed_answer_is_whole_and_in_levels() -> None:
    entry = {"realtime_start": "2029-01-05", "realtime_end": "2029-02-01", "date": "2028-12-01", "value": "4.5"}
    said = {
        "realtime_start": "2029-01-05",
        "realtime_end": "2030-01-01",
        "observation_start": "2028-01-01",
        "units": "lin",
        "count": 1,
        "offset": 0,
        "observations": [entry],
    }
    assert vintages(read(payload(as_json(said), series="UNRATE"))) == {date(2029, 1, 5)}
    assert refused(payload(as_json(said | {"count": 2}), series="UNRATE")).code == "truncated"
    assert refused(payload(as_json(said | {"units": "pch"}), series="UNRATE")).code == "transformed"


def test_a_list_of_vintages() -> None:
    page = (
        '<html><title>Download Data for X (IMPCH) | ALFRED</title><select id="form_selected_vintage_dates">'
        '<option value="2029-01-05">2029-01-05</option><option value="2029-02-06">x</option></select><table></table></html>'
    )
    assert fred_vintages.vintages(payload(page)) == ("IMPCH", [date(2029, 1, 5), date(2029, 2, 6)])
    assert read(payload(page)).observations.is_empty()
    assert refused(payload(page.replace("2029-02-06", "2028-02-06"))).code == "bad_period"
