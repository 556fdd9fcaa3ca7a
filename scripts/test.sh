#!/usr/bin/env bash
# Runs all tests as two halves side by side, one a core; each has servers of its own.
# The second half's output waits in a file, so that the two do not mix.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
slow=(tests/acceptance)
output=$(mktemp)
trap 'rm -f "$output"' EXIT

"$python" -m pytest "${slow[@]}" >"$output" 2>&1 &
half=$!
"$python" -m pytest "${slow[@]/#/--ignore=}"
status=$?
wait "$half" || status=1
cat "$output"
exit "$status"
