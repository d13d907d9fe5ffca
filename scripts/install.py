"""Install pinned packages into the environment that runs this script: `python scripts/install.py LOCK...`.

uv installs several times faster than pip and takes wheels only, so nothing is compiled. It does not read pip's
configuration, which says where this machine's packages come from, so pip is asked for it here. Where uv cannot be had
or fails, pip does the same at its own pace.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

UV = "uv>=0.5"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "constraint": "UV_CONSTRAINT",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
"""pip's options and the variables by which uv is told the same."""
LISTS = {"find-links": ","}
"""What separates several values: a space, but for these."""


def told(lines: str) -> dict[str, str]:
    """What `pip config list` says, as variables of uv. A variable of pip goes before its files, as in pip itself."""
    found: dict[str, str] = {}
    for line in sorted(lines.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        option = name.rpartition(".")[2]
        if option in NAMES:
            words = value.strip("'\"").replace("\\n", " ").split()
            found[NAMES[option]] = LISTS.get(option, " ").join(words)
    return found


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """`given` with what pip is told; what is said to uv itself stands. As in pip all indexes are asked."""
    listed = subprocess.run([*PIP, "config", "list"], text=True, capture_output=True, check=False).stdout
    return {"UV_INDEX_STRATEGY": "unsafe-best-match"} | told(listed) | dict(given)


def main(locks: list[str]) -> int:
    files = [part for lock in locks for part in ("--requirement", lock)]
    uv = [sys.executable, "-m", "uv", "--quiet", "pip", "install", "--python", sys.executable]
    run = environment(os.environ)
    fast = (
        subprocess.run([*PIP, "--quiet", "install", "--only-binary", ":all:", UV], check=False).returncode == 0
        and subprocess.run([*uv, "--only-binary", ":all:", *files], env=run, check=False).returncode == 0
        and subprocess.run([*uv, "--no-deps", "--editable", "."], env=run, check=False).returncode == 0
    )
    if fast:
        return 0
    print("uv did not install the packages; pip does, which takes longer", file=sys.stderr)
    slow = subprocess.run([*PIP, "--quiet", "install", *files], check=False).returncode
    return slow or subprocess.run([*PIP, "--quiet", "install", "--no-deps", "--editable", "."], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
