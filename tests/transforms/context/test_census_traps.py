"""What a live reader must survive, on look-alikes of answers with other figures: US Census."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.transforms.context.case import as_json, payload, read, refused
from tests.transforms.context.look_alikes import WORLD, census
from transforms import identities


def test_unpublished_months_are_no_trade_and_groups_stay_apart() -> None:
    reading = read(
        census(
            [
                WORLD,
                ("2030", "0014", "Pacific Rim", [500.0, 500.0], [1.0, 1.0]),
                ("2030", "5700", "China", [40.25, 0.0], [10.0, 9.0]),
            ]
        )
    )
    assert reading.release.period == "2030-02"
    assert set(reading.observations["counterpart_area"]) == {"WORLD", "CHN"}
    china = reading.observations.filter(counterpart_area="CHN", flow="import").sort("period_end")
    assert china["value"].to_list() == [40.25e6, 0.0], "a published month without trade is 0, March is not published"


def test_a_partner_that_is_not_known_costs_its_row() -> None:
    reading = read(
        census(
            [
                WORLD,
                ("2030", "9999", "Atlantis", [1.0, 1.0], [1.0, 1.0]),
                ("2030", "5700", "Japan", [1.0, 1.0], [1.0, 1.0]),
            ]
        )
    )
    assert [row.code for row in reading.set_aside] == ["unknown_partner", "unknown_partner"]
    assert set(reading.observations["counterpart_area"]) == {"WORLD"}


def test_a_row_whose_months_do_not_sum_is_set_aside() -> None:
    given = census([WORLD, ("2030", "5700", "China", [40.25, 41.0], [10.0, 9.0])])
    book = openpyxl.load_workbook(io.BytesIO(given.content))
    book.worksheets[0]["D3"] = 44.25
    out = io.BytesIO()
    book.save(out)
    assert [row.code for row in read(payload(out.getvalue())).set_aside] == ["sum_mismatch"]


def test_countries_that_are_more_than_the_world_are_told_by_their_sum() -> None:
    reading = read(census([("2030", "0015", "World", [40.0], [10.0]), ("2030", "5700", "China", [40.25], [9.0])]))
    (wrong,) = identities.broken(reading.identities).to_dicts()
    assert (wrong["code"], wrong["made"], wrong["total"]) == ("part_exceeds_whole", 40.25, 40.0)


def test_without_the_world_nothing_is_read() -> None:
    assert refused(census([("2030", "5700", "China", [40.25], [10.0])])).code == "no_world"


def test_the_api_repeats_predicates_and_sums_groups_apart() -> None:
    header = ["CTY_CODE", "CTY_NAME", "GEN_VAL_MO", "CON_VAL_MO", "CAL_DUT_MO", "SUMMARY_LVL", "time", "time"]
    rows = [
        header,
        ["5700", "CHINA", "31", "30", "3", "DET", "2030-01", "2030-01"],
        ["0014", "PACIFIC RIM", "99", "98", "9", "CGP", "2030-01", "2030-01"],
        ["-", "TOTAL FOR ALL COUNTRIES", "310", "300", "30", "CGP", "2030-01", "2030-01"],
    ]
    reading = read(payload(as_json(rows)))
    found = {row[:3] for row in reading.observations.select("counterpart_area", "measure", "definition").iter_rows()}
    assert ("CHN", "calculated_duty", "IMPORTS_FOR_CONSUMPTION") in found and (
        "WORLD",
        "value",
        "GENERAL_IMPORTS",
    ) in found
    assert len(found) == 6
    rows[1][-1] = "2030-02"
    assert refused(payload(as_json(rows))).code == "duplicate_column"


@pytest.mark.parametrize(
    "page",
    [
        "<html>\n<head>\n<title>Missing Key</title>",
        "<html><head><title>Invalid Key</title></head><body><p>x</p></body></html>",
    ],
)
def test_a_page_that_asks_for_a_key_is_a_wall_with_a_name(page: str) -> None:
    assert refused(payload(page)).code == "keyed"
    assert refused(payload("")).code == "empty"
