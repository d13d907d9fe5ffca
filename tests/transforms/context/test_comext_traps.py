"""What a live reader must survive, on look-alikes of answers with other figures: Eurostat."""

from __future__ import annotations

from datetime import date

from tests.transforms.context.case import as_json, payload, read, refused, values, vintages
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


CSV = "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"


def test_the_same_figures_as_sdmx_csv_are_of_the_day_of_their_update() -> None:
    row = "ESTAT:DS-045409(1.0),15/09/30 11:00:00,M,DE,CN,TOTAL,1,VALUE_IN_EUROS,2030-07,14000000000,\n"
    reading = read(payload(CSV + row))
    (key,) = values(reading)
    assert key[0].startswith("mirror_trade:DEU.CHN.import.TOTAL.") and values(reading)[key] == 14e9
    assert vintages(reading) == {date(2030, 9, 15)}
    assert refused(payload(CSV + row.replace("DS-045409", "DS-059341"))).code == "unknown_dataset"
    assert refused(payload(CSV + row.replace("15/09/30", "09/15/30"))).code == "bad_period"
    other = (CSV + row).replace("indicators", "indicators,mode").replace("EUROS", "EUROS,3")
    assert refused(payload(other)).code == "leftover_column", "a value by another dimension may be a part"
