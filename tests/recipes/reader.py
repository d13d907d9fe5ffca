"""A reader as others write them: run by a foreign interpreter with a foreign driver, so plain and without imports of ours.

    python reader.py WAREHOUSE STOP_FILE

Opens the publication again and again until STOP_FILE exists, asks three questions on each connection, waits, asks
again, and prints what it saw as JSON lines: {"digest", "exports", "observed", "again"} or {"error"}.
"""

import json
import sys
import time
from pathlib import Path

import duckdb

QUESTIONS = (
    "SELECT content_digest FROM publication",
    "SELECT exports FROM trade_total",
    "SELECT value FROM observation JOIN series USING (series_id) WHERE flow = 'export'",
)


def ask(con):
    return [con.execute(question).fetchall()[0][0] for question in QUESTIONS]


def look(path):
    con = duckdb.connect(path, read_only=True)
    try:
        first = ask(con)
        time.sleep(0.1)
        return dict(zip(("digest", "exports", "observed"), first, strict=True)) | {"again": ask(con) == first}
    finally:
        con.close()


path, stop = sys.argv[1:]
last = False
while not last:
    last = Path(stop).exists()  # one more look after the last publication
    try:
        print(json.dumps(look(path)), flush=True)
    except duckdb.Error as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
