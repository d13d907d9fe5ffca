"""Faults of a page or file mended before it is read, as an entry of warehouse/corrections.yml says: see corrections.py.

Nothing is done to bytes that do not show the fault (any more).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup

from transforms.banking.workbook import open_workbook
from transforms.code_pages import page_encoding
from transforms.customs.sheet import is_workbook
from transforms.model import Payload, ReadError

if TYPE_CHECKING:
    from transforms.corrections import Correction


def texts(entry: Correction) -> list[str]:
    """What the bytes must contain for the fault to be there."""
    wanted = entry.expect.get("contains", [])
    return [wanted] if isinstance(wanted, str) else list(wanted)


def mended_bytes(payload: Payload, entry: Correction) -> bytes | None:
    """The bytes with the fault mended (or as they are, for a drop); None if they do not show it."""
    if is_workbook(payload.content):
        if entry.action != "drop":
            raise ReadError("correction_outdated", expected="`where` and `value` for a workbook",
                            got="`replace` in packed text", where=f"correction {entry.id}")  # fmt: skip
        cells = {str(cell) for sheet in open_workbook(payload) for row in sheet.rows for cell in row}
        return payload.content if all(any(wanted in cell for cell in cells) for wanted in texts(entry)) else None
    stated = page_encoding(payload.content)
    for page in dict.fromkeys([stated or "utf-8", "utf-8", "cp1251", "cp866"]):
        try:
            wanted = [text.encode(page) for text in texts(entry)]
            change = entry.details.get("replace")
            pair = (change["find"].encode(page), change["with"].encode(page)) if change else (b"", b"")
        except (UnicodeEncodeError, LookupError):
            continue
        if all(text in payload.content for text in [*wanted, pair[0]]):
            return payload.content.replace(*pair) if change else payload.content
    return None


def mended_page(text: str, entry: Correction) -> str | None:
    """The page with the fault mended; None if it does not have it (any more)."""
    if change := entry.details.get("replace"):
        return text.replace(change["find"], change["with"]) if change["find"] in text else None
    soup = BeautifulSoup(text, "lxml")
    table = soup.select_one("div.atcl-cnt table") or soup.find("table")
    if table is None:
        return None
    if unit := entry.details.get("unit"):
        width = max(len(tr.find_all(["td", "th"])) for tr in table.find_all("tr"))
        if "unit" in table.get_text().lower():
            return None
        row, cell = soup.new_tag("tr"), soup.new_tag("td", attrs={"colspan": str(width)})
        cell.string = str(unit)
        row.append(cell)
        first = table.find("tr")
        assert first is not None
        first.insert_before(row)
        return str(soup)
    if months := entry.details.get("headings"):
        return str(soup) if _renamed(table, {str(old): str(new) for old, new in months.items()}) else None
    return str(soup) if _shifted(table, entry.details["shift"]) else None


def _renamed(table: Any, months: Mapping[str, str]) -> bool:
    """Change the numbers of months in the header rows: those below the title and the unit, above the first figure."""
    changed = False
    for tr in table.find_all("tr"):
        cells = tr.find_all(["td", "th"])
        if len(cells) == 1:
            continue
        if any(re.fullmatch(r"-?[\d,]*\d\.\d", cell.get_text().strip()) for cell in cells):
            break
        for piece in [piece for cell in cells for piece in cell.find_all(string=True)]:
            new = re.sub(r"(?<!\d)\d{1,2}(?!\d)", lambda match: months.get(match[0], match[0]), piece)
            if new != piece:
                piece.replace_with(new)
                changed = True
    return changed


def _shifted(table: Any, plan: Mapping[str, Any]) -> bool:
    """Move the cells of body rows one place to the right from column `at`, and blank what cannot be known.

    Only if every body row shows the fault: its last cell is empty padding. `plan`: at (1-based), text for the place set
    free, none (1-based columns to print "-": quantities without a unit).
    """
    rows = [tr.find_all(["td", "th"], recursive=False) for tr in table.find_all("tr")]
    width = max(map(len, rows))
    body = [cells for cells in rows if len(cells) == width]  # header rows have fewer cells, which span
    if not body or any(cells[-1].get_text().strip() for cells in body):
        return False
    for cells in body:
        texts = [cell.get_text().strip("\n\t\r ") for cell in cells]
        at = plan["at"] - 1
        texts = [*texts[:at], plan["text"], *texts[at:-1]]
        for column in plan.get("none", ()):
            texts[column - 1] = "-"
        for cell, content in zip(cells, texts, strict=True):
            cell.string = content
    return True
