"""The recorded answers as the services could serve them tomorrow: read the same, set aside, or refused; never wrong."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.transforms.context.case import as_json, payload, read, recorded, refused, values, vintages
from tests.transforms.context.test_fuzz import FILES, OPTIONS, figures
from transforms.model import Payload, ReadError

_NUMBER = re.compile(r"-?\d+\.\d+")


def given(shared: Path, name: str, content: bytes | str | None = None) -> Payload:
    path = shared / "live" / name
    return payload(path.read_bytes() if content is None else content, path.name, **OPTIONS.get(name, {}))


def table(text: str, suffix: str) -> tuple[list[list[str]], Callable[[list[list[str]]], str]]:
    mark = "\t" if suffix == ".tsv" else ","

    def told(rows: list[list[str]]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows(rows)
        return out.getvalue()

    return list(csv.reader(io.StringIO(text), delimiter=mark)), told


def in_other_form(text: str, suffix: str) -> Iterator[tuple[str, str]]:
    """The same figures in another form of the same file."""
    lines = text.replace("\r\n", "\n")
    yield "line ends of Windows", lines.replace("\n", "\r\n")
    yield "line ends of old Macs", lines.replace("\n", "\r")
    yield "a byte order mark", "\ufeff" + text
    yield "a blank line before", "\n" + text
    yield "blank lines after", text + "\n\n"
    if suffix == ".json":
        yield "another order and indents", json.dumps(json.loads(text), indent=1, sort_keys=True)
    if suffix == ".csv" and "trailing" not in text and not lines.partition("\n")[2].startswith('"C"'):
        rows, told = table(text, suffix)
        if rows[0][0] not in ("DATE", "observation_date"):  # a column of FRED is a series
            yield "one more column of words", told([[*rows[0], "REMARK"], *([*row, "provisional"] for row in rows[1:])])


@pytest.mark.parametrize("name", FILES)
def test_the_same_figures_in_another_form_are_the_same_figures(shared: Path, name: str) -> None:
    path = shared / "live" / name
    whole = figures(read(given(shared, name)))
    for form, text in in_other_form(path.read_bytes().decode("utf-8-sig"), path.suffix):
        if form == "one more column of words" and name.startswith("comtrade"):
            continue  # its rows end with a comma: where another column would stand is not known
        assert figures(read(given(shared, name, text))) == whole, form


PRINTED: dict[str, Callable[[str], str]] = {
    "a decimal comma": lambda number: number.replace(".", ","),
    "a decimal comma and three places": lambda number: f"{float(number):.3f}".replace(".", ","),
    "a flag of provisional": lambda number: number + " (p)",
    "a letter": lambda number: number + "p",
    "groups and comma": lambda number: f"{float(number) * 1000:,.2f}".translate(str.maketrans(",.", ".,")),
}


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".md")])
def test_numbers_that_are_printed_another_way_are_read_right_or_not_at_all(shared: Path, name: str) -> None:
    """Groups of digits against decimal commas: 91,330 is 91.33 or 91,330, and nobody says which."""
    path = shared / "live" / name
    text = path.read_bytes().decode("utf-8-sig")
    whole = figures(read(given(shared, name)))
    for way, printed in PRINTED.items():
        if path.suffix in (".csv", ".tsv"):
            rows, told = table(text, path.suffix)
            again = [rows[0], *([printed(c) if _NUMBER.fullmatch(c) else c for c in row] for row in rows[1:])]
            changed = told(again)
        else:
            changed = re.sub(r'(?<=[">])-?\d+\.\d+(?=["<])', lambda found, how=printed: how(found[0]), text)  # type: ignore[misc]
        try:
            reading = read(given(shared, name, changed))
        except ReadError as refusal:
            assert refusal.code not in ("reader_failed", "changed_shape"), way
            continue
        assert figures(reading).items() <= whole.items(), way


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fred/fredgraph_RBCNBIS_2024-10-28.csv", "2024-09-01,91.33", "2024-09-01,91.33 (p)"),
        ("fred/api_observations_unrate_2024_01_02.json", '"value": "3.9"', '"value": "3.9 (p)"'),
        ("census/api_imports_hs_854231_2013-01_2013-06.json", "", ""),
        ("bis/bis_neer_us_2023_2024.json", '["102.35"', '["102.35p"'),
        ("bis/ws_cbpol_us_jp_2024m01-m03_sdmx-ml21.xml", 'OBS_VALUE="5.375"', 'OBS_VALUE="5,375"'),
        ("eurostat/ds-045409-de-us-m-2026-06-07.tsv", "", ""),
        ("asia/kr_ecos_403Y001_export_value_index.json", "112.86", "112,860"),
        ("safe_cfets/cfets_CcprHisNew_2026-01-08_2026-02-07_excerpt.json", "6.9590", "6,959"),
        ("asia/jp_customs_press_monthly_2026-07_provisional_en_trimmed.xml", ">929,521<", ">929.521 bn<"),
    ],
)
def test_one_unclear_cell_costs_itself_alone(shared: Path, name: str, old: str, new: str) -> None:
    text = (shared / "live" / name).read_bytes().decode("utf-8-sig")
    before = read(given(shared, name))
    if not old:  # the first figure as it is in the file
        printed = f"{before.table['printed'][0]:.0f}"
        old, new = printed, f"{printed[:-3]}?{printed[-3:]}"
    assert old in text
    after = read(given(shared, name, text.replace(old, new, 1)))
    lost = figures(before).keys() - figures(after).keys()
    assert len(lost) == 1 and figures(after).items() <= figures(before).items()
    assert [row.code for row in after.set_aside if row not in before.set_aside] == ["not_a_number"]


# Answers that are no data


@pytest.mark.parametrize(
    "answer",
    [
        {"error_code": 400, "error_message": "Bad Request. The value for variable api_key is not registered."},
        {"error": {"code": 400, "message": "Unable to complete operation.", "details": []}},
        {"errors": [{"code": 404, "title": "No data for data query"}]},
        {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."},
        {"success": False, "state": 50000, "message": "系统异常", "data": None},
        {"head": {"provider": "CWAP", "rep_code": "500"}, "data": {"lastDate": None}, "records": []},
        {"RESULT": {"CODE": "ERROR-500", "MESSAGE": "서버 오류"}},
        {"error": [{"status": 500, "id": 1, "label": "Internal error"}]},
        {"elapsedTime": "0 secs", "count": 0, "data": [], "error": "The query is too complex"},
    ],
)
def test_an_error_that_comes_with_status_200_is_told_as_one(answer: dict[str, Any]) -> None:
    assert refused(payload(as_json(answer))).code == "service_error"


def test_data_with_an_empty_field_for_errors_is_no_error(shared: Path) -> None:
    said = json.loads((shared / "live/policy/imf_portwatch_Monthly_TradeNow_USA_2024m01-m03.json").read_bytes())
    assert values(read(payload(as_json(said | {"error": None}))))


@pytest.mark.parametrize("name", FILES)
def test_a_wall_is_no_data(shared: Path, name: str) -> None:
    wall = (
        "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1><p>"
        f"{name} needs to review the security of your connection before proceeding.</p></body></html>"
    )
    assert refused(given(shared, name, wall)).code not in ("reader_failed", "changed_shape")


# A dimension more, other types, other clocks


def test_values_by_a_dimension_that_is_not_known_may_be_parts_of_a_total(shared: Path) -> None:
    for name in ("bis/bis_neer_us_2023_2024.json", "ecb/exr_M.CNY.EUR.SP00.A_jsondata.json"):
        said = json.loads((shared / "live" / name).read_bytes())
        body = said.get("data", said)
        structure = body["structure"] if "structure" in body else body["structures"][0]
        structure["dimensions"]["series"].append({"id": "METHOD", "values": [{"id": "X"}]})
        held = body["dataSets"][0]
        held["series"] = {key + ":0": of for key, of in held["series"].items()}
        assert refused(payload(as_json(said))).code == "leftover_column", name
    said = json.loads((shared / "live/eurostat/ds-045409-eu27-us-total-2024-01-02_jsonstat.json").read_bytes())
    said["id"].insert(6, "stat_procedure")
    said["size"].insert(6, 1)
    said["dimension"]["stat_procedure"] = {"category": {"index": {"1": 0}}}
    assert refused(payload(as_json(said))).code == "leftover_column"
    bulk = (shared / "live/bis/bulk_WS_DSR_csv_flat_cn_excerpt.csv").read_text("utf-8")
    rows, told = table(bulk, ".csv")
    more = [[*row[:4], "METHOD:Method" if row is rows[0] else "1: Old", *row[4:]] for row in rows]
    assert refused(payload(told(more))).code == "leftover_column"


def test_values_of_json_stat_may_come_as_a_list(shared: Path) -> None:
    name = "eurostat/ds-045409-eu27-us-total-2024-01-02_jsonstat.json"
    said = json.loads((shared / "live" / name).read_bytes())
    count = 1
    for size in said["size"]:
        count *= size
    listed = said | {"value": [said["value"].get(str(place)) for place in range(count)]}
    assert figures(read(payload(as_json(listed)))) == figures(recorded(shared, name))


def test_the_day_of_an_update_is_that_of_its_publishers_clock(shared: Path) -> None:
    text = (shared / "live/eurostat/ds-045409-eu27-us-total-2024-01-02_jsonstat.json").read_text("utf-8")
    for stamp, day in (("2026-09-14T23:00:00Z", 15), ("2026-09-15T01:00:00+0200", 15), ("2026-09-14T23:30+02:00", 14)):
        changed = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+[+]\d{4}", stamp, text)
        assert vintages(read(payload(changed))) == {date(2026, 9, day)}, stamp


def test_days_of_portwatch_may_come_as_milliseconds_if_they_are_declared_so(shared: Path) -> None:
    name = "policy/imf_portwatch_Monthly_TradeNow_USA_2024m01-m03.json"
    said = json.loads((shared / "live" / name).read_bytes())
    for feature in said["features"]:
        year, month, day = map(int, feature["attributes"]["date"].split("-"))
        feature["attributes"]["date"] = (date(year, month, day) - date(1970, 1, 1)).days * 86_400_000
    assert refused(payload(as_json(said))).code == "bad_period", "a number that is not declared as a day"
    for field in said["fields"]:
        field["type"] = "esriFieldTypeDate" if field["name"] == "date" else field["type"]
    assert figures(read(payload(as_json(said)))) == figures(recorded(shared, name))


def test_columns_that_are_not_known_cost_themselves_alone(shared: Path) -> None:
    name = "policy/imf_portwatch_Monthly_TradeNow_USA_2024m01-m03.json"
    said = json.loads((shared / "live" / name).read_bytes())
    for feature in said["features"]:
        feature["attributes"] |= {"ais": 3, "trade": "up", "value_import": 5, "method": "2026 revision"}
    reading = read(payload(as_json(said)))
    assert figures(reading) == figures(recorded(shared, name))
    assert {row.row for row in reading.set_aside} == {"ais", "trade", "value_import", "method"}
    rows, told = table(
        (shared / "live/russia/minfin_fedbud_month_trimmed.csv").read_bytes().decode("utf-8-sig"), ".csv"
    )
    more = told([["Год", "Месяц", "Примечание", *rows[0][2:]], *([*r[:2], "предварительно", *r[2:]] for r in rows[1:])])
    reading = read(payload(more))
    assert [row.row for row in reading.set_aside] == ["Примечание"]
    assert figures(reading) == figures(recorded(shared, "russia/minfin_fedbud_month_trimmed.csv"))


def book(shared: Path, name: str, change: Callable[[Any], None]) -> Payload:
    opened = openpyxl.load_workbook(shared / "live" / name)
    change(opened)
    out = io.BytesIO()
    opened.save(out)
    return payload(out.getvalue(), Path(name).name)


CENSUS, PRICES = "census/country_state-2023-01_trimmed.xlsx", "russia/rosstat_ipc_mes_05-2026.xlsx"


@pytest.mark.slow
def test_the_workbook_of_the_census_by_its_names(shared: Path) -> None:
    def change(opened: Any) -> None:
        sheet = opened["country"]
        sheet.title = "Country data"
        sheet.insert_cols(4)
        for number, row in enumerate(sheet.iter_rows(), start=1):
            row[3].value = "ISO" if number == 1 else "xx"
            if number > 1:  # text that was saved as numbers
                row[0].value, row[1].value = int(row[0].value), int(row[1].value)

    reading = read(book(shared, CENSUS, change))
    assert figures(reading) == figures(recorded(shared, CENSUS))
    assert [(row.row, row.code) for row in reading.set_aside] == [("ISO", "unknown_column")]


def test_years_that_are_text_and_headings_that_are_no_years(shared: Path) -> None:
    def change(opened: Any) -> None:
        for sheet in opened.worksheets[1:]:
            years = next(row for row in sheet.iter_rows() if row[1].value == 1991)
            last = max(index for index, cell in enumerate(years) if isinstance(cell.value, int | float))
            years[last].value = str(int(years[last].value))
            years[last - 1].value = f"{int(years[last - 1].value)}3)"

    whole = figures(recorded(shared, PRICES))
    reading = read(book(shared, PRICES, change))
    lost = whole.keys() - figures(reading).keys()
    assert figures(reading).items() <= whole.items() and {end.year for _, end, *_ in lost} == {2025}
    assert {row.code for row in reading.set_aside} == {"unknown_column"}


def test_a_calendar_whose_empty_fields_are_null(shared: Path) -> None:
    name = "calendar/ff_calendar_thisweek_recorded_2026-08-02.json"
    said = json.loads((shared / "live" / name).read_bytes())
    for row in said:
        row |= {field: row[field] or None for field in ("forecast", "previous")} | {"actual": None}
    assert figures(read(given(shared, name, as_json(said)))) == figures(recorded(shared, name, **OPTIONS[name]))
