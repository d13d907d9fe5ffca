"""Bank of Russia, JSON data service: ids looked up by name in its list of categories, then one query a category.

Lists are repeated keys (`i_ids=44&i_ids=45`); a wrong set answers 501; all regions would be 20 MB, so areas are named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from flows.sources.visit import Listed, Visit
from transforms.banking.data_service import listed
from transforms.model import ReadError
from transforms.products import all_products

CATEGORIES = "/dataservice/categoryNew"
DATA = "/dataservice/dataNew?"


def take(visit: Visit, plan: Mapping[str, Any]) -> None:
    """Fetch the indicators of cbr_site.yaml, section service.

    A category or an indicator that the list does not name is a note: nothing is asked by an id that is not certain.
    """
    if plan["product"] not in all_products():
        return
    base = visit.base
    visit.progress("data service")
    try:
        ids = indicators(visit.client.page(base + CATEGORIES, accept="application/json"), base + CATEGORIES)
    except ReadError as error:
        visit.report.notes.append(f"data service: {error}")
        return
    today = visit.settings.clock()
    found = []
    for wanted in plan["queries"]:
        category, names = wanted["category"], wanted["indicators"]
        missing = [name for name in names if (category, name) not in ids]
        if missing:
            visit.report.notes.append(f"data service: {category} no longer lists {', '.join(missing)}")
            continue
        pairs = [ids[category, name] for name in names]
        query = [("categoryId", pairs[0][0]), ("y1", plan["first_year"]), ("y2", today.year)]
        query += [("i_ids", indicator) for _, indicator in pairs]
        query += [("m1_ids", area) for area in plan["areas"]] if wanted.get("by_area") else []
        query += [("m2_ids", money) for money in plan["currencies"]]
        url = base + DATA + urlencode(query)
        title = f"{category}: {', '.join(names)}"
        ours = {ids[category, name][1]: listed()[category, name] for name in names}
        moved = ",".join(f"{now}={then}" for now, then in ours.items()) if any(n != t for n, t in ours.items()) else ""
        facts = {"options": {"moved": moved}} if moved else {}
        found.append(Listed((plan["product"],), f"{today:%Y-%m}", url, title, fixed=False, facts=facts))
    visit.take_all(found)


def take_tables(visit: Visit, plan: Mapping[str, Any]) -> None:
    """Fetch the tables of cbr_site.yaml, section tables, from the older half: every id is looked up by its name.

    A name that no list has, or that stands for two ids, is a note; nothing is asked by an id that is not certain.
    """
    if plan["product"] not in all_products():
        return
    visit.progress("data service, tables")
    base, today = visit.base + "/dataservice/", visit.settings.clock()
    found = []
    for publication in _ids(visit, base + "publications", plan["publication"]):
        for name in plan["tables"]:
            for dataset in _ids(visit, base + f"datasets?publicationId={publication}", name):
                measures = _ids(visit, base + f"measures?datasetId={dataset}", plan["measure"])
                if len(measures) != 1:
                    visit.report.notes.append(f"data service: {name} has {len(measures)} measures {plan['measure']}")
                    continue
                query = {"y1": plan["first_year"], "y2": today.year, "publicationId": publication,
                         "datasetId": dataset, "measureId": measures[0]}  # fmt: skip
                facts = {"options": {"measure": plan["measure"]}}
                url = base + "data?" + urlencode(query)
                found.append(Listed((plan["product"],), f"{today:%Y-%m}", url, name, fixed=False, facts=facts))
    visit.take_all(found)


def _ids(visit: Visit, url: str, name: str) -> list[int]:
    """Ids of the entries of a list that bear a name in whatever field, in order; a list that is none is a note."""
    content = visit.client.page(url, accept="application/json")
    try:
        entries = [e for e in _objects(json.loads(content)) if isinstance(e.get("id"), int)]
    except ValueError:
        visit.report.notes.append(f"data service: {url} is no JSON")
        return []
    wanted = name.casefold()
    named = [e for e in entries if any(isinstance(v, str) and v.strip().casefold() == wanted for v in e.values())]
    return list(dict.fromkeys(int(entry["id"]) for entry in named))


def _objects(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every JSON object of a document, however deep; the outer ones first."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _objects(child)


def indicators(content: bytes, url: str) -> dict[tuple[str, str], tuple[int, int]]:
    """(category name, indicator name) -> (category id, indicator id), wherever in the document they are listed.

    Raises ReadError if it is no JSON.
    """
    try:
        document = json.loads(content)
    except ValueError:
        raise ReadError(
            "not_json", expected="JSON", got=f"{len(content):,} bytes starting {content[:40]!r}", where=url
        ) from None
    return {
        (str(row["category_name"]), str(row["indicator_name"])): (int(row["category_id"]), int(row["indicator_id"]))
        for row in _objects(document)
        if {"category_id", "category_name", "indicator_id", "indicator_name"} <= row.keys()
    }
