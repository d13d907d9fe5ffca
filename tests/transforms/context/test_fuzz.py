"""Mutants of the recorded answers: read right, set aside or refused with a reason; never another figure."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz import MANY
from tests.fuzz.tally import Tally
from tests.transforms.context import mutants
from tests.transforms.context.case import payload, read, recorded, refused, values
from transforms.model import PUBLISHED, ReadError, Reading, series_id

EACH = 4  # mutants of a fault; with 100 of each of the faults none was read wrong either
BEFORE = {"recorded": "2026-08-02T15:35Z"}
OPTIONS: Mapping[str, dict[str, str]] = {
    "fred/api_observations_unrate_2024_01_02.json": {"series": "UNRATE"},
    "calendar/ff_calendar_thisweek_recorded_2026-08-02.json": BEFORE,
    "calendar/calendar_day_page_2025-12-08T0032Z_before.md": {"recorded": "2025-12-08T00:32Z"},
}
BLIND = {"bytes twice"}
"""Digits that come twice within a number: a figure that is printed once may be any."""
tally = Tally()
FILES = (
    "fred/fredgraph_RBCNBIS_2024-10-28.csv",
    "fred/alfredgraph_CUUR0000SEGB_vintage_2025-12-18.csv",
    "fred/alfredgraph_GDP_two_vintages_in_one_request.csv",
    "fred/api_observations_unrate_2024_01_02.json",
    "census/api_imports_hs_854231_2013-01_2013-06.json",
    "census/api_imports_naics_334413_2013-01.json",
    "bis/api_v1_WS_EER_M.N.B.CN_excerpt.csv",
    "bis/bis_neer_us_2023_2024.json",
    "bis/ws_credit_gap_PT_sample.json",
    "bis/ws_dsr_US_sample.json",
    "bis/ws_tc_US_live_2024h1.json",
    "bis/ws_cbpol_us_jp_2024m01-m03_sdmx-ml21.xml",
    "bis/bulk_WS_CREDIT_GAP_csv_flat_cn_excerpt.csv",
    "bis/bulk_WS_DSR_csv_flat_cn_excerpt.csv",
    "bis/bulk_WS_EER_csv_flat_layout_excerpt.csv",
    "ecb/exr_M.CNY.EUR.SP00.A_jsondata.json",
    "ecb/exr_M.USD.EUR.SP00.A_2026-05_generic21.xml",
    "eurostat/ds-045409-eu27-us-total-2024-01-02_jsonstat.json",
    "eurostat/ds-045409-de-us-m-2026-06-07.tsv",
    "comtrade/preview_C_A_HS_usa_jpn_2023.json",
    "comtrade/comtradeplus_download_A_HS8542_thailand_head60.csv",
    "nbs/v2_esData_cpi_202607.json",
    "safe_cfets/cfets_ccpr_latest_2026-02-06_excerpt.json",
    "safe_cfets/cfets_CcprHisNew_2026-01-08_2026-02-07_excerpt.json",
    "russia/minfin_fedbud_month_trimmed.csv",
    "asia/jp_customs_press_10day_2026-08_en.xml",
    "asia/jp_customs_press_monthly_2026-07_provisional_en_trimmed.xml",
    "asia/kr_ecos_403Y001_export_value_index.json",
    "policy/imf_portwatch_Monthly_TradeNow_USA_2024m01-m03.json",
    "calendar/ff_calendar_thisweek_recorded_2026-08-02.json",
    "calendar/calendar_day_page_2025-12-08T0032Z_before.md",
)


def figures(reading: Reading) -> dict[tuple[Any, ...], Any]:
    """Every value by series, period and day of publication, and every row of a record but what it was before."""
    frame = reading.observations.with_columns(series_id())
    keys = ["series_id", "period_end", *([PUBLISHED] if PUBLISHED in frame.columns else [])]
    found = {row[:-1]: row[-1] for row in frame.select(*keys, "value").iter_rows()}
    for name, table in reading.records.items():
        found |= {(name, *row): True for row in table.drop("previous", strict=False).iter_rows()}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_answer_is_never_read_as_another_figure(shared: Path, name: str) -> None:
    path = shared / "live" / name
    options = OPTIONS.get(name, {})
    whole = figures(read(payload(path.read_bytes(), path.name, **options)))
    undated = {key[:2]: value for key, value in whole.items()}  # without the day on which each became public
    rng = random.Random(name)
    refused_ = 0
    for fault, content in mutants.of(path.read_bytes(), path.suffix, rng, EACH * MANY):
        kind = re.sub(r"\d+ |:.*| \d+$| at \d+", "", fault)
        try:
            got = figures(read(payload(content, path.name, **options)))
        except ReadError as refusal:
            assert refusal.code and refusal.expected and refusal.got
            refused_ += 1
            tally.count(f"context {path.suffix}", kind, "refused")
            continue
        true = got.items() <= whole.items() or got.items() <= undated.items()
        blind = kind in BLIND and not true
        assert blind or true, (fault, sorted(got.items() - whole.items(), key=str)[:3])
        outcome = "blind" if blind else "right" if got == whole else "set aside"
        tally.count(f"context {path.suffix}", kind, outcome)
    assert refused_ >= 2, "an empty answer and a page at least"


def test_what_became_of_the_answers() -> None:
    tally.show()


@pytest.mark.parametrize("name", ["census/country_state-2024-06_trimmed.xlsx", "russia/rosstat_ipc_mes_05-2026.xlsx"])
def test_half_a_workbook_is_refused(shared: Path, name: str) -> None:
    content = (shared / "live" / name).read_bytes()
    for place in (0, 1, len(content) // 2, len(content) - 1):
        assert refused(payload(content[:place])).code in ("empty", "unrecognised", "truncated")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (
            "bis/bulk_WS_EER_csv_flat_layout_excerpt.csv",
            ',I,,N: Nominal,B: Broad (64 economies),DK: Denmark,,,,,,"882:',
            ',I,,R: Real,B: Broad (64 economies),DK: Denmark,,,,,,"883:',
        ),
        ("bis/ws_credit_gap_PT_sample.json", '"id": "770"', '"id": "799"'),
        ("ecb/exr_M.CNY.EUR.SP00.A_jsondata.json", '{"id":"0","name":"Units"}', '{"id":"2","name":"Hundreds"}'),
        ("asia/kr_ecos_403Y001_export_value_index.json", "2020=100", "천달러"),
        ("russia/minfin_fedbud_month_trimmed.csv", ",386", ",385"),
        ("nbs/v2_esData_cpi_202607.json", "上年同月=100", "上年同月=1"),
        ("census/api_imports_hs_854231_2013-01_2013-06.json", "GEN_VAL_MO", "GEN_VAL_KG"),
        ("eurostat/ds-045409-eu27-us-total-2024-01-02_jsonstat.json", "VALUE_IN_EUROS", "VALUE_IN_THOUSANDS"),
    ],
)
def test_another_unit_is_not_read_in_the_old_one(shared: Path, name: str, old: str, new: str) -> None:
    text = (shared / "live" / name).read_text("utf-8")
    changed = text.replace(old, new)
    assert changed != text, "the recorded answer states its unit"
    try:
        reading = read(payload(changed))
    except ReadError as refusal:
        assert refusal.code not in ("reader_failed", "changed_shape")
        return
    assert reading.set_aside and not figures(reading).items() & figures(recorded(shared, name)).items()


def test_without_the_header_of_a_vintage_the_day_asked_for_is_refused(shared: Path) -> None:
    text = (shared / "live/fred/alfredgraph_RSHPCS_vintage_2024-04-15.csv").read_text("utf-8")
    url = "https://alfred.stlouisfed.org/graph/alfredgraph.csv?id=RSHPCS&vintage_date=2024-04-15"
    assert refused(payload(text.replace("RSHPCS_20240415", "RSHPCS"), url=url)).code == "wrong_vintage"
    assert refused(payload(text.replace("_20240415", "_20240423"), url=url)).code == "wrong_vintage"


@pytest.mark.parametrize(
    ("name", "line", "aside"),
    [
        ("fred/fredgraph_RBCNBIS_2024-10-28.csv", "2024-10-01,91.5\n", 0),
        ("bis/api_v1_WS_EER_M.N.B.CN_excerpt.csv", "M,N,B,CN,882,,A,China,2031-01,91.5,A,F,\n", 0),
        ("bis/api_v1_WS_EER_M.N.B.CN_excerpt.csv", "M,N,B,QQ,882,,A,Nowhere,2031-01,91.5,A,F,\n", 1),
        ("eurostat/ds-045409-de-us-m-2026-06-07.tsv", "M,DE,QQ,01,1,VALUE_IN_EUROS\t5\t6\n", 1),
        ("eurostat/ds-045409-de-us-m-2026-06-07.tsv", "M,DE,CN,01,1,VALUE_IN_EUROS\t5\t6\n", 0),
    ],
)
def test_a_new_month_or_partner_is_read_or_set_aside_and_costs_nothing(
    shared: Path, name: str, line: str, aside: int
) -> None:
    text = (shared / "live" / name).read_text("utf-8")
    before, after = recorded(shared, name), read(payload(text + line))
    assert len(after.set_aside) - len(before.set_aside) == aside
    assert values(before).items() <= values(after).items()
    assert (len(values(after)) > len(values(before))) == (aside == 0)


def test_a_last_line_that_does_not_end_may_be_half_a_number() -> None:
    whole = "observation_date,RBCNBIS\n2030-01-01,91.5\n2030-02-01,92.25\n"
    assert values(read(payload(whole))).keys() == {
        (key, end) for key, _ in values(read(payload(whole))) for end in (date(2030, 1, 31), date(2030, 2, 28))
    }
    for end in range(1, 7):
        reading = read(payload(whole[:-end]))
        assert list(values(reading).values()) == [91.5]
        assert [row.code for row in reading.set_aside] == ["truncated"]
