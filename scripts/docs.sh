#!/usr/bin/env bash
# Builds the documentation of SimpaticoTree with the toolchain's own DocC, into .build/docs. A link
# to a symbol or a page that does not exist is an error, as is every warning.
source "$(dirname "$0")/common.sh"

need_swift
docc="$(dirname "$(command -v swiftc)")/docc"
[ -x "$docc" ] || fail "there is no docc beside swiftc: install a Swift toolchain from swift.org"

readonly module=SimpaticoTree symbols=.build/docs-symbols out=.build/docs
rm -rf "$symbols" "$out"
mkdir -p "$symbols"

# The module imports nothing, so the compiler alone can say what is public in it, in seconds.
mapfile -t sources < <(find "Sources/$module" -name '*.swift' | sort)
swiftc -swift-version 6 -parse-as-library -package-name simpatico -module-name "$module" \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
  -enable-upcoming-feature MemberImportVisibility -warnings-as-errors \
  -emit-module -emit-module-path "$symbols/$module.swiftmodule" \
  -emit-symbol-graph -emit-symbol-graph-dir "$symbols" "${sources[@]}"
[ -s "$symbols/$module.symbols.json" ] || fail "the compiler has written no symbols of $module"

"$docc" convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$symbols" \
  --fallback-display-name "$module" --fallback-bundle-identifier "simpatico.$module" \
  --warnings-as-errors --output-path "$out"
say "built $out; to read it: python3 -m http.server --bind 127.0.0.1 --directory $out 8090"
say "then open http://127.0.0.1:8090/documentation/${module,,}"
