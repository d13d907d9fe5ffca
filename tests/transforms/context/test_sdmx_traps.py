"""What a live reader must survive, on look-alikes of answers with other figures: SDMX: BIS, ECB."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from tests.transforms.context.case import payload, read, refused, values, vintages
from tests.transforms.context.look_alikes import ecb


def test_columns_of_the_bis_are_read_by_name_in_any_order() -> None:
    plain = "OBS_STATUS,REF_AREA,TIME_PERIOD,EER_BASKET,FREQ,EER_TYPE,OBS_VALUE\nA,CN,2030-01,B,M,R,90.5\n"
    bulk = (
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ:Frequency,EER_TYPE:Type,EER_BASKET:Basket,REF_AREA:Reference area,"
        "TIME_PERIOD:Time period or range,OBS_VALUE:Observation Value,UNIT_MEASURE:Unit of measure\n"
        "dataflow,BIS:WS_EER(1.0): Effective exchange rates,I,,R: Real,B: Broad (64 economies),CN: China,,,882: Index\n"
        "dataflow,BIS:WS_EER(1.0): Effective exchange rates,I,M: Monthly,R: Real,B: Broad (64 economies),CN: China,"
        '2030-01,90.5,"882: Index, 2020 = 100"\n'
    )
    assert values(read(payload(plain))) == values(read(payload(bulk))) and len(values(read(payload(plain)))) == 1


def test_another_base_year_is_another_series() -> None:
    given = (
        "DATAFLOW,FREQ,EER_TYPE,EER_BASKET,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n"
        "BIS:WS_EER(2.0),M,R,B,CN,2030-01,90.5,999\nBIS:WS_EER(2.0),M,R,B,RU,2030-01,70.5,882\n"
    )
    reading = read(payload(given))
    assert [row.code for row in reading.set_aside] == ["unknown_unit"]
    assert reading.observations["ref_area"].to_list() == ["RUS"]


def test_a_missing_value_of_the_bis_is_none_and_an_unknown_status_is_set_aside() -> None:
    given = (
        "DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nBIS:WS_CBPOL(1.0),D,RU,2030-01-05,NaN,M\n"
        "BIS:WS_CBPOL(1.0),D,RU,2030-01-06,16,A\nBIS:WS_CBPOL(1.0),D,RU,2030-01-07,16,Z\n"
    )
    reading = read(payload(given))
    assert [row.code for row in reading.set_aside] == ["unknown_status"]
    assert reading.observations.select("period_end", "freq").rows() == [(date(2030, 1, 6), "D")]


def test_rates_of_the_ecb_keep_all_their_digits_and_no_vintage() -> None:
    reading = read(payload(ecb()))
    assert list(values(reading).values()) == [8.123456789] and vintages(reading) == {None}
    assert refused(payload(ecb(CURRENCY_DENOM="USD"))).code == "no_value"


def test_a_bulk_file_is_read_from_the_archive_that_it_comes_in() -> None:
    """Of China and Russia, as the API is asked; series without a value, and other areas, are left."""
    header = (
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ:Frequency,EER_TYPE:Type,EER_BASKET:Basket,REF_AREA:Reference area,"
        "TIME_PERIOD:Time period or range,OBS_VALUE:Observation Value,UNIT_MEASURE:Unit of measure"
    )
    row = "dataflow,BIS:WS_EER(1.0): Effective rates,I,M: Monthly,R: Real,B: Broad (64 economies),{},{},{},882: Index\n"
    rows = [("CN: China", "2030-02", "91.5"), ("CN: China", "", ""), ("US: United States", "2030-02", "104.25")]
    content = header + "\n" + "".join(row.format(*cells) for cells in rows)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("WS_EER_csv_flat.csv", content)
    reading = read(payload(packed.getvalue(), "WS_EER_csv_flat.zip"))
    assert list(values(reading).values()) == [91.5] and not reading.set_aside
    assert len(values(read(payload(content)))) == 2, "a file of one area each is read whole"
    damaged = refused(payload(packed.getvalue()[:200], "WS_EER_csv_flat.zip"))
    assert damaged.code == "unrecognised", "it has lost the directory that names its member"
