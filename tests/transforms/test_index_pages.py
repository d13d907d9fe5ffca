"""Pages of links to releases, given as files: told as what they are, with the command that fetches what they link."""

from __future__ import annotations

from pathlib import Path

import pytest

from transforms.model import Payload, ReadError
from transforms.products import recognise

ROWS = "".join(
    f"<tr><td>({n}) {words}</td><td>"
    + "".join(f"<a href=/Statics/{n}{m}.html> {m}.</a>" for m in ("Jan", "Feb"))
    + "</td></tr>"
    for n, words in ((1, "China's Total Export & Import Values"), (5, "China's Major Exports by Quantity and Value"))
)
ENGLISH = f"<title>Preliminary 2026</title><table><tr><th>Title</th><th>Month</th></tr>{ROWS}</table>"
CHINESE = (
    "<title>统计快讯</title><ul class=news_list>"
    + "".join(
        f'<li><a href="/tjs/{n}.html" title="（{n}）2026年6月{words}（人民币值）">（{n}）2026年...</a></li>'
        for n, words in (
            (1, "全国进出口总值表"),
            (4, "进出口商品主要国别（地区）总值表"),
            (5, "全国出口重点商品量值表"),
        )
    )
    + "</ul>"
)


def refusal(content: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        recognise(Payload(content, "index.html"))
    return caught.value


@pytest.mark.parametrize(
    ("content", "source", "links", "title"),
    [(ENGLISH, "gacc_en", "4 links", "Preliminary 2026"), (CHINESE, "gacc_zh", "3 links", "统计快讯")],
)
def test_an_index_is_told_with_its_links_and_what_fetches_them(
    content: str, source: str, links: str, title: str
) -> None:
    error = refusal(content.encode())
    assert error.code == "index_page"
    assert links in error.got and title in error.got
    assert f"--source {source} --from 2026-01" in error.hint


def test_a_page_that_links_two_neighbours_is_no_index() -> None:
    assert refusal(ENGLISH.split("</tr>", 2)[0].encode() + b"</tr></table>").code != "index_page"


def test_indexes_as_served(shared: Path) -> None:
    folder, raw = shared.parent / "cases/customs/index", shared / "gacc/raw/hoyla_meridian"
    for path, source in (
        *(
            (folder / name, "gacc_en")
            for name in ("gacc_index_2025.html", "gacc_index_2026.html", "monthly2018_trimmed.html")
        ),
        (raw / "cn_express_index_tjs_aug2026.html", "gacc_zh"),
    ):
        error = refusal(path.read_bytes())
        assert error.code == "index_page" and source in error.hint, path.name
