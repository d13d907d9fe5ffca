"""A table of Vietnam's customs as PDF: right-aligned columns, headings on every page, the backs of sheets empty."""

from __future__ import annotations

from collections.abc import Sequence

from tests.pdf import assembled, stream

Row = tuple[str, str, Sequence[int | None]]
"""Name, unit ("" for a partner), and quantity and value of the month and of the year so far."""
RIGHT = (365, 435, 495, 570)
"""Right edges of the columns, in points."""
HEADS = {"export": "Xuất khẩu", "import": "Nhập khẩu"}


def table(flow: str, year: int, month: int, *pages: Sequence[Row], pieces: bool = False) -> bytes:
    """5X or 5N. With `pieces`, words are drawn letter by letter, as some files have them."""
    drawn = [_page(flow, year, month, rows, pieces) for rows in pages]
    letters = sorted({letter for page in drawn for *_, words in page for letter in words})
    codes = {letter: 33 + at for at, letter in enumerate(letters)}
    streams = [
        "".join(
            f"BT /F1 8 Tf 1 0 0 1 {x} {y} Tm <{''.join(f'{codes[letter]:02x}' for letter in words)}> Tj ET\n"
            for x, y, words in page
        ).encode()
        for front in drawn
        for page in (front, [])
    ]
    lines = "".join(f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>\n" for letter, code in codes.items())
    cmap = (
        f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(codes)} beginbfchar\n{lines}endbfchar\n"
        f"endcmap end end"
    ).encode()
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Courier/ToUnicode 4 0 R>>"
    return assembled(streams, font, stream(cmap), width=612, height=850)


def _page(flow: str, year: int, month: int, rows: Sequence[Row], pieces: bool) -> list[tuple[float, float, str]]:
    words: list[tuple[float, float, str]] = [
        (86, 806, "BỘ TÀI CHÍNH"),
        (200, 770, f"{HEADS[flow]} theo nước/vùng lãnh thổ - mặt hàng chủ yếu"),
        (260, 750, f"Tháng {month} năm {year}"),
        (110, 674, "Nước/Mặt hàng chủ yếu"),
        (282, 674, "ĐVT"),
        *(
            (x, 659, word)
            for x, word in ((324, "Lượng"), (371, "Trị giá (USD)"), (451, "Lượng"), (502, "Trị giá (USD)"))
        ),
    ]
    for at, (name, unit, cells) in enumerate(rows):
        y = 630 - 14 * at
        words += [(61 + 5 * i, y, letter) for i, letter in enumerate(name)] if pieces else [(61, y, name)]
        words += [(282, y, unit)] if unit else []
        for right, cell in zip(RIGHT, cells, strict=False):
            printed = "" if cell is None else f"{cell:,}".replace(",", ".")
            words += [(right - 4.8 * len(printed), y, printed)] if printed else []
    return [*words, (300, 40, "Trang 1/2")]
