# One command each. Every one does the set-up it needs, asks for nothing and says what it installs.
# `make run ARGS="--port 9000"` passes ARGS on; CONFIGURATION=release builds for speed.
CONFIGURATION ?= debug
ARGS ?=
SECONDS ?= 30
export CONFIGURATION

.DEFAULT_GOAL := help
.PHONY: help run test laws storms lint format wasm wasm-check pages pages-check bench bench-check \
	bench-relay docs sanitize fuzz coverage soak

help: ## Lists the commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ## Builds the relay and serves the lab, at the address it prints.
	@exec scripts/run.sh $(ARGS)

test: ## Runs every test: Swift, the page, an independent client, the browser build.
	@scripts/test.sh

laws: ## Tries every law of the core on a hundred thousand cases (SIMPATICO_CASES), optimised.
	@scripts/laws.sh

storms: ## Simulates a thousand chats in which everything breaks (SIMPATICO_STORMS), optimised.
	@scripts/storms.sh

lint: ## Checks the layout, the syntax and the page's types, and the core for the browser.
	@scripts/lint.sh

format: ## Lays out all Swift sources.
	@swift format --in-place --parallel --recursive \
		Sources Tests Fuzz Benchmarks Examples Package.swift

wasm: ## Rebuilds the committed core for the browser.
	@scripts/wasm.sh build

pages: ## Packs anew what the pages load together.
	@scripts/pages.sh build

pages-check: ## Fails where what the pages load together was packed before they changed.
	@scripts/pages.sh check

wasm-check: ## Fails where the committed core for the browser is out of date.
	@scripts/wasm.sh check

bench: ## Measures the core: native, WebAssembly and plain JavaScript in one run.
	@scripts/bench.sh

bench-relay: ## Measures the relay beside Node's ws, NATS and mosquitto in one run (ARGS: runs=5).
	@scripts/bench-relay.sh $(ARGS)

bench-check: ## Counts the core's instructions; fails where an operation needs more than before.
	@scripts/bench-check.sh $(ARGS)

docs: ## Builds the documentation of SimpaticoTree and SimpaticoClient; a broken link fails.
	@scripts/docs.sh

sanitize: ## Runs the Swift tests under the address, thread and undefined-behaviour sanitizers.
	@scripts/sanitize.sh $(ARGS)

fuzz: ## Looks for bytes that break the core, for SECONDS in all.
	@scripts/fuzz.sh $(SECONDS) $(ARGS)

soak: ## Puts a relay under load and faults for some minutes, and prints figures (ARGS: scenarios).
	@scripts/soak.sh $(ARGS)

coverage: ## Lists the core's lines that no test reaches; fails where one is not explained.
	@scripts/coverage.sh $(ARGS)
