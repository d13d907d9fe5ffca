"""Partner labels: every printed variant leads to one code, an unknown one is refused, groups know their members."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from transforms import areas
from transforms.model import ReadError

LABELS = {
    "DEU": ["of which: Germany", "\xa0\xa0 of which:  germany", "德国", "其中：德国", "ФРГ", "GERMANY"],
    "KOR": ["R. O. Korea", "KOREA, SOUTH", "Korea,Rep.", "韩国", "Республика Корея"],
    "PRK": ["Korea,DPR", "朝鲜", "КНДР"],
    "HKG": ["Hong Kong, China", "Hong Kong,China", "中国香港", "香港", "Гонконг"],
    "MAC": ["Macau, China", "Macao", "中国澳门", "澳门"],
    "TWN": ["Taiwan, China", "TAIWAN", "中国台湾", "台澎金马关税区", "Тайвань"],
    "RUS": ["Russian Federation", "俄罗斯联邦", "俄罗斯", "Россия"],
    "CHN": ["China (re-imports)", "中国", "CHINA", "Китай"],
    "CIV": ["Côte d'Ivoire", "Cote d'Ivoire", "科特迪瓦"],
    "COG": ["刚果(布)", "刚果（布）", "刚果共和国", "Congo"],
    "COD": ["刚果(金)", "刚果民主共和国", "Congo,DR"],
    "DMA": ["Dominica", "多米尼克"],
    "DOM": ["Dominican Republic", "多米尼加"],
    "ZAF": ["S.Africa", "of which: South Africa", "ЮАР"],
    "OTHER_LATIN_AMERICA": ["Oth. L.Amer. nes", "拉丁美洲其他国家(地区)"],
    "BIH": ["Bosnia&Hercegovina", "波黑", "Босния и Герцеговина"],
    "KNA": ["St. Kitts-Nevis", "圣其茨和尼维斯", "圣基茨和尼维斯"],
    "UNKNOWN": ["Countries(reg.)unknown", "国(地)别不详", "国家（地区）不明"],
    "WORLD": ["Total", "TOTAL", "总值", "TOTAL FOR ALL COUNTRIES"],
    "BRI": ["Jointly build the countries along Belt and Road Routes", "共建“一带一路”国家和地区", "共建'一带一路'国家"],
    "RCEP": ["Regional Comprehensive Economic Partnership", "区域全面经济伙伴关系协定（RCEP）成员国"],
    "EU": ["European Union", "EUROPEAN UNION", "欧盟", "ЕС"],
    "USA": ["United States (US)", "USA", "美国", "США", "Соединённые Штаты Америки"],
}


@pytest.mark.parametrize(("code", "label"), [(code, label) for code, labels in LABELS.items() for label in labels])
def test_every_printed_variant_resolves(code: str, label: str) -> None:
    assert areas.resolve(label) == code


@pytest.mark.parametrize("label", ["Atlantis", "", "Germ", "of which:", "Korea", "德国 法国"])
def test_an_unknown_partner_is_an_error_that_names_the_row(label: str) -> None:
    with pytest.raises(ReadError, match="unknown_partner at row 7") as caught:
        areas.resolve(label, where="row 7")
    assert repr(label) in str(caught.value)


def test_names_are_unique_and_every_name_shown_resolves_to_its_own_code() -> None:
    table = areas.names()
    assert table["code"].is_unique().all()
    for row in table.iter_rows(named=True):
        assert areas.resolve(row["name_en"]) == row["code"]
    assert set(table["kind"]) == {"country", "other", "group"}
    assert table.filter(kind="country")["code"].str.len_chars().unique().to_list() == [3]


def test_customs_codes() -> None:
    assert areas.from_customs_code("502") == "USA"
    assert areas.from_customs_code("142") == "CHN"
    assert areas.from_customs_code("143") == "TWN"
    assert areas.from_customs_code("701") == "UNKNOWN"
    with pytest.raises(ReadError, match="unknown_partner"):
        areas.from_customs_code("998")


def test_membership_moves_on_the_documented_months() -> None:
    assert "GBR" in areas.members("EU", date(2020, 1, 31))
    assert "GBR" not in areas.members("EU", date(2020, 2, 29))
    assert len(areas.members("EU", date(2025, 1, 31))) == 27
    assert "TLS" not in areas.members("ASEAN", date(2025, 9, 30))
    assert "TLS" in areas.members("ASEAN", date(2025, 10, 31))
    assert "CHN" in areas.members("APEC", date(2024, 6, 30)) & areas.members("APEC", date(2025, 2, 28))
    assert "CHN" not in areas.members("APEC", date(2025, 3, 31))


def test_a_change_of_membership_is_seen_across_it_and_not_beside_it() -> None:
    assert areas.membership_changed("ASEAN", date(2024, 12, 31), date(2025, 12, 31))
    assert not areas.membership_changed("ASEAN", date(2024, 9, 30), date(2025, 9, 30))
    assert areas.membership_changed("APEC", date(2024, 12, 31), date(2025, 12, 31))
    assert areas.membership_changed("EU", date(2019, 6, 30), date(2020, 6, 30))
    assert not areas.membership_changed("USA", date(2019, 6, 30), date(2020, 6, 30))
    assert not areas.membership_changed("BRI", date(2019, 6, 30), date(2020, 6, 30))


COLLECTION = Path(__file__).resolve().parents[3] / "shared" / "data" / "gacc"
LISTS = [
    ("customs_country_codes.csv", "name_zh", "name_en", 241),
    ("by_partner_bulletin_cny_2024.csv", "partner_zh", "partner_en", 2607),
    ("by_partner_bulletin_usd_2024_09.csv", "partner_zh", "partner_en", 263),
]


@pytest.mark.skipif(not COLLECTION.exists(), reason="the collection is not at hand")
@pytest.mark.parametrize(("file", "chinese", "english", "rows"), LISTS)
def test_both_languages_of_official_lists_lead_to_one_code(file: str, chinese: str, english: str, rows: int) -> None:
    with (COLLECTION / file).open(encoding="utf-8") as lines:
        table = list(csv.DictReader(lines))
    assert len(table) == rows
    for row in table:
        code = areas.resolve(row[chinese])
        assert not row[english] or areas.resolve(row[english]) == code
        assert "code" not in row or areas.from_customs_code(row["code"]) == code
