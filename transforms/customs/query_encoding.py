"""The code page of a download of the online query: whatever its ASCII header says, the rows decide."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from transforms.model import ReadError

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(file: BinaryIO) -> str:
    """UTF-16 or UTF-8 by its mark; UTF-8 if the whole file is that, else GB18030. An ASCII header says nothing.

    Whether a file is GB18030 throughout shows as it is read: `decoded`, `refuse_undecodable`.
    """
    piece = file.read(4096)
    if marked := _marked(piece):
        return marked
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece:
            decoder.decode(piece)
            piece = file.read(2**20)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def refuse_undecodable(file: BinaryIO, encoding: str, name: str) -> None:
    """Raise ReadError `wrong_encoding` if the file is not in `encoding` from its beginning to its end."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(2**20):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _wrong(error, name) from error


def decoded(block: bytes, code: str, name: str) -> str:
    """The text of whole lines. ReadError `wrong_encoding`."""
    try:
        return block.decode(code)
    except UnicodeDecodeError as error:
        raise _wrong(error, name) from error


def _wrong(error: UnicodeDecodeError, name: str) -> ReadError:
    hint = "The file was saved again in another code page: download it again, or save it as UTF-8."
    got = str(error)
    return ReadError("wrong_encoding", expected="UTF-8, UTF-16 or GB18030", got=got, where=name, hint=hint)


def encoding_of_head(head: bytes) -> str:
    if marked := _marked(head):
        return marked
    try:
        head[:-3].decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if error.start >= len(head) - 6 else "gb18030"
    return "utf-8"


def _marked(head: bytes) -> str:
    """UTF-16 or UTF-8 by its mark; UTF-16 without one by the zeros in every other place of its quotes and digits."""
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > len(zeros) / 4:
            return encoding if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-16"
    return next((encoding for mark, encoding in MARKS if head.startswith(mark)), "")
