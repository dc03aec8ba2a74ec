# shellcheck shell=bash
# Sourced: `maps` are the options with which a Swift tool finds the C modules behind .build/debug/Modules.
maps=()
while read -r map; do maps+=(-Xcc "-fmodule-map-file=$map"); done < <(
    find .build/debug/ -name module.modulemap -path '*/C*.build/*' ! -path '*-tool.build/*'
    find Sources -maxdepth 2 -name module.modulemap)
while read -r folder; do maps+=(-Xcc -I -Xcc "$folder"); done < <(
    find .build/checkouts -type d -name include -path '*/Sources/*')
