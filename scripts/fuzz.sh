#!/usr/bin/env bash
# fuzz.sh [SECONDS [TARGET…]]: builds Fuzz/ and lets libFuzzer try each target for so long (600 seconds), with
# AddressSanitizer and LeakSanitizer; one line a target. Fails when an input broke a promise, crashed, leaked, hung or
# took too much memory; the inputs lie in Fuzz/.build/found/TARGET, and
#   USHER_FUZZ_TARGET=TARGET Fuzz/.build/release/UsherFuzz FILE
# runs one again. Seeds come from Fuzz/Corpus/TARGET, words from Fuzz/Corpus/TARGET.dict. What is learned stays in
# Fuzz/.build/learned/TARGET and is where the next run begins.
set -uo pipefail
cd "$(dirname "$0")/../Fuzz" || exit 1
seconds=${1:-600}
shift $(($# > 0))

export USHER_INSIDE=fuzz
swift build -c release --sanitize=address --sanitize=fuzzer >.build-log 2>&1 || { tail -40 .build-log >&2; exit 1; }
rm -f .build-log
fuzzer=$PWD/.build/release/UsherFuzz
symbolizer=$(dirname "$(readlink -f "$(command -v swift)")")/llvm-symbolizer
export ASAN_OPTIONS=external_symbolizer_path=$symbolizer:detect_leaks=1
# Hashes that differ from run to run would look like new coverage.
export SWIFT_DETERMINISTIC_HASHING=1
# A broken promise needs no backtrace, and the one that Swift makes of itself disturbs the sanitizer.
export SWIFT_BACKTRACE=enable=no
targets=("$@")
if [ $# -eq 0 ]; then mapfile -t targets < <("$fuzzer" 2>/dev/null); fi

bad=0
printf '%-10s %12s %10s %8s %8s %8s %6s\n' target executions exec/s edges features corpus found
for target in "${targets[@]}"; do
    found=.build/found/$target learned=.build/learned/$target log=.build/$target.log
    mkdir -p "$found" "$learned"
    # For libFuzzer 0 seconds are without end, and 0 runs are those of the seeds.
    if [ "$seconds" -eq 0 ]; then options=(-runs=0); else options=(-max_total_time="$seconds"); fi
    options+=(-timeout=10 -rss_limit_mb=4096 -print_final_stats=1 -max_len=4096)
    options+=(-artifact_prefix="$found/")
    if [ -f "Corpus/$target.dict" ]; then options+=(-dict="Corpus/$target.dict"); fi
    before=$(find "$found" -type f | wc -l)
    USHER_FUZZ_TARGET=$target "$fuzzer" "${options[@]}" "$learned" "Corpus/$target" >"$log" 2>&1
    status=$?
    count=$(($(find "$found" -type f | wc -l) - before))
    last=$(grep -aE '^#[0-9]+.* cov: ' "$log" | tail -1)
    number() { sed -nE "s/.* $1:? ([0-9]+).*/\1/p" <<<"$last"; }
    stat() { sed -nE "s/^stat::$1: +([0-9]+)/\1/p" "$log"; }
    printf '%-10s %12s %10s %8s %8s %8s %6s\n' "$target" "$(stat number_of_executed_units)" \
        "$(stat average_exec_per_sec)" "$(number cov)" "$(number ft)" "$(number corp)" "$count"
    if [ $status -ne 0 ]; then
        bad=1
        grep -aE 'BROKEN PROMISE|Fatal error|SUMMARY|Test unit written' "$log" | cut -c1-300 >&2
    fi
done
exit $bad
