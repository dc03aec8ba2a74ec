#!/usr/bin/env bash
# sanitize.sh address|thread [MODULE…]: the unit and contract suites under AddressSanitizer with LeakSanitizer, or under
# ThreadSanitizer. Builds into a folder of its own, .build-address or .build-thread. Fails when there is a report; the
# reports lie in that folder's `reports`. What is known to be no fault of ours stands, with its reason, in
# scripts/sanitize-leaks.txt and scripts/sanitize-races.txt.
# Tests that fail without a report are told and do not count: some measure time, which a sanitizer takes.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
kind=${1:-}
case $kind in address | thread) shift ;; *) echo "usage: $0 address|thread [MODULE…]" >&2; exit 2 ;; esac
modules=("$@")
if [ $# -eq 0 ]; then modules=(Domain Text Secrets UseCases Mail SMTP Courier HTTP Contract Server); fi

scratch=.build-$kind
reports=$PWD/$scratch/reports
swift build --build-tests --sanitize="$kind" --scratch-path "$scratch" || exit
rm -rf "$reports"
mkdir -p "$reports"

symbolizer=$(dirname "$(readlink -f "$(command -v swift)")")/llvm-symbolizer
common="log_path=$reports/report:external_symbolizer_path=$symbolizer"
export ASAN_OPTIONS="$common:detect_leaks=1:detect_stack_use_after_return=1"
export LSAN_OPTIONS="suppressions=$PWD/scripts/sanitize-leaks.txt:print_suppressions=0"
export TSAN_OPTIONS="$common:suppressions=$PWD/scripts/sanitize-races.txt:second_deadlock_stack=1:exitcode=0"

preload=
if [ "$kind" = thread ]; then
    preload=$PWD/$scratch/mutex.so
    clang -O1 -shared -fPIC -o "$preload" scripts/sanitize-mutex.c || exit 1
fi

USHER_TEST_FOLDER=${USHER_TEST_FOLDER:-$PWD/$scratch/work}
export USHER_TEST_FOLDER
USHER_TEST_POSTGRES=$(env -u ASAN_OPTIONS -u TSAN_OPTIONS Tests/postgres.sh start) || exit 1
export USHER_TEST_POSTGRES
trap 'Tests/postgres.sh stop >&2' EXIT

for module in "${modules[@]}"; do
    log=$reports/$module.log
    # Each program starts with it, and only those with the sanitizer in them do more than before.
    LD_PRELOAD=$preload timeout --kill-after=30 20m \
        swift test --skip-build --sanitize="$kind" --scratch-path "$scratch" --filter "^Usher${module}Tests\." >"$log" 2>&1
    status=$?
    found=$(find "$reports" -name 'report.*' | wc -l)
    echo "$module: exit $status, $(grep -E 'Test run with [1-9]' "$log" | tail -1 | sed 's/^[^T]*//'); reports so far: $found"
    grep -E '^.{0,4}Test .* failed after' "$log" | head -20
done

if [ "$(find "$reports" -name 'report.*' | wc -l)" -gt 0 ]; then
    grep -hE '^(SUMMARY|WARNING: ThreadSanitizer|==[0-9]+==ERROR)' "$reports"/report.* | sort | uniq -c | sort -rn >&2
    echo "Reports in $scratch/reports" >&2
    exit 1
fi
echo "No report."
