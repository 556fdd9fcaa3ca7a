#!/usr/bin/env bash
# Make Superset's own virtual environment, .venv-bi, from its hashed lock. Called by make
# when the lock has changed; uv is the one in .venv.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=.venv-bi
# Superset 6.1 runs on pandas 2.1, of which there is none for Python 3.13
readonly check='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))'

find_python() {
    local candidate
    for candidate in ${PYTHON:-} .venv/bin/python python3.12 python3.11 python3 python; do
        if command -v "$candidate" >/dev/null && "$candidate" -c "$check" 2>/dev/null; then
            "$candidate" -c 'import sys; print(sys._base_executable)'
            return
        fi
    done
    echo "make: Superset needs Python 3.11 or 3.12 and none was found" \
        "(name one: make bi PYTHON=/path/to/python3.12)" >&2
    return 1
}

if ! "$venv/bin/python" -c "$check" 2>/dev/null; then
    python=$(find_python)
    echo "bi: virtual environment from $("$python" --version)"
    rm -rf "$venv"
    .venv/bin/uv venv -q --python "$python" "$venv"
fi

echo "bi: packages of bi/requirements.lock (640 MB)"
.venv/bin/uv pip install -q --python "$venv/bin/python" --compile-bytecode \
    --require-hashes -r bi/requirements.lock
"$venv/bin/python" bi/translate.py
