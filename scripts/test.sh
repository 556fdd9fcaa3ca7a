#!/usr/bin/env bash
# Runs the tests as two halves side by side, one a core; each has servers of its own.
# The second half's output waits in a file, so that the two do not mix. Chaos,
# Superset and what is marked slow have targets of their own.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
half=(tests/acceptance tests/backup tests/dbt_project)
output=$(mktemp)
trap 'rm -f "$output"' EXIT

"$python" -m pytest -m "not slow" "${half[@]}" >"$output" 2>&1 &
other=$!
"$python" -m pytest -m "not slow" "${half[@]/#/--ignore=}" --ignore=tests/chaos \
    --ignore=tests/superset
status=$?
wait "$other" || status=1
cat "$output"
exit "$status"
