"""Customs tables and downloads in a form from which nothing can be read with certainty: what was done to them, and
what to do. Asked of bytes that no product takes."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from itertools import pairwise

from bs4 import BeautifulSoup

from transforms import code_pages
from transforms.customs.grid import plain, tight
from transforms.customs.pages import FIRST, names_of_tables
from transforms.customs.query_header import FEW
from transforms.customs.query_layout import layout
from transforms.customs.sheet import OLE2, ZIP, sheets
from transforms.model import Payload, ReadError

HEAD = 20_000
"""Characters at the beginning of a file in which its title or headings stand."""
_MONTH, _HS8 = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])"), re.compile(r"\d{8}")
_PRINTED = re.compile(r"^\(\d{1,2}\).{10,120}\b20\d\d\b.*\((?:in )?(?:USD|CNY|RMB)\)", re.M)
_CURRENCY = re.compile(r"\((?:in )?(?:USD|CNY|RMB)\)")
LINES = 2000
"""Lines in which a title or headings are looked for."""
ITSELF = "Ingest the page, workbook or download as the site served it"
AS_TEXT = f"{ITSELF}, or save the rows as .xlsx or .csv, headed as served, codes as text."


def refuse_resaved(payload: Payload) -> None:
    """Raise ReadError `resaved` for a customs table or a download in a form that no reader takes: PDF, JSON, XML of a
    spreadsheet, Parquet, an archive, text whose columns or letters are gone, a page in a browser's translation."""
    content = payload.content
    packed = _packed(content)
    if packed:
        raise ReadError("resaved", expected="a file as the site served it", got=packed, where=payload.name,
                        hint="Unpack it and ingest the files that the site served, each by itself.")  # fmt: skip
    form, text = _form(payload)
    what = _what(text) if text else ""
    if not what:
        letters = "".join(char for char in text[:400] if char < "\u0100")
        what = next((said for own in code_pages.misread(letters, "ignore") if (said := _what(own))), "")
        form = "letters that were read in a wrong code page and saved so" if what else form
    if what:
        raise ReadError("resaved", expected="a page, workbook or download as served", got=f"{what}, re-saved as {form}",
                        where=payload.name, hint=AS_TEXT)  # fmt: skip
    if (
        "<" in text[:2048]
        and _CURRENCY.search(text)
        and (printed := _PRINTED.search(BeautifulSoup(text, "lxml").get_text("\n")))
    ):
        got = f"{printed[0][:120]!r}, the title of no table that the site prints"
        raise ReadError("resaved", expected="a page in the English or Chinese of the site", got=got, where=payload.name,
                        hint=f"The browser may have translated it. {ITSELF}, with translation off.")  # fmt: skip


def _packed(content: bytes) -> str:
    """What an archive or a table of a program is, as a phrase; '' if it is none."""
    if content[:4] == b"PAR1" or content[:2] in (b"\x80\x04", b"\x80\x05"):
        return "a table that a program kept for itself, as " + ("Parquet" if content[:4] == b"PAR1" else "a pickle")
    if content[:2] == b"\x1f\x8b":
        return "a file packed by gzip"
    if content[:4] != ZIP:
        return ""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    inside = [name for name in names if re.search(r"\.(csv|html?|xlsx?|tsv|mht|mhtml)$", name, re.I)]
    return f"a zip archive of {', '.join(inside[:4])}" if inside and "[Content_Types].xml" not in names else ""


def _form(payload: Payload) -> tuple[str, str]:
    """The form that bytes are in, in words, and the beginning of their text."""
    content = payload.content
    if content[:4] == b"%PDF":
        return "a PDF", _first_page(payload)
    if content[:4] in (OLE2, ZIP):
        return "a workbook", _words_of_sheets(payload)
    text = _decoded(content[: 4 * HEAD])
    start = text.lstrip("\ufeff \r\n\t")[:1]
    if start in ("{", "["):
        text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text[:HEAD])
        text = text.replace("\\/", "/")
        return "JSON", re.sub(r'"[:,]\s*"?|\{"', "\n", text)
    if text.lstrip().startswith("<?xml"):
        text = _decoded(content[: 100 * HEAD])
    if text.lstrip().startswith("<?xml") and "<html" not in text[:2048].lower():
        return "XML", unescape(" ".join(re.findall(r"<([^\s<>/?!:]+)>", text[:HEAD])) + re.sub(r"<[^<>]*>", "\n", text))
    if start == "<":
        return "a page without its table", text
    return "text whose columns nobody can tell apart", text[:HEAD]


def _first_page(payload: Payload) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return PdfReader(io.BytesIO(payload.content)).pages[0].extract_text()
    except (PyPdfError, IndexError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def _words_of_sheets(payload: Payload) -> str:
    try:
        found = sheets(payload.content, payload.name)
    except ReadError:
        return ""
    return "\n".join("\t".join(cell.words for cell in row) for sheet in found for row in sheet.rows[:FIRST])


def _decoded(content: bytes) -> str:
    for page in ("utf-8", "gb18030", "cp1252"):
        for cut in range(4):  # the beginning of a file may end inside a letter
            try:
                return content[: len(content) - cut].decode(page)
            except UnicodeDecodeError:
                continue
    return ""


def _what(text: str) -> str:
    """The customs table or download that a text is of, as a phrase; '' if none shows."""
    lines = [" ".join(line.split()).strip("|,;\"' #*") for line in text.splitlines() if line.strip()][:LINES]
    for line in [*lines, *map(" ".join, pairwise(lines))]:  # a title may go on in the next line
        words = plain(line)
        if re.search(r"\b20\d\d", words) and any(len(name) > 8 and name in words for name in names_of_tables()):
            return f"table {line[:160]!r}"
    cells = [re.split(r"[\t|,;\"]+|\s{2,}", line) for line in lines]
    folded = tight("\n".join(lines[:20]))
    fields = {name for name, headings in layout().fields.items() for h in headings if len(h) >= 4 and h in folded}
    coded = [name for name in fields if name == "period" or name.endswith("_code")]
    rows = sum(any(map(_MONTH.fullmatch, row)) and any(map(_HS8.fullmatch, row)) for row in cells)
    if rows >= FEW and rows > len(lines) / 2:
        return "rows like those of the online query without the headings it serves"
    return "rows of the online query" if len(fields) > FEW and coded else ""
