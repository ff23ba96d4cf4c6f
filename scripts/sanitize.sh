#!/usr/bin/env bash
# Runs the Swift tests under the sanitizers: scripts/sanitize.sh [ARGUMENT…], each passed on to
# `swift test`, for example --filter SimpaticoTreeTests.
#
# Swift on Linux has no sanitizer for undefined behaviour: the compiler's own checks, which tests
# keep on, take its place. What has one is our C, which only the browser build has; so that runs
# the benchmarks' work with every doubtful operation made a trap.
source "$(dirname "$0")/common.sh"

need_swift
need_node
need_decoder

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# tests SANITIZER ARGUMENT…: builds and runs them in a folder of their own.
tests() {
  local sanitizer=$1 passed
  local flags=(--sanitize "$sanitizer" --scratch-path ".build/sanitize-$sanitizer")
  shift
  # The linker names each symbol of the sanitizer that it keeps to itself.
  swift build --build-tests "${flags[@]}" 2>&1 | grep -v 'Cannot export local symbol'
  # The runtime's own report of a crash waits for a debugger that is not there.
  SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=1 \
    LSAN_OPTIONS=suppressions=$PWD/scripts/leaks.txt:print_suppressions=0 \
    TSAN_OPTIONS=suppressions=$PWD/scripts/races.txt \
    swift test --skip-build --disable-xctest "${flags[@]}" "$@" 2>&1 | tee "$scratch/log"
  passed=$(grep -oE 'Test run with [0-9]+ tests?.* passed' "$scratch/log" | grep -oE '[0-9]+' |
    head -n 1 || true)
  [ "${passed:-0}" -gt 0 ] || fail "no test ran"
  ! grep -E '(ERROR|WARNING): [A-Za-z]+Sanitizer' "$scratch/log" || fail "the sanitizer complained"
}

c_for_the_browser() {
  local program=.build/sanitize-undefined/wasm32-unknown-none-wasm/release/SimpaticoBenchmarks.wasm
  swift build -c release --triple wasm32-unknown-none-wasm --toolset wasm/toolset.json \
    --scratch-path .build/sanitize-undefined --product SimpaticoBenchmarks \
    -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined
  node Benchmarks/wasm.mjs "$program" "$program"
}

part "Addresses and leaks" tests address "$@"
part "Threads" tests thread "$@"
part "Undefined behaviour in C" c_for_the_browser
finish_parts
printf 'no sanitizer found anything\n'
