#!/usr/bin/env bash
# Whether the fuzz targets still fit the modules that are built already. `make fuzz` builds everything again under
# sanitizers; that would be too long for a check.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/module-maps.sh
mapfile -t files < <(find Fuzz/Sources -name '*.swift')
features=()
for feature in InternalImportsByDefault MemberImportVisibility ExistentialAny; do
    features+=(-enable-upcoming-feature "$feature")
done
swiftc -typecheck -swift-version 6 -warnings-as-errors -parse-as-library -module-name UsherFuzz \
    -package-name "$(basename "$PWD")" -I .build/debug/Modules "${maps[@]}" \
    "${features[@]}" "${files[@]}"
echo "The ${#files[@]} files of the fuzz targets fit what they try."
