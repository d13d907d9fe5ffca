"""Statistical services as they answer, with figures of their own: one site that has all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from tests.replica.bank_of_russia import BEFORE, DECEMBER, NEER, REER, balance_of_payments, goods_trade, rouble_rates
from tests.replica.server import Page, Replica
from tests.replica.vietnam import Row, table
from tests.transforms.context.look_alikes import WORLD, census, comext, ecb, japan, rosstat

JSON, CSV = "application/json", "text/csv"
NBS = "/dg/website/publicrelease/web/external"


class Services:
    """What each service answers now, on 19 April of `year`; tests change it and ask again.

    Pages are written as of 2030; for another year each mention of 2030, 2029 and 2028 is of that one and those before.
    """

    def __init__(self, site: Replica, year: int = 2030) -> None:
        self.site, self.year = site, year
        self.world = [900.5, 910.25]
        self.vintages: dict[str, dict[str, float]] = {"RBCNBIS": {"2030-03-18": 91.5, "2030-04-18": 92.0}}
        self.imports = 44.5
        self.stamp = 0
        self.base_year, self.success = "cpi-2030", True
        site = cast("Replica", _Shifted(site, year))
        site.answer("/series/downloaddata", self._list)
        site.answer("/graph/alfredgraph.csv", self._vintage)
        site.answer("/foreign-trade/balance/country.xlsx", lambda _: Page(self._census()))
        for flow in ("WS_EER", "WS_CBPOL", "WS_CREDIT_GAP", "WS_DSR"):
            for key in ("M.R+N.B+N.CN+RU", "D.CN+RU", "Q.CN+RU.P.A.A+B+C", "Q.CN+RU.P"):
                site.answer(f"/api/v2/data/dataflow/BIS/{flow}/1.0/{key}", self._bis)
        for currency in ("CNY", "USD"):
            site.put(f"/service/data/EXR/M.{currency}.EUR.SP00.A", ecb(CURRENCY=currency), JSON)
        site.answer("/eurostat/api/comext/dissemination/statistics/1.0/data/DS-045409", self._comext)
        site.answer("/ags/ms/cm-u-bk-ccpr/CcprHisNew", self._parity)
        site.put(
            "/storage/mediabank/ipc_mes_03-2030.xlsx",
            rosstat(
                "100,902)",
                f"2)март {year} г. в % к декабрю {year - 1} г.",
                renewed=f"10 апреля {year} г.",
                year=year,
            ).content,
        )
        site.put(
            "/opendata/7710168360-fedbud_month/",
            '<html><a href="data-20300409T0100-structure-20210312T0100.csv">CSV</a><a href="meta.csv">x</a></html>',
        )
        site.put(
            "/opendata/7710168360-fedbud_month/data-20300409T0100-structure-20210312T0100.csv",
            '\ufeffГод,Месяц,"Доходы, всего","Расходы, всего",Дефицит (-)/Профицит (+),Код разреза,Код признака\n'
            "2030,январь,10.0,12.5,-2.5,OKEI,386\n",
            CSV,
        )
        site.put("/toukei/shinbun/trade-st_e/2030/2030024e.xml", japan("△1,020"), "text/xml")
        site.answer("/weJ1QsnbMYJlCHdG/arcgis/rest/services/Monthly_TradeNow/FeatureServer/0/query", self._trade_now)
        site.answer("/public/v1/preview/C/M/HS", self._comtrade)

        site.answer(f"{NBS}/new/queryIndexTreeAsync", self._catalogue)
        site.answer(f"{NBS}/new/queryIndicatorsByCid", self._indicators)
        site.answer_form(f"{NBS}/stream/esData", self._nbs)
        site.put(
            "/sj/zxfb/",
            '<html><body><a href="./203003/t20300309_1.html" title="2030年2月份居民消费价格同比上涨0.7% 环比持平">x</a>'
            '<a href="./203003/t20300309_2.html">2030年2月份工业生产者出厂价格同比下降1.4%</a>'
            '<a href="./203003/t20300309_3.html">2030年2月下旬流通领域重要生产资料市场价格</a></body></html>',
        )
        site.put("/sj/zxfb/203003/t20300309_1.html", press("居民消费价格", "同比上涨0.7% 环比持平", "同比上涨0.7%"))
        site.put("/sj/zxfb/203003/t20300309_2.html", press("工业生产者出厂价格", "同比下降1.4%", "同比下降1.4%"))
        site.put("/vfs/statistics/credit_statistics/trade/trade.xls", goods_trade([(year - 1, "Дек", 31.5, 24.0, 7.5)]))
        site.put(
            "/vfs/statistics/credit_statistics/bop/bal_of_payments_standart.xlsx",
            balance_of_payments({f"4 квартал {year - 1} г.": (20500, 97000, 71000, 26000)}),
        )
        china: list[Row] = [
            ("TRUNG QUỐC", "", (None, 5_500_000, None, 14_000_000)),
            ("Hàng hóa khác", "USD", (None, 5_500_000, None, 14_000_000)),
        ]
        for flow, name, day in (("export", "5x", 9), ("import", "5n", 10)):
            path = f"/CustomsCMS/TONG_CUC/{year}/4/{day}/{year}-t3-{name}(vn-sb).pdf"
            self.site.put(path, table(flow, year, 3, china), "application/pdf")
        growth = {NEER: [1.5, -0.5], REER: [2.0, 0.3]}
        site.put(
            "/vfs/statistics/credit_statistics/ex_rate_ind/exchange_rate.xlsx",
            rouble_rates(
                [(year, "Янв"), (year, "Фев")], {DECEMBER: {NEER: [1.5, 1.0], REER: [2.0, 2.3]}, BEFORE: growth}
            ),
        )

    def _catalogue(self, path: str) -> Page:
        """Catalogues by parent; ids are others after a change of base."""
        tree = {
            "": [("root", "月度数据 ", False)],
            "root": [("prices", "价格指数", False), ("home", "国内贸易", False), ("money", "金融", False)],
            "prices": [
                ("cpi", "居民消费价格分类指数 (上年同月=100)", False),
                ("ppi", "工业生产者出厂价格指数 (上年同月=100)", True),
            ],
            "cpi": [
                ("cpi-old", "全国居民消费价格分类指数 (上年同月=100) (2026-2029)", True),
                (self.base_year, "全国居民消费价格分类指数 (上年同月=100) (2030-)", True),
            ],
            "home": [("retail", "社会消费品零售总额", True)],
        }
        nodes = [
            {"_id": of, "name": name, "isLeaf": leaf} for of, name, leaf in tree.get(query(path).get("pid", ""), [])
        ]
        return self._told(nodes)

    def _indicators(self, path: str) -> Page:
        names = {
            "ppi": ["工业生产者出厂价格指数 (上年同月=100) ", "煤炭开采和洗选业工业生产者出厂价格指数 (上年同月=100) "],
            "retail": ["社会消费品零售总额 当期值", "社会消费品零售总额 同比增长"],
        }.get(query(path)["cid"], ["居民消费价格指数 (上年同月=100) ", "食品类居民消费价格指数 (上年同月=100) "])
        return self._told({"total": len(names), "list": [{"_id": f"{query(path)['cid']}.{i}", "i_showname": name}
                                                         for i, name in enumerate(names)]})  # fmt: skip

    def _nbs(self, body: bytes) -> Page:
        asked = json.loads(body)
        identity, months = asked["indicatorIds"][0], [month for month in asked["dts"] if month <= "203002MM"]
        name = {"ppi.0": "工业生产者出厂价格指数 (上年同月=100) ", "retail.0": "社会消费品零售总额 当期值",
                "retail.1": "社会消费品零售总额 同比增长"}.get(identity, "居民消费价格指数 (上年同月=100) ")  # fmt: skip
        unit = "亿元" if identity == "retail.0" else "%"
        found = [{"code": month, "values": [{"_id": identity, "i_showname": name, "du_name": unit, "value": "100.7",
                                             "da": asked["das"][0]["value"]}]} for month in months[-2:]]  # fmt: skip
        return self._told(found)

    def _told(self, data: Any) -> Page:
        self.stamp += 1  # other bytes with the same figures
        said = {"data": data, "success": self.success, "state": 20000, "time": self.stamp}
        return Page(json.dumps(said, ensure_ascii=False).encode(), JSON, validators=False)

    def _list(self, path: str) -> Page | None:
        identity = query(path)["seid"]
        days = self.vintages.get(identity)
        if days is None:
            return None
        options = "".join(f'<option value="{day}">{day}</option>' for day in days)
        return Page((f"<html><title>Download Data for X ({identity}) | ALFRED</title><table></table>"
                     f'<select id="form_selected_vintage_dates">{options}</select></html>').encode())  # fmt: skip

    def _vintage(self, path: str) -> Page:
        asked = query(path)
        day = asked["vintage_date"]
        value = self.vintages[asked["id"]][day]
        body = f"observation_date,{asked['id']}_{day.replace('-', '')}\n2030-01-01,90.25\n2030-02-01,{value}\n"
        return Page(body.encode(), CSV, validators=False)

    def _census(self) -> bytes:
        year, (_, code, name, _, exports) = str(self.year), WORLD
        china = (year, "5700", "China", [self.imports, self.imports - 3.25], [10.0, 9.0])
        return census([(year, code, name, self.world, exports), china]).content

    def _bis(self, path: str) -> Page:
        self.stamp += 1  # a UUID for an ETag, new with each answer
        flow = path.split("/BIS/")[1].split("/")[0]
        tables = {
            "WS_EER": "DATAFLOW,FREQ,EER_TYPE,EER_BASKET,REF_AREA,TIME_PERIOD,OBS_VALUE\nBIS:WS_EER(1.0),M,R,B,CN,2030-02,91.5\n",
            "WS_CBPOL": "DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE\nBIS:WS_CBPOL(1.0),D,RU,2030-03-05,12.5\n",
            "WS_CREDIT_GAP": "DATAFLOW,FREQ,BORROWERS_CTY,TC_BORROWERS,TC_LENDERS,CG_DTYPE,TIME_PERIOD,OBS_VALUE\n"
                             "BIS:WS_CREDIT_GAP(1.0),Q,CN,P,A,C,2029-Q3,-7.5\n",
            "WS_DSR": "DATAFLOW,FREQ,BORROWERS_CTY,DSR_BORROWERS,TIME_PERIOD,OBS_VALUE\nBIS:WS_DSR(1.0),Q,CN,P,2029-Q3,18.5\n",
        }  # fmt: skip
        return Page(tables[flow].encode(), CSV, headers={"ETag": f'"{self.stamp}"'}, validators=False)

    def _comext(self, path: str) -> Page:
        said = comext(value={"1": 8})
        said["dimension"]["reporter"]["category"]["index"] = {query(path)["reporter"]: 0}
        said["dimension"]["freq"]["category"]["index"] = {"M": 0}
        said["size"] = [1, 1, 1, 1, 1, 1, 2]
        self.stamp += 1
        return Page((json.dumps(said) + " " * self.stamp).encode(), JSON, validators=False)  # other bytes, same figures

    def _parity(self, path: str) -> Page:
        asked = query(path)
        days = [
            f"2030-03-{day:02}"
            for day in (14, 15, 18, 19)
            if asked["startDate"] <= f"2030-03-{day:02}" <= asked["endDate"]
        ]
        pairs = asked["currency"].split(",")
        said = {"head": {"provider": "CWAP", "rep_code": "200"}, "data": {"searchlist": pairs, "total": len(days)},
                "records": [{"date": day, "values": ["7.0125", "8.1", "4.5"]} for day in days]}  # fmt: skip
        return Page(json.dumps(said).encode(), JSON, validators=False)

    def _trade_now(self, path: str) -> Page:
        code = "CHN" if "CHN" in path else "RUS"
        said = {"fields": [{"name": name} for name in ("ISO3", "trade_value", "trade_volume")], "features": [
            {"attributes": {"ISO3": code, "region": code, "date": "2030-02-01", "trade_value": 101.5}}]}  # fmt: skip
        return Page(json.dumps(said).encode(), JSON)

    def _comtrade(self, path: str) -> Page:
        period = query(path)["period"]
        rows = [{"freqCode": "M", "period": period, "reporterISO": "VNM", "flowCode": "M", "partnerISO": "CHN",
                 "cmdCode": "TOTAL", "partner2Code": 0, "customsCode": "C00", "motCode": 0, "cifvalue": 5.5, "fobvalue": None,
                 "primaryValue": 5.5, "isReported": True}] if period <= "203001" else []  # fmt: skip
        said = {"elapsedTime": "1", "count": len(rows), "data": rows, "error": ""}
        return Page(json.dumps(said, separators=(",", ":")).encode(), JSON, validators=False)


class _Shifted:
    """Puts pages of 2030 on a site as those of another year; what is asked of them comes as of 2030."""

    def __init__(self, site: Replica, year: int) -> None:
        self.site, self.years = site, {str(2030 - back): str(year - back) for back in range(3)}

    def put(self, path: str, content: bytes | str, media_type: str = "text/html") -> None:
        self.site.put(self._to(path), self._to(content), media_type)

    def answer(self, path: str, function: Callable[[str], Page | None]) -> None:
        self.site.answer(self._to(path), lambda asked: self._page(function(self._back(asked))))

    def answer_form(self, path: str, function: Callable[[bytes], Page]) -> None:
        self.site.answer_form(path, lambda body: self._page(function(self._back(body.decode()).encode())) or Page(b""))

    def _page(self, page: Page | None) -> Page | None:
        return page and replace(page, content=self._to(page.content))

    def _to(self, content: Any) -> Any:
        if isinstance(content, bytes):
            try:
                return self._to(content.decode()).encode()
            except UnicodeDecodeError:
                return content  # a workbook: it was made of that year
        for of, told in self.years.items():
            content = content.replace(of, told)
        return content

    def _back(self, asked: str) -> str:
        for of, told in reversed(self.years.items()):
            asked = asked.replace(told, of)
        return asked


def press(subject: str, headline: str, sentence: str) -> str:
    """A press page of the NBS on prices of February 2030."""
    return (
        f"<html><head><title>2030年2月份{subject}{headline} - 国家统计局</title></head><body><h1>2030年2月份{subject}"
        f"{headline}</h1><p>2030年2月份，全国{subject}{sentence}。其中，城市上涨9.9%。</p><table><tr><td>x</td></tr></table>"
        "</body></html>"
    )


def query(path: str) -> Mapping[str, Any]:
    """The first value of each parameter."""
    return {name: found[0] for name, found in parse_qs(urlsplit(path).query).items()}
