#!/usr/bin/env bash
# Builds everything in debug mode, tests too, and fails on an import that a target's dependencies do not name.
# With --no-warnings a warning in our own code fails as well. The compiler speaks of a file only when it compiles it,
# so a file with a warning is touched: it speaks up again next time.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
mkdir -p .build
log=.build/build-tests.log

swift build --build-tests --explicit-target-dependency-import-check error 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
[ "$status" -eq 0 ] || exit "$status"

here=$(pwd -P)
own=$(grep -E "^($here/)?(Sources|Tests|Package\.swift)[^:]*:[0-9]+:[0-9]+: warning:" "$log" | sort -u)
manifest=$(grep -iE "^warning: '$(basename "$here")'" "$log" | sort -u)
if [ -n "$own" ]; then printf '%s\n' "$own" | cut -d: -f1 | sort -u | xargs -r -d '\n' touch; fi
if [ "${1:-}" = --no-warnings ] && [ -n "$own$manifest" ]; then
    printf '\nOur own code must build without warnings:\n%s\n' "$own${manifest:+
$manifest}" >&2
    exit 1
fi
