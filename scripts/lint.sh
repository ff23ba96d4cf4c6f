#!/usr/bin/env bash
# Everything that can be said about the sources without running them.
source "$(dirname "$0")/common.sh"

need_swift
need_node
need python3 python3 "checks the Python sources"
need shellcheck shellcheck "checks the shell scripts"
need tsc node-typescript "checks the types of the chat page"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

swift_layout() {
  swift format lint --strict --parallel --recursive \
    Sources Tests Fuzz Benchmarks Examples Package.swift
}

# Compiles the core as the browser gets it, as far as the compiler's intermediate language: that
# is where it refuses existentials, key paths and metatypes. Each module finds the ones before it.
core_for_the_browser() {
  local module flags=(
    -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -wmo -Onone
    -swift-version 6 -parse-as-library -package-name simpatico -warnings-as-errors
    -enable-upcoming-feature ExistentialAny
    -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility
    -I "$scratch"
  )
  for module in SimpaticoTree SimpaticoProtocol SimpaticoWorld; do
    local sources=()
    mapfile -t sources < <(find "Sources/$module" -name '*.swift' | sort)
    swiftc "${flags[@]}" -module-name "$module" -emit-module \
      -emit-module-path "$scratch/$module.swiftmodule" "${sources[@]}"
    swiftc "${flags[@]}" -module-name "$module" -emit-sil -o /dev/null "${sources[@]}"
  done
}

javascript_syntax() {
  local file status=0
  # Read from standard input, because only there can a `.js` file be declared a module.
  while IFS= read -r file; do
    node --input-type=module --check <"$file" || { printf 'in %s\n' "$file" && status=1; }
  done < <(find Sources Tests Benchmarks scripts \( -name '*.js' -o -name '*.mjs' \) | sort)
  return "$status"
}

# The types that the chat's modules state in their comments.
chat_types() {
  tsc --project Tests/Page/types/page.json
  tsc --project Tests/Page/types/worker.json
}

python_syntax() {
  PYTHONPYCACHEPREFIX="$scratch/python" python3 -m compileall -q Tests
}

shell_scripts() { shellcheck --external-sources --source-path=SCRIPTDIR scripts/*.sh .ci/run; }

part "Swift layout" swift_layout
part "Core for the browser" core_for_the_browser
part "Documentation" scripts/docs.sh
part "JavaScript syntax" javascript_syntax
part "Types of the chat page" chat_types
part "Python syntax" python_syntax
part "Shell scripts" shell_scripts
finish_parts
