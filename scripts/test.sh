#!/usr/bin/env bash
# test.sh [FILTER]: every test, and one last line `N passed, N failed`. A filter that begins with Tests/ is a path for
# pytest, any other a pattern for `swift test --filter`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
filter=${1:-}
results=.build/test-results
rm -rf "$results" .build/test-total
mkdir -p "$results"

finish() {
    scripts/totals.py "$results" "$@" | tee .build/test-total
    exit "${PIPESTATUS[0]}"
}

scripts/build-tests.sh || finish build=$?

postgres=$(Tests/postgres.sh start) || finish postgres=1
trap 'Tests/postgres.sh stop >&2' EXIT
export USHER_TEST_POSTGRES=$postgres
export USHER_BINARY=${USHER_BINARY:-$PWD/.build/debug/usher}

outcomes=()
if [[ $filter != Tests/* ]]; then
    timeout --kill-after=30 20m \
        swift test --skip-build --no-parallel --xunit-output "$results/swift.xml" ${filter:+--filter "$filter"}
    outcomes+=("swift=$?")
fi
if [[ -z $filter || $filter == Tests/* ]]; then
    paths=()
    if [ -n "$filter" ]; then
        paths=("$filter")
    else
        for folder in Tests/e2e Tests/browser Tests/openapi; do [ -d "$folder" ] && paths+=("$folder"); done
    fi
    timeout --kill-after=30 30m \
        .venv/bin/python -m pytest -c Tests/pytest.ini --junitxml="$results/pytest.xml" "${paths[@]}"
    outcomes+=("pytest=$?")
fi
finish "${outcomes[@]}"
