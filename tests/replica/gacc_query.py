"""stats.customs.gov.cn on a replica: a table of rows behind the posted form, cut at the cap without a word."""

from __future__ import annotations

from urllib.parse import parse_qs

from tests.replica.server import Page, Replica
from tests.transforms.online_query.test_online_query import HEAD, ROW

DOWNLOAD = "/queryData/downloadQueryData"


class OnlineQuery:
    """Answers the form from `rows`: (month, flow, partner code, partner name, HS code, yuan)."""

    def __init__(self, site: Replica, cap: int) -> None:
        self.site, self.cap = site, cap
        self.rows: list[tuple[str, str, str, str, str, int]] = []
        self.forms: list[dict[str, str]] = []
        site.answer_form(DOWNLOAD, self._download)

    def _download(self, body: bytes) -> Page:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.forms.append(form)
        month = f"{form['year']}{int(form['startMonth']):02}"
        flow = ("export", "import")[int(form["iEType"])]
        wanted = {form[f"outerField{n}"]: form.get(f"outerValue{n}", "") for n in (1, 2)}
        codes, partners = (wanted[name].split(",") if wanted[name] else [] for name in ("CODE_TS", "ORIGIN_COUNTRY"))
        found = [
            ROW.format(hs=hs, value=value).replace("202401", month).replace("502", partner).replace("美国", name)
            for at, way, partner, name, hs, value in self.rows
            if (at, way) == (month, flow) and hs in (codes or [hs]) and partner in (partners or [partner])
        ]
        return Page((HEAD + "".join(found[: self.cap])).encode("gb18030"), "application/octet-stream", validators=False)
