"""A published table before it means anything: cells in a rectangle, with titles and stamps found around it.

A page comes as HTML (english.customs.gov.cn, the Chinese sites) or as an Excel sheet (their attachments);
readers see the same `Page` either way and never look at the bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from transforms.model import ReadError
from transforms.units import parse_number

_SAME = str.maketrans("∶’‘–—−", ":''---")
BLANKS = " \xa0\u3000\u2002\u2003"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad"
"""Characters without width that copying leaves between letters: they change no words."""
_UNSEEN = str.maketrans("", "", INVISIBLE)
PROOFS = 3
"""Cells from which a page is written in another way than the publisher's: one or two may be misprints."""
_FIGURE = re.compile(r"[-+−]?\d[\d.,\s]*%?")


@dataclass(frozen=True)
class Cell:
    """One cell. `text` keeps the publisher's leading blanks (they are the indent), without source formatting."""

    text: str = ""
    number: float | None = None  # a numeric cell of a workbook, as stored
    pieces: int = 1  # separate runs of text in it; a number split by markup cannot be trusted
    markup: str = ""  # tags that change what the text means (sup, del ...)
    width: int = 1  # columns it spans

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(BLANKS))

    @property
    def words(self) -> str:
        """The text with blanks collapsed."""
        return " ".join(self.text.replace("\xa0", " ").replace("\u3000", " ").split())


@dataclass(frozen=True)
class Page:
    """What a page or sheet holds: `rows` is a rectangle (spans expanded), `names` labels each row for messages."""

    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    names: tuple[str, ...]
    outside: str = ""  # text before the table, where some pages print the unit
    stamp: str = ""  # the page's own date, ISO
    sheet: str = ""  # name of the worksheet
    told: tuple[str, ...] = ()  # what was read in another way than printed, for the run report


def visible(text: str) -> str:
    """The text without what nobody sees."""
    return text.translate(_UNSEEN) if any(sign in text for sign in INVISIBLE) else text


def visible_words(text: str) -> str:
    """The same; a figure stays as it is: in one alone such a character is the mark of a digit lost or put in."""
    shown = visible(text)
    return text if _FIGURE.fullmatch(shown.strip()) else shown


def lone_text(row: Sequence[Cell]) -> str:
    """The text that stands alone in a row, as titles do, maybe behind the number that a program gave the row; or ''."""
    words = {cell.words for cell in row if cell.words and not cell.words.removesuffix(".0").isdecimal()}
    return words.pop() if len(words) == 1 else ""


def plain(text: str) -> str:
    """Text for comparison: full-width forms and case folded, blanks collapsed, one kind of apostrophe, colon, dash."""
    folded = unicodedata.normalize("NFKC", visible(text)).casefold().translate(_SAME)
    return " ".join(folded.split())


def tight(text: str) -> str:
    """`plain` without any blank: header words break in different places on every page."""
    return plain(text).replace(" ", "")


_ERROR = re.compile(
    r"[#*](?:REF|DIV/0|N/A|VALUE|NAME|NUM|NULL|SPILL|CALC)[!?]*|(?:REF|DIV/0|VALUE|NUM|NULL)!|#?ERR\S*", re.I
)
HIDDEN = "hidden text"
"""Stands in `Cell.markup` for text that a reader of the page does not see."""
UNEVEN = "uneven"
"""Stands in `Cell.markup` of the cells that fill up a row which has fewer or more cells than the others: nobody can
tell which one is missing or too many. Their text says how many the row has."""


def is_error(cell: Cell) -> bool:
    """Does the cell print that the publisher's own worksheet failed: #REF!, *REF!, #DIV/0!, #N/A?"""
    return _ERROR.fullmatch(cell.words) is not None


def is_too_narrow(cell: Cell) -> bool:
    """The sheet behind the page was too narrow: "############" stands where a figure is, and nobody can tell it."""
    return re.fullmatch("#{2,}", cell.words) is not None


def number(cell: Cell, where: str, *, blank_is_missing: bool = False, decimals: int = 0) -> Decimal | None:
    """The number a cell prints, exactly; None where the publisher prints its sign for "no figure".

    A numeric cell of a workbook has lost its trailing zeros: it gets back the `decimals` this table prints.
    Raises ReadError `too_narrow`, `error_cell`, `empty_cell` (unless blanks are this table's sign), `marked_up_cell`,
    `split_number` or `not_a_number`.
    """
    if cell.number is not None:
        stored = Decimal(repr(cell.number)).normalize()
        places = -int(stored.as_tuple().exponent)
        return stored if places >= decimals else stored.quantize(Decimal(1).scaleb(-decimals))
    if is_too_narrow(cell):
        raise ReadError("too_narrow", expected="a number or '-'", got=f"{cell.words!r}, a column too narrow for its "
                        "figure", where=where)  # fmt: skip
    if is_error(cell):
        got = f"{cell.words!r}, an error of the publisher's own worksheet"
        raise ReadError("error_cell", expected="a number or '-'", got=got, where=where)
    if not cell.words:
        if blank_is_missing:
            return None
        raise ReadError("empty_cell", expected="a number or '-'", got="an empty cell", where=where)
    if cell.markup:
        code = "hidden_cell" if cell.markup == HIDDEN else "marked_up_cell"
        raise ReadError(code, expected="a plain number", got=f"<{cell.markup}> {cell.words!r}", where=where)
    if cell.pieces > 1:
        raise ReadError(
            "split_number", expected="one piece of text", got=f"{cell.pieces} pieces {cell.words!r}", where=where
        )
    return parse_number(unicodedata.normalize("NFKC", cell.words), where)


def iso_date(text: str) -> str:
    """2026/04/08, 2026-04-08 10:30 or the older 06/10/2019 (month first) as ISO; empty when there is none."""
    if match := re.search(r"(20\d\d)[/-](\d{1,2})[/-](\d{1,2})", text):
        return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    if match := re.search(r"(\d{1,2})/(\d{1,2})/(20\d\d)", text):
        return f"{match[3]}-{int(match[1]):02d}-{int(match[2]):02d}"
    return ""
