"""Rows of whole products in the official layout, from the real figures in customs_figures/: title and rows for a page."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from tests.transforms.customs_pages import MONTHS, Cell, figures, spaced
from transforms.customs import commodities, regimes


def by_partner_rows(period: str = "2026-03", currency: str = "CNY") -> tuple[str, list[list[Cell]]]:
    """Title and rows of preliminary table (4) from the official figures (yuan). Combined in February 2025."""
    year, month = int(period[:4]), int(period[5:])
    combined = period == "2025-02"
    when = f"January-February {year}" if combined else f"{MONTHS[month - 1]} {year}"
    title = f"(4) China's Total Export & Import Values by Country/Region, {when} (in {currency})"
    wide = 7 if combined else 10
    unit = "Unit: CNY 100 Million" if currency == "CNY" else "Unit: USD1 Million"
    rows: list[list[Cell]] = [[(title, wide, 1)], [(unit, wide, 1)]]
    growth = f"1-to-{month} Total Year-on-Year (±%)"
    if combined:
        rows.append(["Import Source", "Export & Import", "Export", "Import", (growth, 3, 1)])
        rows.append(["Export Destination", *[f"1-to-{month}"] * 3, "Export & Import", "Export", "Import"])
    else:
        flows = [flow for flow in ("Export & Import", "Export", "Import") for _ in range(2)]
        rows.append(["Import Source", *flows, (growth, 3, 1)])
        rows.append(["Export Destination", *[str(month), f"1- to-{month}"] * 3, "Export & Import", "Export", "Import"])
    columns = [c for c in figures("by_partner_preliminary_cny")[0] if c[:6] in ("total_", "export", "import")]
    for row in figures("by_partner_preliminary_cny", period=period):
        values = [row[c] if c.endswith("pct") else spaced(row[c]) for c in columns if row[c]]
        rows.append(["\xa0" * int(row["label_indent_nbsp"]) + row["partner_label"], *values])
    rows.append(
        [("Note:\n1.The Association of Southeast Asian Nations (ASEAN) includes: Brunei, Myanmar ...", wide, 1)]
    )
    return title, rows


def by_partner_zh_rows(decimals: int | None = None) -> tuple[str, list[list[Cell]]]:
    """Chinese preliminary table (4) of June 2026 in yuan, unrounded as in the attachment M139RMBADD, or rounded.

    Figures: github.com/hoyla/meridian, dev_notes/2026-07-14-gacc-chinese-source-investigation.md (all 30 rows).
    """
    title = "（4）2026年6月进出口商品主要国别（地区）总值表（人民币值）"
    rows: list[list[Cell]] = [[(title, 10, 1)], [("单位：亿元人民币", 10, 1)]]
    rows.append(
        ["进口原产国（地）", ("进出口", 2, 1), ("出口", 2, 1), ("进口", 2, 1), ("1至6月累计比去年同期±%", 3, 1)]
    )
    rows.append(["出口最终目的国（地）", *["6月", "1至6月"] * 3, "进出口", "出口", "进口"])
    members = "荷兰法国意大利马来西亚泰国新加坡印度尼西亚菲律宾"
    for row in figures("by_partner_preliminary_zh_2026_06"):
        name = row["partner_zh"]
        indent = 6 if name.startswith("其中") else 12 if name in members else 0 if name == "总值" else 2
        values = [row[field] for field in PARTNER_FIELDS]
        if decimals is not None:
            values = [f"{Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}" for value in values]
        rows.append(["\xa0" * indent + name, *values, *(row[field] for field in PARTNER_GROWTH)])
    rows.append([("注：1.东南亚国家联盟包括：文莱、缅甸、柬埔寨……", 10, 1)])
    return title, rows


def total_rows(period: str, currency: str = "USD") -> tuple[str, list[list[Cell]]]:
    """Title and rows of preliminary table (1)."""
    year, month = int(period[:4]), int(period[5:])
    title = f"(1) China's Total Export & Import Values, {MONTHS[month - 1]} {year} (in {currency})"
    rows: list[list[Cell]] = [[(title, 6, 1)], [(f"Unit: {currency} 100 Million", 6, 1)]]
    rows.append(
        [
            "Item",
            str(month),
            f"1-to-{month}",
            "Month-on-Month (±%)",
            "Year-on-Year (±%)",
            f"1-to-{month} Total Year-on-Year (±%)",
        ]
    )
    for row in figures(f"total_preliminary_{currency.lower()}", period=period):
        values = [spaced(row["month"]), spaced(row["ytd"]), row["mom_pct"], row["yoy_pct"], row["ytd_yoy_pct"]]
        rows.append([row["item"], *values])
    return title, rows


def trade_mode_rows(period: str, basis: str, currency: str) -> tuple[str, list[list[Cell]]]:
    """Title and rows of preliminary table (2) (month) or (3) (year to date), in the wording of its year."""
    year, month = int(period[:4]), int(period[5:])
    name = ["January", "", "", "", "May", "", "", "August"][month - 1]
    note = "" if year > 2019 or basis == "ytd" else f"Only {name}, "
    when = f"{name} {year}" if basis == "month" else f"January-{name} {year}"
    number = 2 if basis == "month" else 3
    title = f"({number}) China's Total Export & Import Values by Trade Mode, {when} ({note}in {currency})"
    head = (
        (name if year == 2019 else str(month))
        if basis == "month"
        else (f"Jan-{name}" if year == 2019 else f"1-to-{month}")
    )
    unit = "Unit: CNY 100 Million" if currency == "CNY" else "Unit: USD1 Million"
    flows = ["Export & Import", "Export", "Import"]
    rows: list[list[Cell]] = [[(title, 7, 1)], [(unit, 7, 1)]]
    rows += [[("Trade Mode", 1, 2), (head, 3, 1), ("Year-on-Year (±%)", 3, 1)], [*flows, *flows]]
    for row in figures("by_trade_mode", period=period, basis=basis, currency=currency):
        levels = [spaced(row[flow]) for flow in ("total", "export", "import")]
        rows.append([row["label"], *levels, *(row[f"{flow}_yoy"] for flow in ("total", "export", "import"))])
    rows.append([('Note: 1. From 2014, the customs statistics include "Duty-Free Goods".', 7, 1)])
    return title, rows


def trade_mode_zh_rows(period: str, basis: str, currency: str) -> tuple[str, list[list[Cell]]]:
    """The same table as the Chinese site titles and labels it."""
    year, month = int(period[:4]), int(period[5:])
    when, head = (f"{month}月", f"{month}月") if basis == "month" else (f"1至{month}月", f"1至{month}月累计")
    value = "人民币值" if currency == "CNY" else "美元值"
    title = f"（{2 if basis == 'month' else 3}）{year}年{when}进出口商品贸易方式总值表（{value}）"
    flows = ["进出口", "出口", "进口"]
    rows: list[list[Cell]] = [[(title, 7, 1)], [("单位∶" + ("亿元人民币" if currency == "CNY" else "百万美元"), 7, 1)]]
    rows += [[("贸易方式", 1, 2), (head, 3, 1), ("比去年同期±%", 3, 1)], [*flows, *flows]]
    names = dict(regimes.names().select("code", "name_zh").iter_rows())
    for row in trade_mode_rows(period, basis, currency)[1][4:-1]:
        label = str(row[0])
        rows.append(["总值" if regimes.is_total(label) else names[regimes.resolve(label)], *row[1:]])
    return title, rows


COMMODITY_FIELDS = ["month_quantity", "month_value", "ytd_quantity", "ytd_value"]
COMMODITY_FIELDS += ["prior_year_ytd_quantity", "prior_year_ytd_value", "ytd_quantity_yoy_pct", "ytd_value_yoy_pct"]


def commodities_of(flow: str, period: str) -> list[dict[str, str]]:
    """Official rows of a table of major commodities, yuan by the hundred million, with all decimals there are."""
    rows = figures("major_commodities", flow=flow, period=period)
    for row in rows:
        if row["value_unit"].startswith("RMB 10,000"):
            for field in COMMODITY_FIELDS[1:6:2]:
                row[field] = str(Decimal(row[field].replace(",", "")) / 10_000) if row[field] else ""
    return rows


def printed(value: str) -> str:
    """One decimal, commas, "-" for none: how the preliminary pages print."""
    return (
        f"{Decimal(value.replace(',', '')).quantize(Decimal('0.1'), ROUND_HALF_UP):,}"
        if value not in ("", "-")
        else "-"
    )


def commodity_rows(flow: str, period: str, currency: str = "CNY", labels: str = "en") -> tuple[str, list[list[Cell]]]:
    """Title and rows of preliminary table (5) or (6): English, or Chinese with inline table (`labels="zh"`)."""
    year, month = int(period[:4]), int(period[5:])
    names = {row["code"]: row for row in commodities.names().iter_rows(named=True)}
    english_title = f"({5 if flow == 'export' else 6}) China's Major {flow.capitalize()}s by Quantity and Value"
    if labels == "zh":
        zh_flow, zh_currency = ("出口" if flow == "export" else "进口"), ("人民币值" if currency == "CNY" else "美元值")
        title = f"（{5 if flow == 'export' else 6}）{year}年{month}月全国{zh_flow}重点商品量值表（{zh_currency}）"
        unit = "单位∶亿元人民币" if currency == "CNY" else "单位∶百万美元"
        groups = [f"{month}月", f"1至{month}月累计", "去年同期累计", "累计同比±%"]
        head, words = [("商品名称", 1, 2), ("计量单位", 1, 2)], ["数量", "金额"] * 4
    else:
        title = f"{english_title}, {MONTHS[month - 1]} {year} (in {currency})"
        unit = "Unit: CNY 100 Million" if currency == "CNY" else "Unit: USD1 Million"
        groups = [
            str(month),
            f"1-{month} Total",
            f"1-{month} Total,{year - 1}",
            f"1-{month} Total, Year-On-Year(%)\xa0",
        ]
        head, words = [("Commodity", 1, 2), ("Quantity Unit", 1, 2)], ["Quantity", "Value"] * 4
    rows: list[list[Cell]] = [[(title, 10, 1)], [(unit, 10, 1)], [*head, *((group, 2, 1) for group in groups)], words]
    for row in commodities_of(flow, period):
        code = commodities.resolve(row["commodity_label"])
        label = names[code][f"name_{labels}"] + ("*" if names[code]["aggregate"] else "")
        quantity_unit = {v: k for k, v in UNITS.items()}.get(row["quantity_unit"], row["quantity_unit"])
        shown = quantity_unit if labels == "en" else UNITS.get(row["quantity_unit"], row["quantity_unit"])
        if code == "COMMODITY_FOOTWEAR" and labels == "en":
            shown = "10,000 Pairs"  # as the English edition misprints it
        rows.append(["\xa0\xa0" + label, shown, *(spaced(printed(row[field])) for field in COMMODITY_FIELDS)])
    rows.append(
        [("注：标*的商品与其他商品有交叉。" if labels == "zh" else "Note: * overlaps other commodities.", 10, 1)]
    )
    return title, rows


UNITS = {
    "10,000 Tons": "万吨", "Ton": "吨", "10,000 Sets": "万台", "10,000 PCS": "万个", "100 Million PCS": "亿个",
    "10,000 Autos": "万辆", "Ship": "艘", "Set": "台", "Craft": "架", "10,000 CBM": "万立方米",
    "100 Million Pairs": "亿双",
}  # fmt: skip


def regime_zh_rows(period: str) -> tuple[str, list[list[Cell]]]:
    """Bulletin table (5) as the Chinese site prints it: with totals, whose growth is not in the tidy table: none."""
    month, year = str(int(period[5:])), period[:4]
    title = f"（5）{year}年{month}月进出口商品贸易方式总值表（美元值）"
    rows: list[list[Cell]] = [[(title, 7, 1)], [("单位：千美元", 7, 1)]]
    rows.append([("贸易方式", 1, 2), ("进出口", 2, 1), ("出口", 2, 1), ("进口", 2, 1)])
    rows.append([f"{month}月", f"1至{month}月"] * 3)
    names = dict(regimes.names().select("code", "name_zh").iter_rows())
    for row in figures("by_regime_bulletin_usd", period=period):
        name = "总值" if regimes.is_total(row["regime"]) else names[regimes.resolve(row["regime"])]
        fields = ["export_month", "export_ytd", "import_month", "import_ytd"]
        levels = [int(row[field].replace(",", "")) if row[field] != "-" else 0 for field in fields]
        totals = [whole(str(levels[i] + levels[i + 2])) for i in (0, 1)]
        rows.append([name, *totals, *(spaced(row[field]) for field in fields)])
        rows.append(["", "-", "-", *(row[f"{field}_yoy_pct"] for field in fields)])
    return title, rows


def regime_rows(period: str) -> tuple[str, list[list[Cell]]]:
    """Title and rows of bulletin table (5): values, then percents with an empty first cell."""
    month, year = str(int(period[5:])), period[:4]
    title = f"(5)Imports and Exports by Customs Regime,{month}.{year}"
    ytd = f"1to{month}" if year > "2019" else f"1 to {month}"
    rows: list[list[Cell]] = [[(title, 5, 1)], [("Unit:US$1,000", 5, 1)]]
    rows += [[("Customs Regime", 1, 2), ("Exports", 2, 1), ("Imports", 2, 1)], [month, ytd, month, ytd]]
    fields = ["export_month", "export_ytd", "import_month", "import_ytd"]
    for row in figures("by_regime_bulletin_usd", period=period):
        rows.append([row["regime"], *(spaced(row[field]) for field in fields)])
        rows.append(["", *(row[f"{field}_yoy_pct"] for field in fields)])
    rows.append(
        [("1、Figures in shaded areas refer to percentage change over the same period in the previous year.", 5, 1)]
    )
    return title, rows


PARTNER_FIELDS = ["total_month", "total_ytd", "export_month", "export_ytd", "import_month", "import_ytd"]
PARTNER_GROWTH = ["total_ytd_yoy_pct", "export_ytd_yoy_pct", "import_ytd_yoy_pct"]


def whole(value: str) -> str:
    """A whole figure as the bulletin prints it."""
    return f"{int(value):,}\xa0" if value else "-"


def partner_bulletin_rows(period: str, currency: str, labels: str = "en") -> tuple[str, list[list[Cell]]]:
    """Title and rows of bulletin table (2), every country; Chinese as in attachments, January without cumulation."""
    year, month = period[:4], int(period[5:])
    flows = ["进出口", "出口", "进口"] if labels == "zh" else ["Total", "Exports", "Imports"]
    if labels == "zh":
        title = f"（2）{year}年{month}月进出口商品国别（地区）总值表（{'人民币值' if currency == 'CNY' else '美元值'}）"
        unit = "单位：万元人民币" if currency == "CNY" else "单位：千美元"
        label, months, growth = (
            "进口原产国（地）\n出口最终目的国（地）",
            [f"{month}月", f"1至{month}月"],
            "累计比去年同期±％",
        )
    else:
        title = f"(2) Imports and Exports by Country (Region) of Origin/Destination,{month}.{year}"
        unit = "Unit:US$1,000" if currency == "USD" else "Unit:RMB 10,000"
        label, months = "Country(Region) of Origin/Destination", [str(month), f"1to{month}"]
        growth = f"1to{month} Year-on-Year(±%)"
    january = month == 1 and labels == "zh"
    wide = 7 if january else 10
    rows: list[list[Cell]] = [[(title, wide, 1)], [(unit, wide, 1)]]
    rows.append([(label, 1, 2), *((flow, 1 if january else 2, 1) for flow in flows), (growth, 3, 1)])
    rows.append([*(months[:1] * 3 if january else months * 3), *flows])
    for row in figures("by_partner_bulletin", period=period, currency=currency):
        fields = PARTNER_FIELDS[::2] if january else PARTNER_FIELDS
        rows.append(
            [row[f"partner_{labels}"], *(whole(row[f]) for f in fields), *(row[f] or "-" for f in PARTNER_GROWTH)]
        )
    return title, rows


def summary_rows(labels: str = "en") -> tuple[str, list[list[Cell]]]:
    """Title and rows of bulletin table (1) B, April to August 2024 in yuan; below August its growth over July."""
    flows = ["Total", "Exports", "Imports", "Balance"] if labels == "en" else ["进出口", "出口", "进口", "贸易差额"]
    if labels == "en":
        title, unit = "(1) Summary of Imports and Exports (In RMB) B：Monthly,8.2024", "Unit:RMB 10,000"
        head = [("Year&Month", 1, 2), ("Month", 4, 1), ("Accumulated", 4, 1)]
    else:
        title, unit = "（1）2024年8月进出口商品总值表（人民币值）B:月度表", "单位：万元人民币"
        head = [("年月", 1, 2), ("当月", 4, 1), ("累计", 4, 1)]
    rows: list[list[Cell]] = [[(title, 9, 1)], [(unit, 9, 1)], head, [*flows, *flows]]
    levels: list[list[int]] = []
    for row in figures("total_bulletin_cny"):
        values = []
        for basis in ("month", "ytd"):
            total, exports, imports = (int(row[f"{flow}_{basis}"]) for flow in ("total", "export", "import"))
            values += [total, exports, imports, exports - imports]
        levels.append(values)
        rows.append([row["period"].replace("-", "."), *(f"{value:,}\xa0" for value in values)])
    growth = [f"{100 * (now / then - 1):.1f}" for now, then in zip(levels[-1], levels[-2], strict=True)]
    rows.append(["", *growth])
    return title, rows


def _shown(text: str) -> list[str]:
    """Cells of a row written as one text: "|" between cells, a trailing blank after levels."""
    return [spaced(cell) if "," in cell else cell for cell in text.split("|")]


def selected_imports_rows() -> tuple[str, list[list[Cell]]]:
    """Title and first rows of bulletin table (18), April 2026 (Statics/382c71bf-76d1-4d5c-82ed-2f9594851608)."""
    title = "(18)Import of Selected Commodities by Major Customs Regimes,4.2026"
    groups = ["Ordinary Trade", "Processing Trade", "Bonded logistics", "Other"]
    rows: list[list[Cell]] = [[(title, 10, 1)], [("Unit:US$1,000", 10, 1)]]
    rows.append(
        [("Customs Regimes\n Commodities", 1, 2), ("Quantity\nUnit", 1, 2), *((group, 2, 1) for group in groups)]
    )
    rows.append(["Quantity", "Value"] * 4)
    rows += [
        _shown("Agriculture products*|-|-|59,358,935|-|2,250,383|-|5,939,580|-|576,494"),
        _shown("||-|12.0|-|11.5|-|31.6|-|12.3"),
        _shown("\xa0\xa0Meat(including meat offal\n)|10000T|200|8,454,403||87,143||166,094||186"),
        _shown("||-2.4|13.0|-11.2|-11.8|-14.2|-38.4|-86.3|-89.3"),
        _shown("\xa0\xa0Soya beans|10000T|2,337|11,252,595|96|458,638|59|279,694|23|107,723"),
        _shown("||7.9|13.8|53.3|63.0|-23.0|-19.3|63.4|65.5"),
        _shown("Iron ores and concentrates|10000T|38,884|38,996,613|13|15,695|2,759|2,955,805|202|135,271"),
        _shown("||7.7|9.3|-8.3|-3.3|12.3|14.6|16.1|10.7"),
        _shown("'Coal and lignite|10000T|13,513|10,367,372|-|-|285|429,486|1,138|563,154"),
        _shown("||-5.1|-8.7|-|-|74.1|116.9|33.0|10.2"),
    ]
    return title, rows
