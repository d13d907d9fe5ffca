"""Set up a throw-away Superset, take in its dashboard and serve it: `serve.py FOLDER PORT`, see superset.sh.

What the commands of Superset do, one after the other in one process: each alone would import Superset and make its
application again, five seconds of processor.
"""

import sys
from pathlib import Path

from flask.cli import ScriptInfo
from superset.app import create_app
from superset.cli.main import superset

folder, port = Path(sys.argv[1]), sys.argv[2]
app = create_app()


def run(*arguments: str) -> None:
    """`superset ARGUMENTS` on the application that is there; raises what fails."""
    superset.main(list(arguments), "superset", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))


ready = folder / "ready"
if not ready.exists():
    person = ("--firstname", "a", "--lastname", "b", "--email", "a@example.org", "--password", "admin")
    run("db", "upgrade")
    run("fab", "create-admin", "--username", "admin", *person)
    run("init")
    ready.touch()
run("import-directory", "--overwrite", str(folder / "dashboard"))
run("run", "-h", "127.0.0.1", "-p", port, "--with-threads")
