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

# Databases of the unit tests lie in memory where there is room for all of them: a flush costs milliseconds on a disk.
units=${TMPDIR:-/tmp}
[[ $(df --output=avail -k /dev/shm 2>/dev/null | tail -1) -gt 4000000 && -w /dev/shm ]] && units=/dev/shm

# So many at a time: a thousand at once would starve those that wait for something, and take all files and memory.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=16

# python_tests NAME FIRST-PORT PATH…: the part of the tests that is called so; its ports begin there.
python_tests() {
    USHER_TEST_FIRST_PORT=$2 timeout --kill-after=30 90m .venv/bin/python -m pytest -c Tests/pytest.ini \
        --junitxml="$results/$1.xml" --durations=20 "${@:3}"
}

outcomes=()
if [[ -n $filter && $filter != Tests/* ]]; then
    TMPDIR=$units timeout --kill-after=30 40m \
        swift test --skip-build --xunit-output "$results/swift.xml" --filter "$filter"
    outcomes+=("swift=$?")
elif [[ -z $filter ]]; then
    # One module after another: tests that wait for a process must not starve those that measure.
    for module in Domain Text CSV Secrets UseCases Contract Mail SMTP Courier HTTP Server; do
        TMPDIR=$units timeout --kill-after=30 40m \
            swift test --skip-build --xunit-output "$results/$module.xml" --filter "^Usher${module}Tests\."
        outcomes+=("$module=$?")
    done
fi
if [[ $filter == Tests/* ]]; then
    python_tests pytest 15000 "$filter"
    outcomes+=("pytest=$?")
elif [[ -z $filter ]]; then
    # By itself: what it holds Usher to are seconds.
    python_tests postgres 24000 Tests/faults/test_postgres.py
    outcomes+=("postgres=$?")
    # Beside each other: much of what they take is waiting, for time-outs, leases and restarts.
    python_tests faults 24000 Tests/faults --ignore=Tests/faults/test_postgres.py >"$results/faults.log" 2>&1 &
    faults=$!
    python_tests e2e 15000 Tests/openapi Tests/browser Tests/e2e
    outcomes+=("e2e=$?")
    wait "$faults"
    outcomes+=("faults=$?")
    cat "$results/faults.log"
fi
finish "${outcomes[@]}"
