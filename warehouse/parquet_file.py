"""What all Parquet files have in common, whoever writes them: the length of a row group, what they say of columns."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow

GROUP = 122_880
"""Rows of a row group: as many as DuckDB keeps together, which takes them a quarter faster than others."""
ARROW = "ARROW:schema"
"""Where readers that know Arrow find its schema, with the comment of each field."""


def told(comment: str, comments: Mapping[str, str], schema: pyarrow.Schema) -> dict[str, str]:
    """Keys and values of a file: comments of the table and its columns as JSON, for all, and its schema in Arrow."""
    for i, field in enumerate(schema):
        schema = schema.set(i, field.with_metadata({"comment": comments[field.name]}))
    return {
        "comment": comment,
        "column_comments": json.dumps(dict(comments), ensure_ascii=False),
        ARROW: base64.b64encode(schema.serialize().to_pybytes()).decode(),
    }
