#!/bin/sh
# Brings what the tests need beside Rust, and prints where it is:
#
#   tests/need.sh python warcio==1.8.1    a Python that has these packages (PyPI), made once beside the build
#   tests/need.sh program NAME PACKAGE…   a program on the path, from Debian's packages where it is missing
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$here/target}
kind=$1
shift

fail() {
    echo "$1" >&2
    exit 2
}

python() {
    venv=$target/python/$(echo "$*" | tr -c 'A-Za-z0-9.\n' '-')
    if ! [ -x "$venv/bin/python" ]; then
        # Two tests may begin at once: each makes its own, and the first one that is ready stays.
        draft=$venv.$$
        mkdir -p "$target/python"
        if ! { python3 -m venv "$draft" && "$draft/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; } >"$venv.log" 2>&1; then
            rm -rf "$draft"
            fail "$* is not to be had: $(tail -n 1 "$venv.log")"
        fi
        # What pip installed is called by where it was made.
        find "$draft/bin" -type f -exec sed -i "1s|^#!$draft/|#!$venv/|" {} +
        mv -T "$draft" "$venv" 2>/dev/null || rm -rf "$draft"
    fi
    echo "$venv/bin/python"
}

program() {
    name=$1
    shift
    if ! command -v "$name" >/dev/null; then
        mkdir -p "$target"
        log=$target/apt-get.log
        # Two tests may begin at once: the second one finds what the first one installed.
        (
            flock 9
            command -v "$name" >/dev/null && exit 0
            [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 1
            export DEBIAN_FRONTEND=noninteractive
            { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1
        ) 9>"$target/apt-get.lock" || fail "$name is missing and can't be installed here: apt-get install $*"
    fi
    command -v "$name"
}

case $kind in
python) python "$@" ;;
program) program "$@" ;;
*) fail "tests/need.sh python PACKAGE==VERSION… | program NAME PACKAGE…" ;;
esac
