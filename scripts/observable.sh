#!/bin/sh
# Builds the sample dashboard (scripts/observable) on a published warehouse, as a static site.
#
#   scripts/observable.sh WAREHOUSE FOLDER
#
# Installs Observable Framework into FOLDER from the npm registry (160 MB, only the first time), reads the warehouse once,
# and writes the site to FOLDER/dist. Run it again after a publication to show that one. Needs Node 18 or newer.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
PORTVAULT_WAREHOUSE=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
export PORTVAULT_WAREHOUSE OBSERVABLE_TELEMETRY_DISABLE=true
mkdir -p "$2"
cp -R "$here/observable/." "$2"
cd "$2"
npm install --no-audit --no-fund --silent
npm run --silent build
