#!/usr/bin/env bash
# The core for the browser: `scripts/wasm.sh build` replaces the committed file,
# `scripts/wasm.sh check` fails where the committed file is not what the sources build to.
source "$(dirname "$0")/common.sh"

# Another compiler writes other bytes, so the committed file belongs to one version of it.
readonly compiler=6.3.1
readonly triple=wasm32-unknown-none-wasm
readonly committed=Sources/SimpaticoWeb/Public/lab/simpatico.wasm
# A scratch folder of its own: the native build keeps its `release` link and its lock.
readonly scratch=.build/wasm
readonly built=$scratch/$triple/release/SimpaticoWasm.wasm

build() {
  need_swift
  say "building the core for the browser"
  # A changed flag in the toolset makes no build step stale.
  [ ! "$built" -ot wasm/toolset.json ] || rm -rf "${scratch:?}/$triple"
  swift build -c release --triple "$triple" --toolset wasm/toolset.json \
    --scratch-path "$scratch" --product SimpaticoWasm
}

# Names the sizes of a file, as it is and as a server would send it.
sizes() {
  printf '%s: %d bytes, %d gzipped\n' "$1" "$(wc -c <"$1")" "$(gzip -9 -n -c "$1" | wc -c)"
}

# Says which compiler is at work where it is not the one that built the committed file.
explain_compiler() {
  local here
  here=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9.]+' | grep -oE '[0-9.]+' || true)
  [ "$here" = "$compiler" ] ||
    say "This is Swift $here; the committed file was built with Swift $compiler."
}

case "${1:-}" in
build)
  build
  mkdir -p "$(dirname "$committed")"
  cp "$built" "$committed"
  chmod 644 "$committed"
  explain_compiler
  sizes "$committed"
  ;;
check)
  [ -f "$committed" ] || fail "$committed is missing: run \`make wasm\` and commit the file"
  build
  if ! cmp "$built" "$committed"; then
    explain_compiler
    fail "$committed is not what the sources build to: run \`make wasm\` and commit the file"
  fi
  sizes "$committed"
  ;;
*) fail "usage: scripts/wasm.sh build|check" ;;
esac
