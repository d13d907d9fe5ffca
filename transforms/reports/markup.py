"""A page of HTML as lines: a block or a line of one each; a row of a table with its cells parted by tabs."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, NavigableString

from transforms.reports import footnotes
from transforms.spans import laid_out

_BLOCKS = ["p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "main",
           "header", "blockquote", "pre", "body"]  # fmt: skip
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TAB = "\ue004"
_BREAK = "\ue000"  # stands for <br> while blanks are put together; no text has it
KINDS = {"\ue001": "heading", "\ue002": "item", "\ue003": "row"}
MARKS = {kind: mark for mark, kind in KINDS.items()}
"""First letters of a block that say what it is; no text has them."""


def lines_of_page(text: str) -> list[str]:
    """What a page says, a block or a line of one each; within <p> lines run on. Blank lines part blocks."""
    soup = BeautifulSoup(text, "lxml")
    for node in soup(["script", "style", "nav", "aside", "footer", "head"]):
        node.decompose()
    for node in soup(["del", "s", "strike"]) + soup(style=_UNSEEN) + soup(hidden=True):
        node.decompose()
    for node in soup(["sup", "sub"]):
        if re.fullmatch(r"\s*(?:\d{1,2}|\*{1,3})\)?\s*", node.get_text()):
            mark = footnotes.superscript(node.get_text().strip(" )"))
            node.replace_with(mark if node.name == "sup" else f"_{mark}")
    for table in soup("table"):
        rows = [] if table.find("table") else table.find_all("tr")
        cells = laid_out(rows, lambda cell, *_: " ".join(cell.get_text(" ").split()), "", odd="mend")
        title = " ".join(caption.get_text(" ").split()) if (caption := table.find("caption")) else ""
        title = f"{_BREAK}{MARKS['heading']}{title}{_BREAK}" if title and rows else ""
        table.replace_with(
            title + "".join(f"{_BREAK}{MARKS['row']}" + _TAB.join(row) for row in cells if any(row)) + _BREAK
        )
    for node in soup("br"):
        node.replace_with(" " if node.find_parent("p") else _BREAK)
    lines, of = [""], None
    for string in soup.find_all(string=lambda found: type(found) is NavigableString):
        block = string.find_parent(_BLOCKS)
        if block is not of:
            mark = "heading" if block and re.fullmatch("h[1-6]", block.name) else ""
            mark = "item" if block and block.name in ("li", "dt", "dd") else mark
            lines += ["", MARKS.get(mark, "")]
            of = block
        first, *more = re.sub(r"\s+", " ", string).split(_BREAK)
        lines[-1:] = [lines[-1] + (first.lstrip() if lines[-1] in KINDS else first), *more]
    return ["" if line.strip() in KINDS else re.sub(" +", " ", line).strip().replace(_TAB, "\t") for line in lines]
