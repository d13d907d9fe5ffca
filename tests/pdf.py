"""A PDF put together by hand: what it holds is known to the byte, and no library that writes PDFs is needed."""

from __future__ import annotations

from collections.abc import Sequence


def assembled(streams: Sequence[bytes], font: bytes, *more: bytes, width: int, height: int) -> bytes:
    """A file with a page for each stream of drawing words, in the font F1; `more` objects are numbered from 4 on."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font, *more]
    kids = []
    for content in streams:
        objects.append(stream(content))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % (width, height, len(objects))
        )
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)
