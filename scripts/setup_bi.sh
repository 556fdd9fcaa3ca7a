#!/usr/bin/env bash
# Make Superset's own virtual environment, .venv-bi, from its hashed lock. Called by make
# when the lock has changed; uv is the one in .venv.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=.venv-bi
# Superset 6.1 wants pandas below 2.2, of which there is none for Python 3.13
readonly versions='>=3.11,<3.13'
readonly check='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))'

fits() {
    "$1" -c "$check" 2>/dev/null
}

if ! fits "$venv/bin/python"; then
    python=$versions # uv looks for one, and fetches one where there is none
    if [ -n "${PYTHON:-}" ] && fits "$PYTHON"; then
        python=$PYTHON
    fi
    rm -rf "$venv"
    .venv/bin/uv venv -q --python "$python" "$venv" || {
        echo "make: Superset needs Python 3.11 or 3.12; none was found, nor could uv" \
            "fetch one. Install one (on Debian and Ubuntu: the package python3.12 or" \
            "python3.11), or name one: make bi PYTHON=/path/to/python3.12" >&2
        exit 1
    }
    echo "bi: virtual environment from $("$venv/bin/python" --version)"
fi

echo "bi: packages of bi/requirements.lock (640 MB)"
.venv/bin/uv pip install -q --python "$venv/bin/python" --compile-bytecode \
    --require-hashes -r bi/requirements.lock
"$venv/bin/python" bi/translate.py
