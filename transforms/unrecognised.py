"""What a file is in its own words: for bytes that no reader takes, and for answers that are errors or hold nothing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from xml.etree.ElementTree import Element, ParseError

from bs4 import BeautifulSoup
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from transforms import code_pages
from transforms.banking import dbf
from transforms.model import Payload, ReadError

WORDS = 160
"""Characters of each thing that is quoted: enough for a title, not for a page."""
SERVER_ERROR = re.compile(rb"Server Error in '|<title>\s*Runtime Error|<b>\s*(Exception Details|Description)\s*:", re.I)
THIRD_PARTIES = (
    (re.compile(rb"cbr-xml-daily\.ru"), "cbr-xml-daily.ru, a private mirror of the Bank of Russia's daily rates"),
    (re.compile(rb"openexchangerates\.org"), "openexchangerates.org"),
    (re.compile(rb"exchangerate(-api|\.host|sapi)"), "an exchange-rate service"),
    (re.compile(rb"currencylayer|fixer\.io"), "an exchange-rate service"),
)
ENGLISH_BOOK = re.compile(
    r"\b(millions?|billions?|mln|bln)\.?( of)? (rubles|roubles|rub)\b|\bRussian Federation\b.*\bFederal District",
    re.IGNORECASE,
)
"""The unit of the books, or the areas down their rows."""
RATES = "https://www.cbr.ru/scripts/XML_daily.asp?date_req=dd/mm/yyyy"


def refuse_error_page(payload: Payload) -> None:
    """Raise ReadError `server_error` with the words of an error page of ASP.NET, whatever its status was."""
    content = payload.content
    if SERVER_ERROR.search(content[:20000]):
        raise ReadError("server_error", expected="the figures asked for", got=f"an error page: {_page_words(content)}",
                        where=payload.name, hint="The server failed while it answered. Ask again later.")  # fmt: skip


def refuse_known(payload: Payload) -> None:
    """Raise ReadError for bytes that hold no figures of their own: SOAP faults, empty answers, copies, lists."""
    content = payload.content
    root = _root(content)
    if root is not None:
        _refuse_xml(root, payload)
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        for mark, who in THIRD_PARTIES:
            if mark.search(content):
                raise ReadError("third_party_copy", expected="the Bank of Russia's own form", got=f"a copy by {who}",
                                where=payload.name, hint="Its numbers may be changed on the way and nobody answers for "
                                f"them. Download the day from the bank itself: {RATES}")  # fmt: skip


def _refuse_xml(root: Element, payload: Payload) -> None:
    tag = _tag(root)
    if tag == "Envelope":
        body = next((node for node in root if _tag(node) == "Body"), None)
        answer = body[0] if body is not None and len(body) else None
        if answer is not None and _tag(answer) == "Fault":
            raise ReadError("soap_fault", expected="an answer with figures", got=f"a fault: {_fault(answer)}",
                            where=payload.name, hint="The service refused the request: ask for another range or later."
                            )  # fmt: skip
        rows = [] if answer is None else [n for n in answer.iter() if n is not answer and not len(n) and _said(n)]
        if not rows:
            name = "nothing" if answer is None else _tag(answer).removesuffix("Response")
            raise ReadError("empty", expected="an answer with figures", got=f"an answer of {name} without a row",
                            where=payload.name, hint="The range that was asked for holds no day with a figure.",
            )  # fmt: skip
    if tag == "Valuta":
        raise ReadError("companion_table", expected="rates of currencies",
                        got=f"the Bank of Russia's list of currencies ({len(root)} names and codes), without rates",
                        where=payload.name, hint=f"It need not be ingested. Rates of a day: {RATES}")  # fmt: skip


def _fault(fault: Element) -> str:
    """What a SOAP 1.1 or 1.2 fault says: its reason, without the stack below."""
    words = [_said(n) for n in fault.iter() if _tag(n) in ("faultstring", "Text") and _said(n)]
    codes = [_said(n) for n in fault.iter() if _tag(n) in ("faultcode", "Value") and _said(n)]
    return _short(" ".join(words) or " ".join(codes) or "without words")


def refuse_english_book(payload: Payload) -> None:
    """Raise ReadError `english_edition` for a book of the Bank of Russia in English, whose words no layout knows."""
    from transforms.banking import workbook

    if not workbook.is_workbook(payload):
        return
    cells = (cell for sheet in workbook.open_workbook(payload) for row in sheet.rows[:12] for cell in row)
    words = " ".join(cell for cell in cells if isinstance(cell, str))
    if ENGLISH_BOOK.search(words) and not re.search("[а-яё]", words, re.I):
        raise ReadError("english_edition", expected="the Russian edition of a book of the Bank of Russia",
                        got=describe(payload), where=payload.name, hint="Its words are not known. Ingest the Russian "
                        "book, which has the same figures: the same address without /eng and without _e.")  # fmt: skip


def describe(payload: Payload) -> str:
    """What the bytes are, as a phrase: kind of file, its own title, sheets, headers, fields, members."""
    content = payload.content
    if content[:2] == b"PK":
        return _packed(payload)
    if content[:4] == b"Rar!":
        return "a RAR archive"
    if content[:4] == b"%PDF":
        return "a PDF"
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _old_workbook(payload)
    if content[:1] == b"\x03" and (tables := dbf.field_names(payload)):
        return f"a DBF table with the fields {', '.join(tables[0])}"
    if (root := _root(content)) is not None:
        space = root.tag.partition("}")[0].removeprefix("{") if root.tag.startswith("{") else ""
        inside = list(dict.fromkeys(_tag(node) for node in root.iter()))[1:6]
        return (f"XML with the root <{_tag(root)}>" + (f" of {space}" if space else "")
                + (f" over {', '.join(f'<{name}>' for name in inside)}" if inside else ""))  # fmt: skip
    text = code_pages.text_of(content)
    if not text:
        return f"{len(content):,} bytes of no known format"
    if re.search(r"<(html|head|body|table|div)\b", text[:65536], re.I):
        return _page(text)
    if text.lstrip()[:1] in "{[":
        return _json(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if spoiled := _spoiled(lines[0]):
        return spoiled
    shape = next(
        (name for sign, name in (("\t", "tabs"), (";", "semicolons"), (",", "commas")) if sign in lines[0]), ""
    )
    if shape and len(lines) > 1:
        return f"text with {shape} between cells under the header {_short(lines[0])!r}, {len(lines) - 1} lines"
    return f"text that begins {_short(lines[0])!r}"


def _spoiled(line: str) -> str:
    """What happened to the letters of a text that was saved in a code page that is not its own; '' if nothing did."""
    if line.count("?") > len(line) / 2:
        return f"text whose letters were lost when it was saved again: it begins {_short(line)!r}"
    for own in code_pages.misread(line):
        if sum("\u4e00" <= char <= "\u9fff" for char in own) >= 3:
            return f"Chinese text that was read in a wrong code page and saved so: it began {_short(own)!r}"
    return ""


def _packed(payload: Payload) -> str:
    from transforms.banking import workbook

    if workbook.is_workbook(payload):
        sheets = workbook.open_workbook(payload)
        told = []
        for sheet in sheets[:4]:
            cells = (" ".join(str(cell).split()) for row in sheet.rows[:6] for cell in row if cell != "")
            told.append(
                f"{sheet.name!r} beginning {_short('; '.join(c for c, _ in zip(cells, range(4), strict=False)))!r}"
            )
        more = f" and {len(sheets) - 4} more" if len(sheets) > 4 else ""
        return f"an .xlsx workbook with the sheet{'s' if len(sheets) > 1 else ''} {', '.join(told)}{more}"
    try:
        names = zipfile.ZipFile(io.BytesIO(payload.content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "a broken zip archive or workbook; download it again"
    if "word/document.xml" in names:
        return "a Word document (.docx)"
    shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return f"a zip archive of {len(names)} files: {shown}"


def _old_workbook(payload: Payload) -> str:
    from transforms.customs.sheet import sheets

    try:
        found = sheets(payload.content, payload.name)
    except ReadError:
        return "a file of old Office (.xls or .doc) that cannot be opened; save it as .xlsx"
    told = []
    for sheet in found[:4]:
        words = list(dict.fromkeys(cell.words for row in sheet.rows[:6] for cell in row if cell.words))
        told.append(f"{sheet.name!r} beginning {_short('; '.join(words[:4]))!r}")
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    return f"an .xls workbook with the sheet{'s' if len(found) > 1 else ''} {', '.join(told)}{more}"


def _page(text: str) -> str:
    soup = BeautifulSoup(text[: 2**20], "lxml")
    titles = [" ".join(node.get_text(" ").split()) for node in soup.find_all(["title", "h1"])[:2]]
    heads = []
    for table in soup.find_all("table")[:3]:
        row = table.find("tr")
        cells = row.find_all(["th", "td"])[:6] if row else []
        heads.append(" | ".join(" ".join(cell.get_text(" ").split()) for cell in cells))
    said = f"a page titled {_short(' / '.join(dict.fromkeys(filter(None, titles))))!r}" if any(titles) else "a page"
    return said + (f" with tables headed {_short('; '.join(heads))!r}" if heads else " without a table")


def _json(text: str) -> str:
    try:
        answer = json.loads(text)
    except ValueError:
        return f"broken JSON that begins {_short(text)!r}"
    if isinstance(answer, dict):
        return f"JSON with the keys {', '.join(list(map(str, answer))[:8]) or 'none'}"
    return f"JSON, a list of {len(answer)}" if isinstance(answer, list) else "JSON, one value"


def _root(content: bytes) -> Element | None:
    if not re.match(rb"(\xef\xbb\xbf)?\s*<(\?xml|[\w:]*Envelope|Val)", content[:200]):
        return None
    try:
        made: Element | None = fromstring(content.lstrip(b"\xef\xbb\xbf \r\n\t"))
        return made
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None


def _tag(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _said(node: Element) -> str:
    return " ".join((node.text or "").split())


def _page_words(content: bytes) -> str:
    soup = BeautifulSoup(content[:20000], "lxml")
    for node in soup.find_all(["h2", "title"]):
        if said := " ".join(node.get_text(" ").split()):
            return _short(said)
    return _short(" ".join(soup.get_text(" ").split()))


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= WORDS else f"{words[: WORDS - 3]}..."
