"""What a live reader must survive, on look-alikes of answers with other figures: Eurostat."""

from __future__ import annotations

from datetime import date

from tests.transforms.context.case import as_json, payload, read, refused, vintages
from tests.transforms.context.look_alikes import comext


def test_sparse_values_find_their_place_and_the_stamp_is_the_day_as_printed() -> None:
    reading = read(payload(as_json(comext())))
    found = {
        (row[0], row[1]): row[2] for row in reading.observations.select("ref_area", "period_end", "value").iter_rows()
    }
    assert found == {("EU", date(2030, 1, 31)): 50, ("DEU", date(2030, 2, 28)): 8}
    assert vintages(reading) == {date(2030, 4, 15)}


def test_a_position_beyond_the_sizes_is_refused() -> None:
    assert refused(payload(as_json(comext(value={"16": 1})))).code == "truncated"
    assert refused(payload(as_json(comext(value={})))).code == "no_value"


def test_flags_and_unknown_codes_of_a_tsv() -> None:
    head = "freq,reporter,partner,product,flow,indicators\\TIME_PERIOD\t2030-01 \t2030-02 \n"
    lines = (
        "M,EU27_2020,CN,TOTAL,1,VALUE_IN_EUROS\t100 p\t: \nM,EU27_2020,QQ,TOTAL,1,VALUE_IN_EUROS\t1\t2\n"
        "M,EU27_2020,CN,85,2,QUANTITY_IN_100KG\t: c\t7\n"
    )
    reading = read(payload(head + lines))
    rows = reading.observations.select("product_code", "value", "unit", "obs_status").rows()
    assert rows == [("TOTAL", 100.0, "EUR", "P"), ("HS_85", 700.0, "kg", "A")]
    assert {row.code for row in reading.set_aside} == {"unknown_code"}
