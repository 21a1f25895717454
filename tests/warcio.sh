#!/bin/sh
# Runs warcio (PyPI) with the arguments given. It is installed beside the build the first time, at a fixed version.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
venv=${CARGO_TARGET_DIR:-$here/target}/warcio
if ! [ -x "$venv/bin/warcio" ]; then
    # Two tests may begin at once: each makes its own, and the first one that is ready stays.
    draft=$venv.$$
    if ! { python3 -m venv "$draft" && "$draft/bin/python" -m pip install --quiet --disable-pip-version-check warcio==1.8.1; } >"$venv.log" 2>&1; then
        echo "warcio is not to be had: $(tail -n 1 "$venv.log")" >&2
        exit 2
    fi
    mv -T "$draft" "$venv" 2>/dev/null || rm -rf "$draft"
fi
exec "$venv/bin/python" -m warcio.cli "$@"
