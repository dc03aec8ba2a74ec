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
if [[ -n $filter && $filter != Tests/* ]]; then
    timeout --kill-after=30 20m swift test --skip-build --xunit-output "$results/swift.xml" --filter "$filter"
    outcomes+=("swift=$?")
elif [[ -z $filter ]]; then
    # One module after another: tests that wait for a process must not starve those that measure.
    for module in Domain Text CSV Secrets UseCases Contract Mail SMTP Courier HTTP Server; do
        timeout --kill-after=30 20m \
            swift test --skip-build --xunit-output "$results/$module.xml" --filter "^Usher${module}Tests\."
        outcomes+=("$module=$?")
    done
fi
if [[ $filter == Tests/* ]]; then
    .venv/bin/python -m pytest -c Tests/pytest.ini --junitxml="$results/pytest.xml" "$filter"
    outcomes+=("pytest=$?")
elif [[ -z $filter ]]; then
    timeout --kill-after=30 60m .venv/bin/python -m pytest -c Tests/pytest.ini --junitxml="$results/pytest.xml" \
        Tests/openapi Tests/browser Tests/e2e Tests/faults
    outcomes+=("pytest=$?")
fi
finish "${outcomes[@]}"
