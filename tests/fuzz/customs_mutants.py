"""Ways in which a page, sheet or download goes wrong: each takes rows or bytes and a random source, and gives a mutant.

Rows are those of customs_pages: a title row, a unit row, header rows, body rows, a note. A mutation of rows gives new
rows, one of bytes new bytes; None means it does not apply. Blind spots, which no reader of one page can see, are named
in BLIND: figures change places that no identity or heading of the page ties to their place. The gate of the warehouse
holds those against what was known before (growth_stands_in_its_column, year_to_date_does_not_fall).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.transforms.customs_pages import Cell

Rows = list[list[Cell]]
BLIND = {
    "gacc.total_preliminary": [{3, 4}, {3, 5}, {4, 5}],  # each set of rates may fit the levels of all flows
    "gacc.by_sitc_bulletin": [{5, 6}, {2, 4}, {1, 3}],  # exports and imports, which nothing in the table adds up
    "gacc.by_hs_bulletin": [{5, 6}, {2, 4}, {1, 3}],
}
UNITS = [
    "Unit: CNY 100 Million",
    "Unit: USD1 Million",
    "Unit: USD 100 Million",
    "Unit:US$1,000",
    "Unit:RMB 10,000",
    "Unit: CNY",
]
QUANTITY_UNITS = ["10,000 Tons", "Ton", "万吨", "吨", "10000T", "Kilogram", "10,000 PCS", "100 Million PCS", "Set",
                  "10,000 Sets"]  # fmt: skip
MARKUP = [
    "<sup>1</sup>", "<sub>2</sub>", "<span style='display:none'>9</span>", "<!-- 7 -->5", "<script>8</script>", "<del>3</del>",
    "<b>4</b>", "<br>6", "&nbsp;2", "\u200b1", "<table><tr><td>1</td></tr></table>", "</td><td>9", "</tr><tr><td>9",
    "<input value='3'>", "<i></i>8", "&#8207;4", "%", "e3", "<font size=1>0</font>", "\u3000 5 ",
]  # fmt: skip


def body(rows: Rows) -> range:
    """Indices of the rows with figures, below the headers."""
    plain = [i for i, row in enumerate(rows) if all(isinstance(cell, str) for cell in row)]
    first = next(
        i
        for i in plain
        if any(cell.strip("\xa0 ").replace(",", "").replace(".", "").isdigit() for cell in row_text(rows[i])[2:])
        and (len(row_text(rows[i])[0]) > 2 or row_text(rows[i])[0] == "总值")
    )
    return range(first, plain[-1] + 1)


def row_text(row: list[Cell]) -> list[str]:
    return [cell if isinstance(cell, str) else cell[0] for cell in row]


def copied(rows: Rows) -> Rows:
    return [list(row) for row in rows]


def drop_cell(rows: Rows, rng: random.Random, product: str) -> Rows:
    """A cell of a body row is gone."""
    new = copied(rows)
    row = new[rng.choice(body(rows))]
    del row[rng.randrange(len(row))]
    return new


def blank_cell(rows: Rows, rng: random.Random, product: str) -> Rows | None:
    """A figure is gone, its cell is not."""
    new = copied(rows)
    row = new[rng.choice(body(rows))]
    filled = [j for j, cell in enumerate(row) if str(cell).strip("\xa0 -")]
    if product.endswith("ports_by_regime_bulletin") or not filled:
        return None  # there, an empty cell is a figure too small to print
    row[rng.choice(filled)] = ""
    return new


def swap_figures(rows: Rows, rng: random.Random, product: str) -> Rows | None:
    """Two columns of figures change places below headings that stay."""
    i, j = rng.sample(range(len(rows[body(rows)[0]])), 2)
    if {i, j} in BLIND.get(product, []):
        return None
    new = copied(rows)
    for k in body(rows):
        new[k][i], new[k][j] = new[k][j], new[k][i]
    return new


def swap_pairs(rows: Rows, rng: random.Random, product: str) -> Rows | None:
    """Two pairs of neighbouring columns change places below headings that stay, as all figures of two regimes do."""
    new, pairs = copied(rows), range(2, len(rows[body(rows)[0]]) - 1, 2)
    if len(pairs) < 2:
        return None
    i, j = rng.sample(pairs, 2)
    if any({i + d, j + d} in BLIND.get(product, []) for d in (0, 1)):
        return None
    for k in body(rows):
        new[k][i : i + 2], new[k][j : j + 2] = new[k][j : j + 2], new[k][i : i + 2]
    return new


def swap_columns(rows: Rows, rng: random.Random, product: str) -> Rows:
    """Two columns change places, headings and all: the figures mean what they meant."""
    start = body(rows)[0]
    width = len(rows[start])
    grid: list[list[Cell]] = [[""] * width for _ in range(start - 2)]
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows[2:start]):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            text, wide, high = cell if isinstance(cell, tuple) else (cell, 1, 1)
            for dy in range(high):
                for dx in range(wide):
                    grid[y + dy][x + dx] = text
                    taken.add((y + dy, x + dx))
    new = [*copied(rows[:2]), *grid, *copied(rows[start:])]
    i, j = rng.sample(range(1, width), 2)
    for row in new[2 : 2 + len(grid) + len(body(rows))]:
        row[i], row[j] = row[j], row[i]
    return new


def shift_row(rows: Rows, rng: random.Random, product: str) -> Rows:
    """A row moves one place, its end or beginning padded."""
    new = copied(rows)
    k = rng.choice(body(rows))
    pad = rng.choice(["", "-"]) if str(new[k][0]) else ""  # percents below a row: "-" is a figure like others there
    if rng.random() < 0.5:
        new[k] = [new[k][0], *new[k][2:], pad]
    else:
        new[k] = [new[k][0], pad, *new[k][1:-1]]
    return new


def duplicate_row(rows: Rows, rng: random.Random, product: str) -> Rows:
    """A row comes twice, side by side or at the end."""
    new = copied(rows)
    k = rng.choice(body(rows))
    new.insert(rng.choice([k + 1, body(rows)[-1] + 1]), list(rows[k]))
    return new


def change_unit(rows: Rows, rng: random.Random, product: str) -> Rows | None:
    """The unit row says another unit. (A bulletin page names its currency nowhere else: there only the scale changes.)"""
    new = copied(rows)
    old = row_text(rows[1])[0]
    others = [unit for unit in UNITS if unit != old]
    if "bulletin" in product and "summary" not in row_text(rows[0])[0].lower():
        others = [unit for unit in others if ("US" in unit) == ("US" in old)]
    new[1] = [(rng.choice(others), len(rows[body(rows)[0]]), 1)]
    return new


def change_quantity_unit(rows: Rows, rng: random.Random, product: str) -> Rows | None:
    """The unit of one row's quantities is another one."""
    new = copied(rows)
    places = [
        k for k in body(rows) if str(rows[k][1]) in QUANTITY_UNITS and any(c not in ("-", "") for c in rows[k][2::2])
    ]
    if not places:
        return None
    k = rng.choice(places)
    new[k][1] = rng.choice([unit for unit in QUANTITY_UNITS if unit != new[k][1]])
    return new


