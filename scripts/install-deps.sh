#!/usr/bin/env bash
# install-deps.sh run|test|peers: the Debian packages that are missing, and the Python ones: for tests in .venv, for
# the peers of the benchmarks in .venv-peers.
# Silent and offline when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

run_packages=(libpq-dev libcurl4-openssl-dev libsodium-dev libidn2-dev libc-ares-dev libsqlite3-dev pkg-config)
test_packages=(
    postgresql postfix chromium wrk strace openssl haproxy slowhttptest valgrind e2fsprogs
    python3 python3-venv fonts-dejavu-core fonts-noto-core)

case ${1:-} in
    run) packages=("${run_packages[@]}") ;;
    test | peers) packages=("${run_packages[@]}" "${test_packages[@]}") ;;
    *) echo "usage: $0 run|test|peers" >&2; exit 2 ;;
esac

if ! command -v swift >/dev/null; then
    echo "Swift $(cat .swift-version) is needed and not on the PATH: https://www.swift.org/install/linux/" >&2
    exit 1
fi

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
if command -v dpkg-query >/dev/null; then
    for package in "${packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    # The generator of API clients runs on any Java from 11 on.
    if [ "$1" = test ] && ! command -v java >/dev/null; then missing+=(default-jre-headless); fi
fi

if [ ${#missing[@]} -gt 0 ]; then
    echo "Installing: ${missing[*]}" >&2
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "Ask an administrator for: apt-get install ${missing[*]}" >&2; exit 1; }
        as_root=(sudo)
    fi
    # The daemons are not wanted, only the programs: tests start their own, with their own data. A policy that stands
    # already is the machine's own and stays.
    policy=/usr/sbin/policy-rc.d
    made_policy=
    if [ "$1" != run ] && [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
        made_policy=yes
    fi
    remove_policy() { if [ -n "$made_policy" ]; then "${as_root[@]}" rm -f "$policy"; fi; }
    trap remove_policy EXIT
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

make_venv() { # folder, requirements
    cmp -s "$2" "$1/requirements.txt" && return 0
    echo "Making $1" >&2
    rm -rf "$1"
    python3 -m venv "$1"
    "$1/bin/pip" install -q --disable-pip-version-check -r "$2" >&2
    cp "$2" "$1/requirements.txt"
}

case $1 in
    test) make_venv .venv Tests/requirements.txt ;;
    peers) make_venv .venv-peers Benchmarks/peers/requirements.txt ;;
esac
