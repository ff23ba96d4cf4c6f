#!/usr/bin/env bash
# Every test there is: the core for the browser, Swift, the page's modules, the independent peer,
# the chat in a real terminal and the page in a real browser. A missing tool is installed, never a
# reason to skip.
source "$(dirname "$0")/common.sh"

need_swift
need_node
need openssl openssl "makes and checks the vectors of the cipher suite"
need_decoder
need_tmux
need_chromium
need_python_packages

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# counted PHRASE COMMAND…: runs a test runner and notes how many tests have passed: the number in
# the PHRASE of its closing line. A runner that ran nothing, or skipped a test, has not passed.
counted() {
  local phrase=$1 passed
  shift
  "$@" 2>&1 | tee "$scratch/log"
  passed=$(grep -oE "$phrase" "$scratch/log" | tail -n 1 | grep -oE '[0-9]+' | head -n 1 || true)
  [ "${passed:-0}" -gt 0 ] || fail "no test ran"
  ! grep -E '^# (skipped|todo|cancelled) [1-9]|[1-9][0-9]* (skipped|xfailed)' "$scratch/log" ||
    fail "a test was skipped"
  printf '%d\n' "$passed" >>"$scratch/passed"
}

build() { swift build --build-tests; }

swift_tests() {
  counted 'Test run with [0-9]+ tests?.* passed' swift test --skip-build --disable-xctest
}

page_modules() {
  local files=()
  mapfile -t files < <(find Tests/Page -name '*.test.mjs' | sort)
  [ "${#files[@]}" -gt 0 ] || fail "there is no *.test.mjs in Tests/Page"
  counted '^# pass [0-9]+' node --test --test-reporter=tap "${files[@]}"
}

# The tests start the program that was just built, and no relay that may be running elsewhere.
outside_tests() {
  SIMPATICO_BIN="$(swift build --show-bin-path)/simpatico"
  ECHO_BIN="$(swift build --show-bin-path)/Echo"
  export SIMPATICO_BIN ECHO_BIN
  unset SIMPATICO_URL SIMPATICO_DEADLINE_MS
  counted '[0-9]+ passed' .venv/bin/python -m pytest -q Tests/Peer Tests/Terminal Tests/Page
}

part "Build" build
# What an earlier build left behind proves nothing, so without a build there is nothing to test.
all_passed || finish_parts
part "Core for the browser is up to date" scripts/wasm.sh check
part "What the page loads together is up to date" scripts/pages.sh check
part "Swift tests" swift_tests
part "Fuzzers, a second each" scripts/fuzz.sh 11
part "Page modules" page_modules
part "Independent peer, the chat in a terminal, and the page in a browser" outside_tests
finish_parts
awk '{ sum += $1 } END { printf "%d passed, 0 failed\n", sum }' "$scratch/passed"
