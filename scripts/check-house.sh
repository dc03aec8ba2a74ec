#!/usr/bin/env bash
# The rules of the house that neither compiler nor formatter knows; docs/decisions says why each of them stands.
# Reports everything it finds, then fails.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
bad=0
complain() { # title, findings
    [ -n "$2" ] || return 0
    printf '%s\n%s\n\n' "$1" "$2" >&2
    bad=1
}
in_sources() { # pattern, path that may have it
    git grep -nE -e "$1" -- 'Sources/*.swift' | grep -vE "${2:-^$}" | grep -vE '^[^:]+:[0-9]+: *//'
}

complain 'Dependencies that docs/modules.txt does not name, or names wrongly:' \
    "$(swift package dump-package | python3 scripts/check-modules.py docs/modules.txt)"

complain 'Longer than 400 lines:' "$(git ls-files 'Sources/*.swift' 'Tests/*.swift' | while read -r file; do
    [ -f "$file" ] || continue
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || echo "$file: $lines"
done)"

complain 'public belongs to UsherAPI and UsherClient, package everywhere else:' \
    "$(in_sources '(^|[^/"[:alnum:]])(public|open) +((final|static|internal\(set\)|nonisolated|indirect) +)*(struct|class|enum|actor|protocol|func|var|let|init|typealias|extension|subscript|import)' \
        '^Sources/Usher(API|Client)/')"

complain 'Ends the process instead of failing:' "$(in_sources 'try!|\bas! |\bfatalError\(')"
complain 'Not checked by the compiler:' "$(in_sources 'nonisolated\(unsafe\)')"
complain 'Clocks and randomness come from Effects:' "$(in_sources '\bDate\(\)|\bUUID\(\)' 'Effects|^Sources/UsherTestKit/')"
complain 'Only commands print:' \
    "$(in_sources '(^|[^.[:alnum:]])print\(' '^Sources/(UsherServer/Commands/|usher/)')"
complain 'Left for later:' "$(git grep -nE '\b(TODO|FIXME|XXX)\b' -- Sources Tests openapi)"
complain '@unchecked Sendable without a comment above that says why:' \
    "$(git grep -nE '@unchecked Sendable' -- 'Sources/*.swift' | while IFS=: read -r file line _; do
        sed -n "$((line - 1))p" "$file" | grep -qE '^ *//' || echo "$file:$line"
    done)"

echo "@unchecked Sendable: $(git grep -hE '@unchecked Sendable' -- 'Sources/*.swift' | grep -c .)" >&2
exit "$bad"
