# Parcelwire. `make help` lists the targets.
#
# Build tools are pinned and live in .tools/, never system-wide. The first build fetches and compiles them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help tools run build test check unit e2e dev demo bench screenshots lighthouse

CARGO_LEPTOS_VERSION := 0.3.10
BINARYEN_VERSION := 132.0.0
CARGO_DENY_VERSION := 0.20.2
# The wasm-bindgen tool must be exactly the library's version: the library decides.
WASM_BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)

TOOLS := $(CURDIR)/.tools
TOOLS_STAMP := $(TOOLS)/ready-$(CARGO_LEPTOS_VERSION)-$(WASM_BINDGEN_VERSION)-$(BINARYEN_VERSION)
export PATH := $(TOOLS)/bin:$(TOOLS)/node_modules/.bin:$(PATH)

TARGET_DIR := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),$(CURDIR)/target)
BINARY := $(TARGET_DIR)/release/parcelwire
SOURCES := Cargo.toml Cargo.lock build.rs $(shell find src style public migrations -type f 2>/dev/null)

help: ## List the targets
	@awk 'BEGIN{FS=":.*## "} /^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build the release and serve it on http://127.0.0.1:3000 with its data in ./data
	@echo "==> Serving. Stop with Ctrl-C."
	@exec $(BINARY) serve

build: $(BINARY) ## Build the release: one binary with the site inside

$(BINARY): $(TOOLS_STAMP) $(SOURCES)
	@echo "==> Building the release (about 8 minutes the first time on 2 cores, less afterwards)."
	@cargo leptos build --release --precompress
	@touch $(BINARY)

tools: $(TOOLS_STAMP) ## Fetch and build the pinned build tools into .tools/

$(TOOLS_STAMP):
	@scripts/tools.sh $(TOOLS) $(CARGO_LEPTOS_VERSION) $(WASM_BINDGEN_VERSION) $(BINARYEN_VERSION)
	@rm -f $(TOOLS)/ready-* && touch $@

test: ## Everything: format, lints, unit, integration, browser, accessibility (the same in CI)
	@scripts/needs.sh
	@$(MAKE) --no-print-directory check unit build e2e
	@echo "==> All passed."

check: $(TOOLS_STAMP) ## Format, licences and lints, for the server and for the browser
	@echo "==> Format and lints (about 4 minutes the first time)."
	cargo fmt --check
	@scripts/deny.sh $(TOOLS) $(CARGO_DENY_VERSION)
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --lib --target wasm32-unknown-unknown --no-default-features --features hydrate -- -D warnings

unit: ## Unit and integration tests
	@echo "==> Unit and integration tests (about 6 minutes the first time)."
	cargo test --locked

e2e: build ## Browser tests and accessibility, against the release binary
	@scripts/needs.sh
	@echo "==> Browser tests (about 4 minutes)."
	@cd end2end && npm ci --no-audit --no-fund --loglevel=error && PARCELWIRE_BINARY=$(BINARY) npm test --silent

dev: $(TOOLS_STAMP) ## Rebuild and reload on change, with demo data
	@PARCELWIRE_DATA_DIR=$${PARCELWIRE_DATA_DIR:-./data-dev} PARCELWIRE_ADMIN_USER=$${PARCELWIRE_ADMIN_USER:-demo} PARCELWIRE_ADMIN_PASSWORD=$${PARCELWIRE_ADMIN_PASSWORD:-demo-password} scripts/dev.sh

demo: build ## Serve a throw-away instance fed by the carrier simulator through the real front door
	@scripts/demo.sh $(BINARY)

bench: build ## Print the performance ratios named in the README, side by side in one run
	@scripts/bench.sh $(BINARY)

screenshots: build ## Take pictures of every page, both themes and widths, into end2end/screenshots
	@cd end2end && npm ci --no-audit --no-fund --loglevel=error && PARCELWIRE_BINARY=$(BINARY) node screenshots.mjs

lighthouse: build ## Judge the heaviest pages with ten thousand parcels: at least 95, at most 350 kB
	@cd end2end && npm ci --no-audit --no-fund --loglevel=error && cd lighthouse && npm ci --no-audit --no-fund --loglevel=error && PARCELWIRE_BINARY=$(BINARY) node run.mjs