def change_month(rows: Rows, rng: random.Random, product: str) -> Rows | None:
    """A heading names another month."""
    new = copied(rows)
    places = [
        (i, j) for i in range(2, body(rows)[0]) for j, c in enumerate(row_text(rows[i])) if any(x.isdigit() for x in c)
    ]
    if not places:
        return None
    i, j = rng.choice(places)
    cell = new[i][j]
    text = row_text([cell])[0]
    digit = next(x for x in reversed(text) if x.isdigit())
    changed = text[::-1].replace(digit, str((int(digit) + rng.randint(1, 8)) % 10), 1)[::-1]
    new[i][j] = changed if isinstance(cell, str) else (changed, *cell[1:])
    return new


def unknown_label(rows: Rows, rng: random.Random, product: str) -> Rows | None:
    """A label is misspelt."""
    new = copied(rows)
    k = rng.choice([k for k in body(rows) if str(rows[k][0]).strip("\xa0 ")])
    new[k][0] = str(new[k][0]) + rng.choice(["x", " II", "?"]) if "?" not in str(new[k][0]) else "x"
    return new


def break_cell(rows: Rows, rng: random.Random, product: str) -> Rows:
    """The publisher's worksheet failed in one or two cells."""
    new = copied(rows)
    for _ in range(rng.choice([1, 1, 2])):
        row = new[rng.choice(body(rows))]
        row[rng.randrange(1, len(row))] = rng.choice(
            ["#REF!", "*REF!", "####", "#DIV/0!", "#N/A", "#VALUE!", "n.a.", "0.0.1"]
        )
    return new


ROW_MUTATIONS: list[Callable[[Rows, random.Random, str], Rows | None]] = [
    drop_cell, blank_cell, swap_figures, swap_pairs, swap_columns, shift_row, duplicate_row, change_unit, change_quantity_unit,
    change_month, unknown_label, break_cell,
]  # fmt: skip


def truncate(content: bytes, rng: random.Random) -> bytes:
    """The file ends too early."""
    return content[: rng.randrange(40, len(content))]


def recode(content: bytes, rng: random.Random) -> bytes:
    """The text comes in another encoding than it says, or was taken for another one on its way."""
    text = content.decode("utf-8")
    way = rng.choice(["utf-16", "utf-32", "gb18030", "cp1251", "twice", "lossy"])
    if way == "twice":
        return text.encode("utf-8").decode("latin-1").encode("utf-8")
    if way == "lossy":
        return text.encode("ascii", "replace")
    return text.encode(way, "replace")


def inject(content: bytes, rng: random.Random) -> bytes:
    """Markup or stray characters stand inside or beside a figure."""
    text = content.decode("utf-8")
    start, end = text.index("<table"), text.index("</table>")
    digits = [i for i in range(start, end) if text[i].isdigit() and text[i - 1] in "0123456789>,."]
    inside = [i for i in digits if text.rfind("<", 0, i) < text.rfind(">", 0, i)]
    at = rng.choice(inside) + rng.randint(0, 1)
    return (text[:at] + rng.choice(MARKUP) + text[at:]).encode()


BYTE_MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [truncate, recode, inject]
