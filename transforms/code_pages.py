"""In which code page text is, what pages state of it, and what became of letters that were read in a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterator

MISREAD = (("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gb18030"), ("cp1252", "gb18030"))
"""The code page in which text was read, and its own, as programs take the one for the other."""


def misread(text: str, errors: str = "strict") -> Iterator[str]:
    """What a text may have said before it was read in a wrong code page and saved so, likeliest first."""
    for read_as, page in MISREAD:
        try:
            yield text.encode(read_as).decode(page, errors)
        except UnicodeError:
            continue


def page_encoding(content: bytes) -> str:
    """The code page that a page or XML states of itself, in lower case; '' if it states none."""
    stated = re.search(rb"""(?:charset|encoding)\s*=\s*["']?([\w-]+)""", content[:2048], re.I)
    return stated[1].decode("ascii").lower() if stated else ""


def wrong_code_page(content: bytes) -> str:
    """A sentence if the bytes do not decode by the code page that they state, or by UTF-8 if they state none."""
    stated = page_encoding(content)
    try:
        content.decode(stated or ("gb18030" if looks_chinese(content) else "utf-8"))
    except (UnicodeDecodeError, LookupError):
        fitting = [
            page
            for page in ("utf-8", "gb18030" if looks_chinese(content) else "cp1251", "gb18030", "koi8-r")
            if page != stated and _decodes(content, page)
        ]
        says = f"declared as {stated}, but its bytes are not" if stated else "which states no code page and is no UTF-8"
        return says + (f"; {fitting[0]} would fit" if fitting else "")
    return ""


def _decodes(content: bytes, page: str) -> bool:
    try:
        content.decode(page)
    except UnicodeDecodeError:
        return False
    return True


def text_of(content: bytes) -> str:
    """Text in the code page that fits its bytes: UTF-16 with a mark, UTF-8, GB18030, windows-1251; '' if it is none."""
    pages = (
        ["utf-16"]
        if content[:2] in (b"\xff\xfe", b"\xfe\xff")
        else ["utf-8-sig", "gb18030" if _declared_zh(content) or looks_chinese(content) else "cp1251"]
    )
    for page in pages:
        try:
            text = content.decode(page)
        except UnicodeDecodeError:
            continue
        return "" if re.search(r"[\x00-\x08\x0e-\x1f]", text[:4000]) or not text.strip() else text
    return ""


def _declared_zh(content: bytes) -> bool:
    return page_encoding(content) in ("gb2312", "gbk", "gb18030")


_ODD = 0.1
"""Share of signs among the letters beyond ASCII from which text is not Russian: Chinese in GB18030, read as cp1251, is
signs in a third of its second bytes; Russian prose has its quotes, dashes and hard blanks, which do not count."""
_SIGNS = set("\xa0«»—–№“”„’…•")


def looks_chinese(content: bytes) -> bool:
    """Are the bytes GB18030 rather than cp1251, if they are one of them?"""
    head = content[: 2**20]
    try:
        head.decode("gb18030", errors="strict" if len(content) <= 2**20 else "ignore")
        letters = [char for char in head.decode("cp1251") if char > "\x7f" and char not in _SIGNS]
    except UnicodeDecodeError as error:
        return error.encoding != "gb18030"  # 0x98 is no character of cp1251
    return bool(letters) and sum(not char.isalpha() for char in letters) > _ODD * len(letters)
