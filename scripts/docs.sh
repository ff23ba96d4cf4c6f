#!/usr/bin/env bash
# Builds the documentation of the library's modules with the toolchain's own DocC, into .build/docs.
# A link to a symbol or a page that does not exist is an error, as is every warning.
source "$(dirname "$0")/common.sh"

need_swift
docc="$(dirname "$(command -v swiftc)")/docc"
[ -x "$docc" ] || fail "there is no docc beside swiftc: install a Swift toolchain from swift.org"

readonly symbols=.build/docs-symbols out=.build/docs
rm -rf "$symbols" "$out"
mkdir -p "$symbols/SimpaticoTree" "$symbols/SimpaticoClient" "$out"

# The module imports nothing, so the compiler alone can say what is public in it, in seconds.
tree_symbols() {
  local sources=()
  mapfile -t sources < <(find Sources/SimpaticoTree -name '*.swift' | sort)
  swiftc -swift-version 6 -parse-as-library -package-name simpatico -module-name SimpaticoTree \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
    -enable-upcoming-feature MemberImportVisibility -warnings-as-errors \
    -emit-module -emit-module-path "$symbols/SimpaticoTree.swiftmodule" \
    -emit-symbol-graph -emit-symbol-graph-dir "$symbols/SimpaticoTree" "${sources[@]}"
}

# The client imports SwiftNIO and all that is below it, so the package manager builds it, and says
# what is public in every module of ours. The client's is taken. The command fails for modules that
# are made up for tests and were not built, so what counts is whether the client's is there.
client_symbols() {
  local all
  all="$(dirname "$(swift build --show-bin-path)")/symbolgraph"
  rm -rf "$all"
  swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >&2 ||
    [ -s "$all/SimpaticoClient.symbols.json" ] || fail "the client has no symbols"
  cp "$all/SimpaticoClient.symbols.json" "$symbols/SimpaticoClient/"
}

# document MODULE PLACE: makes the pages of a module from its symbols.
document() {
  [ -s "$symbols/$1/$1.symbols.json" ] || fail "there are no symbols of $1"
  "$docc" convert "Sources/$1/$1.docc" --additional-symbol-graph-dir "$symbols/$1" \
    --fallback-display-name "$1" --fallback-bundle-identifier "simpatico.$1" \
    --warnings-as-errors --hosting-base-path "$2" --output-path "$out/$2"
}

tree_symbols
client_symbols
document SimpaticoTree tree
document SimpaticoClient client
say "built $out; to read it: python3 -m http.server --bind 127.0.0.1 --directory $out 8090"
say "then open http://127.0.0.1:8090/tree/documentation/simpaticotree"
say "or http://127.0.0.1:8090/client/documentation/simpaticoclient"
