#!/bin/sh
# Shows the sample dashboard (scripts/superset/dashboard) on a published warehouse, in a throw-away Superset.
#
#   scripts/superset.sh WAREHOUSE FOLDER [PORT]
#
# Makes an environment in FOLDER (about 700 MB, a minute or two the first time), imports the dashboard, and serves it
# without log-in on http://127.0.0.1:PORT/superset/dashboard/portvault/?standalone=1 until stopped. Loopback only: an
# example to look at, not an installation. Needs uv (in .venv after `make test`) and Python 3.11.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
warehouse=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2"
folder=$(cd "$2" && pwd)
port=${3:-8088}
uv=$here/../.venv/bin/uv
export SUPERSET_CONFIG_PATH="$folder/superset_config.py" SUPERSET_HOME="$folder" FLASK_APP=superset
bin=$folder/venv/bin

if [ ! -f "$folder/ready" ]; then
    "$uv" venv -q --clear --python 3.11 "$folder/venv"
    # Superset 6.1 does not start with flask-caching 2.5, and needs rich and cachetools without asking for them.
    "$uv" pip install -q --python "$bin/python" apache-superset==6.1.0 flask-caching==2.3.1 rich cachetools \
        duckdb-engine==0.17.0 duckdb==1.5.6
    cp "$here/superset/superset_config.py" "$folder/superset_config.py"
fi
rm -rf "$folder/dashboard"
cp -R "$here/superset/dashboard" "$folder/dashboard"
sed -i.bak "s#duckdb:///WAREHOUSE#duckdb:///$warehouse#" "$folder/dashboard/databases/Portvault.yaml"
rm "$folder/dashboard/databases/Portvault.yaml.bak"
exec "$bin/python" "$here/superset/serve.py" "$folder" "$port"
