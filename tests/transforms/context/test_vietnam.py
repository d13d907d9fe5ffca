"""Vietnam's trade by partner, on look-alikes: the form is known from programs that read it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.replica import vietnam
from tests.replica.vietnam import Row, table
from tests.transforms.context.case import one, payload, read, refused, values, vintages
from transforms.context import vietnam as trade_of_vietnam

FILE = "2026-t7-5n(vn-sb).pdf"
URL = f"https://files.customs.gov.vn/CustomsCMS/TONG_CUC/2026/8/10/{FILE}"
KEY = "mirror_trade:VNM.{}.{}.TOTAL.value.{}.{}.USD.USD.M.N"
END = date(2026, 7, 31)
CHINA = 23_403_621_870
"""Imports from China in July 2026, as the bureau of statistics prints them: 23,403.62 million dollars."""


def goods(month: int, so_far: int) -> list[Row]:
    """Rubber of 6,106 tonnes, cars by piece, and other goods, which make these totals."""
    return [
        ("Cao su", "Tấn", (6106, 10_825_018, 75_346, 128_604_728)),
        ("Ô tô nguyên chiếc các loại", "Chiếc", (None, None, 12, 400_000)),
        ("Hàng hóa khác", "USD", (None, month - 10_825_018, None, so_far - 129_004_728)),
    ]


LAOS: Row = ("LÀO", "", (None, 90_000_000, None, 700_000_000))
EMIRATES: list[Row] = [
    ("TIỂU VƯƠNG QUỐC", "", (None, None, None, 5000)),
    ("ARẬP THỐNG NHẤT", "", ()),
    ("Hàng hóa khác", "USD", (None, None, None, 5000)),
]


def imports(*, pieces: bool = False) -> bytes:
    """China over a page break, the Emirates in two lines and without trade in the month, Laos."""
    china: Row = ("TRUNG QUỐC", "", (None, CHINA, None, 140_000_000_000))
    return table("import", 2026, 7, [china, *goods(CHINA, 140_000_000_000)[:1]],
                 [*goods(CHINA, 140_000_000_000)[1:], *EMIRATES, LAOS, *goods(90_000_000, 700_000_000)], pieces=pieces)  # fmt: skip


@pytest.mark.parametrize("pieces", [False, True])
def test_totals_of_partners_of_the_month_and_of_the_year_so_far(pieces: bool) -> None:
    reading = read(payload(imports(pieces=pieces), FILE, URL))
    assert one(reading, KEY.format("CHN", "import", "month", "VNM_CIF"), END) == CHINA
    assert one(reading, KEY.format("CHN", "import", "ytd", "VNM_CIF"), END) == 140e9
    assert one(reading, KEY.format("ARE", "import", "ytd", "VNM_CIF"), END) == 5000
    assert (KEY.format("ARE", "import", "month", "VNM_CIF"), END) not in values(reading), "a cell is empty"
    assert one(reading, KEY.format("LAO", "import", "month", "VNM_CIF"), END) == 90e6
    assert set(reading.observations["obs_status"]) == {"P"}, "sơ bộ: preliminary"
    assert (reading.set_aside, vintages(reading), reading.release.period) == ((), {date(2026, 8, 10)}, "2026-07")


def test_goods_that_do_not_make_the_total_and_partners_that_are_not_known_cost_themselves() -> None:
    wrong: list[Row] = [("TRUNG QUỐC", "", (None, 100, None, 900)), ("Hàng hóa khác", "USD", (None, 90, None, 900))]
    unknown: list[Row] = [("AT LAN TÍT", "", (None, 7, None, 8)), ("Hàng hóa khác", "USD", (None, 7, None, 8))]
    three: list[Row] = [("NGA", "", (None, 7, None, 8)), ("Than", "Tấn", (1, 7, None, 8))]
    reading = read(payload(table("export", 2026, 7, [*wrong, *unknown, *three, LAOS, *goods(90_000_000, 700_000_000)])))
    assert [(row.row, row.code) for row in reading.set_aside] == [
        ("TRUNG QUỐC", "parts_mismatch"),
        ("AT LAN TÍT", "unknown_area"),
        ("NGA", "unclear_row"),
    ]
    assert values(reading) == {
        (KEY.format("LAO", "export", basis, "VNM_FOB"), END): value for basis, value in (("month", 90e6), ("ytd", 7e8))
    }
    assert vintages(reading) == {None}, "without an address, the day of fetch"


@pytest.mark.parametrize("name", ["2026-t6-5n(vn-sb).pdf", "2026-t7-5x(vn-sb).pdf", "3362023-T11-5X(VN-SB)-1.pdf"])
def test_a_name_that_says_another_month_or_direction_than_the_title_is_refused(name: str) -> None:
    assert refused(payload(imports(), name)).code == "contradiction"


def test_a_title_without_the_direction_has_it_in_the_name_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vietnam.HEADS, "import", "Thống kê")
    reading = read(payload(imports(), FILE, URL))
    assert one(reading, KEY.format("CHN", "import", "month", "VNM_CIF"), END) == CHINA
    assert not trade_of_vietnam.recognise(payload(imports(), "table.pdf")), "nobody says of which direction it is"
