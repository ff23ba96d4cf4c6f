#!/usr/bin/env bash
# The core for the browser, a file for each page, and each as Brotli beside it: `scripts/wasm.sh
# build` replaces the committed files, `scripts/wasm.sh check` fails where one is not what the
# sources build to.
source "$(dirname "$0")/common.sh"

# Another compiler writes other bytes, so the committed files belong to one version of it.
readonly compiler=6.3.1
readonly triple=wasm32-unknown-none-wasm
# A scratch folder of its own: the native build keeps its `release` link and its lock.
readonly scratch=.build/wasm
readonly pages=(Lab Chat)

committed() { echo "Sources/SimpaticoWeb/Public/${1,,}/simpatico.wasm"; }

built() { echo "$scratch/$triple/release/Simpatico$1Wasm.wasm"; }

# The second product finds the modules that both share built already.
build() {
  need_swift
  need_node
  say "building the core for the browser"
  local page
  # A changed flag in the toolset makes no build step stale.
  [ ! "$(built "${pages[0]}")" -ot wasm/toolset.json ] || rm -rf "${scratch:?}/$triple"
  for page in "${pages[@]}"; do wasm_build "Simpatico${page}Wasm"; done
}

# Names the sizes of a file, as it is and as a server would send it.
sizes() {
  printf '%s: %d bytes, %d gzipped\n' "$1" "$(wc -c <"$1")" "$(gzip -9 -n -c "$1" | wc -c)"
}

# Says which compiler is at work where it is not the one that built the committed files.
explain_compiler() {
  local here
  here=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9.]+' | grep -oE '[0-9.]+' || true)
  [ "$here" = "$compiler" ] ||
    say "This is Swift $here; the committed files were built with Swift $compiler."
}

case "${1:-}" in
build)
  build
  for page in "${pages[@]}"; do
    install -m 644 "$(built "$page")" "$(committed "$page")"
    node scripts/brotli.mjs write "$(committed "$page")"
    sizes "$(committed "$page")"
  done
  explain_compiler
  ;;
check)
  for page in "${pages[@]}"; do
    [ -f "$(committed "$page")" ] ||
      fail "$(committed "$page") is missing: run \`make wasm\` and commit the files"
  done
  build
  for page in "${pages[@]}"; do
    if ! cmp "$(built "$page")" "$(committed "$page")"; then
      explain_compiler
      fail "$(committed "$page") is not what the sources build to: run \`make wasm\` and commit it"
    fi
    node scripts/brotli.mjs check "$(committed "$page")"
    sizes "$(committed "$page")"
  done
  ;;
*) fail "usage: scripts/wasm.sh build|check" ;;
esac
