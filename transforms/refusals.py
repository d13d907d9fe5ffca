"""Bytes that are never data whatever they claim: challenge pages, guards, empty and image-only bodies."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib

from transforms.model import Payload, ReadError

CHALLENGES = (  # (code, what the bytes contain, who does that)
    (
        "keyed",
        re.compile(rb"<title>\s*(missing|invalid) key|a valid <em>key</em> must be included", re.I),
        "a page that asks for a key",
    ),
    ("challenge_page", re.compile(rb"ddos-guard", re.I), "a DDoS-Guard page"),
    ("challenge_page", re.compile(rb"\$_ts\s*=|\$_ts\.cd|_\$[a-z0-9]{2}\(\)", re.I), "a script challenge"),
    (
        "challenge_page",
        re.compile(rb"<title>\s*(412|precondition failed|4(00|03|05)\b)", re.I),
        "an error page",
    ),
    (
        "challenge_page",
        re.compile(rb"captcha|please enable javascript|checking your browser", re.I),
        "a bot check",
    ),
)
STANDS_FOR_ITSELF = re.compile(rb"<(table|img|iframe|a|li|pre)\b", re.I)
FEW = 120
"""Characters that a reader sees: fewer than any table or statement has, more than "please wait" in two languages."""
HINTS = {
    "keyed": "The service wants a key: set it as the README says for its source, or use the publisher's files that need"
    " none."
}
ERRORS = {"error", "errors", "errorcode", "errormessage", "fault", "statuscode", "exception"}
DATA = {"data", "dataset", "datasets", "features", "observations", "records", "rows", "results", "value", "rawdata",
        "rowdata"}  # fmt: skip
"""Fields by which services say an error, and by which they serve figures; in lower case without underscores."""
HINT = "The site blocks plain clients: open the page in a browser, save it, and run `portvault ingest FILE`."


def refuse_error_answer(payload: Payload) -> None:
    """Raise ReadError `service_error` for JSON that says an error and holds no data, whatever its status was."""
    try:
        answer = json.loads(payload.content) if payload.content.lstrip()[:1] == b"{" else None
    except ValueError:
        return
    said = {str(key).lower().replace("_", ""): of for key, of in answer.items()} if isinstance(answer, dict) else {}
    if not set(said) & ERRORS or any(isinstance(of, list | dict) and of for key, of in said.items() if key in DATA):
        return
    words = json.dumps({key: of for key, of in said.items() if of not in (None, "", [], {})}, ensure_ascii=False)
    raise ReadError("service_error", expected="the figures asked for", got=f"an error of the service: {words[:160]}",
                    where=payload.name, hint="Ask again later; if it stays, ask for something else.")  # fmt: skip


def refuse_non_data(payload: Payload) -> None:
    """Raise ReadError for an empty body, a page that stands in for the data, or a bomb."""
    if not payload.content.strip():
        raise ReadError("empty", expected="a page or workbook", got="an empty body", where=payload.name, hint=HINT)
    refuse_bomb(payload)
    head = payload.content[:65536]
    has_table = b"<table" in payload.content.lower() if b"<" in head[:2048] else True
    if has_table:
        return
    for code, pattern, what in CHALLENGES:
        if pattern.search(head):
            hint = HINTS.get(code, HINT)
            raise ReadError(code, expected="a page with a table", got=what, where=payload.name, hint=hint)
    if re.search(rb"<frameset\b", head, re.I):
        frames = re.findall(rb"""<frame\b[^>]*\bsrc\s*=\s*["']?([^"'\s>]+)""", head, re.I)
        inside = ", ".join(name.decode("utf-8", "replace") for name in frames[:3])
        raise ReadError("empty", expected="a page with a table", got=f"a page of frames around {inside}",
                        where=payload.name, hint="A workbook saved as a web page keeps its sheets in a folder beside "
                        "it: ingest sheet001.htm of that folder, or the workbook.")  # fmt: skip
    if re.search(rb"<(html|head|body|script)\b", head, re.I) and not STANDS_FOR_ITSELF.search(payload.content):
        seen = re.sub(rb"<(script|style)\b.*?(?:</\1|\Z)|<[^<>]*>", b"", payload.content, flags=re.I | re.S)
        if len(" ".join(seen.decode("utf-8", "replace").split())) < FEW:
            what = f"a page of {len(payload.content):,} bytes that shows next to nothing"
            raise ReadError("empty", expected="a page with a table", got=what, where=payload.name, hint=HINT)


MAX_UNPACKED, MAX_MEMBERS, MAX_RATIO = 256 * 2**20, 2000, 100
"""Official workbooks unpack to at most 6 MB in 58 members, 11 times their packed size."""
MAX_PAGE, MAX_DEPTH = 8 * 2**20, 500
"""Official pages have at most 160,000 bytes and some twenty levels."""
MAX_CELLS = 2_000_000
"""Official sheets have at most 30,000 cells."""
OTHER_WORKBOOKS = {"content.xml", "xl/workbook.bin"}
"""Members of .ods and .xlsb, which no publisher serves and whose sheets are not measured here."""
_PLACED = re.compile(rb"""<(?:\w+:)?(row|c)\b((?:[^>"']|"[^"]*"|'[^']*')*)>""")
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{0,3})(\d{1,9})""")
_PAIRED = re.compile(rb"<(/?)(div|table|span|ul|ol|section|font|b)\b", re.I)


def refuse_bomb(payload: Payload) -> None:
    """Raise ReadError `bomb` for what is made to exhaust its parser.

    A zip or workbook that unpacks to absurd sizes, XML that defines entities, a page that is huge or deeply nested.
    """
    if payload.content.startswith(b"PK\x03\x04"):
        _refuse_zip_bomb(payload)
    head = payload.content[:65536]
    if re.match(rb"(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE)", head) and b"<!ENTITY" in head.upper():
        raise ReadError("bomb", expected="XML without entities of its own", got="<!ENTITY>", where=payload.name)
    if b"<" in head[:2048] and re.search(rb"<(html|table|div|ul|body)\b", head, re.I):
        _refuse_page_bomb(payload)


def _refuse_page_bomb(payload: Payload) -> None:
    if len(payload.content) > MAX_PAGE:
        got = f"{len(payload.content):,} bytes"
        raise ReadError("bomb", expected=f"a page of at most {MAX_PAGE:,} bytes", got=got, where=payload.name)
    depth = dict.fromkeys((b"div", b"table", b"span", b"ul", b"ol", b"section", b"font", b"b"), 0)
    for match in _PAIRED.finditer(payload.content):
        closing, tag = match.groups()
        depth[tag.lower()] += -1 if closing else 1
        if depth[tag.lower()] > MAX_DEPTH:
            got = f"more than {MAX_DEPTH} <{tag.decode()}> inside one another"
            raise ReadError("bomb", expected="a page of ordinary depth", got=got, where=payload.name)


def _refuse_zip_bomb(payload: Payload) -> None:
    """Judge by the directory first; then unpack each member as far as it admits, since a directory can lie."""
    try:
        members = zipfile.ZipFile(io.BytesIO(payload.content)).infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError):
        return  # broken: its reader tells that better
    size, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    told = f"{len(payload.content):,} bytes that unpack to {size:,} in {len(members):,} members"
    if (
        size > min(MAX_UNPACKED, MAX_RATIO * max(len(payload.content), 50_000))
        or len(members) > MAX_MEMBERS
        or packed > len(payload.content)  # members that overlap
    ):
        raise ReadError("bomb", expected="a workbook of ordinary size", got=told, where=payload.name)
    if other := {member.filename for member in members} & OTHER_WORKBOOKS:
        form = "an OpenDocument sheet (.ods)" if "content.xml" in other else "a binary workbook (.xlsb)"
        raise ReadError("unsupported_workbook", expected="a page or workbook as served, or an .xlsx one",
                        got=f"{form}: a file that was re-saved", where=payload.name,
                        hint="Ingest the file as served, or save it as .xlsx, codes and months as text.")  # fmt: skip
    for member in members:
        unpacked = _unpacked(payload.content, member)
        if unpacked is None or len(unpacked) > member.file_size:
            raise ReadError("bomb", expected="a workbook of ordinary size", got=told, where=payload.name)
        if b"sheetData" in unpacked and (cells := _area(unpacked)) > MAX_CELLS:
            got = f"{cells:,} cells up to the last one in {member.filename}"
            raise ReadError("bomb", expected=f"a sheet of at most {MAX_CELLS:,} cells", got=got, where=payload.name)


def _unpacked(content: bytes, member: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a member, at most one more than the directory says; None for packing that workbooks never use."""
    name, extra = struct.unpack_from("<HH", content.ljust(member.header_offset + 30), member.header_offset + 26)
    start = member.header_offset + 30 + name + extra
    packed = content[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        return packed
    if member.compress_type != zipfile.ZIP_DEFLATED:
        return None
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.file_size + 1)
    except zlib.error:
        return b""  # broken: its reader tells that better


def _area(sheet: bytes) -> int:
    """Cells from A1 to the last row and column that hold something: what a parser lays out, however few are there."""
    row = column = rows = columns = 0
    for tag, attributes in _PLACED.findall(sheet):
        place = _PLACE.search(attributes)
        letters, digits = place.groups() if place else (b"", b"")
        if tag == b"row":
            row, column = int(digits) if digits else row + 1, 0
            continue
        column = _column(letters) if letters else column + 1
        row = int(digits) if digits else row
        if not attributes.endswith(b"/"):  # an empty cell with a format takes no room
            rows, columns = max(rows, row), max(columns, column)
    return rows * columns


def _column(letters: bytes) -> int:
    """28 for AB."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
