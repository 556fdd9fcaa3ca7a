#!/usr/bin/env bash
# Make the project's own virtual environment, .venv, from the hashed lock; nothing is
# installed outside the project's folder. Called by make, when a lock has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=.venv
readonly check='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null && "$candidate" -c "$check" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "make: Python 3.11, 3.12 or 3.13 is needed and none was found" \
        "(name one: make PYTHON=/path/to/python3.12 …)" >&2
    return 1
}

quietly() { # run a step; show what it said only when it fails
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

if ! "$venv/bin/python" -c "$check" 2>/dev/null; then
    python=$(find_python)
    echo "setup: virtual environment from $("$python" --version)"
    rm -rf "$venv"
    quietly "$python" -m venv "$venv" || {
        echo "make: $python cannot make a virtual environment" \
            "(on Debian and Ubuntu: install python3-venv)" >&2
        exit 1
    }
fi

if ! "$venv/bin/uv" --version >/dev/null 2>&1; then
    echo "setup: uv, into $venv"
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 ||
        quietly "$venv/bin/python" -m ensurepip
    quietly "$venv/bin/python" -m pip install --require-hashes -r requirements-uv.lock
fi

echo "setup: packages of requirements.lock"
export VIRTUAL_ENV=$PWD/$venv
# Compiled once here: Airflow alone starts four processes side by side, and where Python
# is told to write no bytecode (PYTHONDONTWRITEBYTECODE) each would compile all it reads.
quietly "$venv/bin/uv" pip install --compile-bytecode --require-hashes -r requirements.lock
quietly "$venv/bin/uv" pip install --no-deps --no-build-isolation -e .
"$venv/bin/python" -m compileall -q src dags
# Parsed once here, into dbt's own target/: no warehouse of this clone parses it again.
quietly "$venv/bin/dbt" parse --no-write-json --project-dir dbt_project \
    --profiles-dir dbt_project
echo "setup: done"
