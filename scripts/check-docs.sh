#!/usr/bin/env bash
# Builds the documentation of what applications import, with DocC and from the modules that are built already. A warning
# fails it. DOCS=folder keeps what it builds.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source scripts/module-maps.sh
for module in UsherAPI UsherClient; do
    mkdir "$work/$module"
    swift symbolgraph-extract -module-name "$module" -I .build/debug/Modules -target "$(uname -m)-unknown-linux-gnu" \
        -minimum-access-level public -output-dir "$work/$module" "${maps[@]}"
    docc convert --additional-symbol-graph-dir "$work/$module" --fallback-display-name "$module" \
        --fallback-bundle-identifier "$module" --warnings-as-errors \
        --output-path "$work/$module.doccarchive" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    if [ -n "${DOCS:-}" ]; then mkdir -p "$DOCS" && cp -r "$work/$module.doccarchive" "$DOCS/"; fi
done
echo "The documentation of UsherAPI and UsherClient builds without a warning."
