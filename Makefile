# Parcelwire. `make help` lists the targets.
#
# Tools are pinned and live in the project (.tools/, scripts/site/node_modules/), never system-wide.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help tools run build site test check unit e2e dev demo bench screenshots lighthouse api

CARGO_LEPTOS_VERSION := 0.3.10
CARGO_DENY_VERSION := 0.20.2
# Must be exactly the library's: the library decides.
WASM_BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)

TOOLS := $(CURDIR)/.tools
export PATH := $(TOOLS)/bin:$(PATH)
# npm leaves this behind when it is done.
PACKAGES := scripts/site/node_modules/.package-lock.json

TARGET_DIR := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),$(CURDIR)/target)
BINARY := $(TARGET_DIR)/release/parcelwire
SITE_STAMP := target/site.stamp
SITE_SOURCES := Cargo.toml Cargo.lock .cargo/config.toml $(shell find src style public scripts/site -name node_modules -prune -o -type f -print)
SOURCES := build.rs $(shell find migrations -type f)

help: ## List the targets
	@awk 'BEGIN{FS=":.*## "} /^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build the release and serve it on http://127.0.0.1:3000 with its data in ./data
	@echo "==> Serving. Stop with Ctrl-C."
	@exec $(BINARY) serve

build: $(BINARY) ## Build the release: one binary with the site inside

$(BINARY): $(SITE_STAMP) $(SOURCES)
	@echo "==> Building the server (about 6 minutes the first time on 2 cores, less afterwards)."
	@cargo build --locked --release
	@touch $@

site: $(SITE_STAMP) ## Build what browsers are sent into target/site

$(SITE_STAMP): $(PACKAGES) $(SITE_SOURCES)
	@echo "==> Building the site (about 3 minutes the first time)."
	@node scripts/site/build.mjs
	@touch $@

tools: $(PACKAGES) ## Get what a build needs beside Rust

$(PACKAGES): scripts/site/package-lock.json
	@scripts/tools.sh

test: ## Everything: format, lints, unit, integration, browser, accessibility (the same in CI)
	@scripts/needs.sh
	@$(MAKE) --no-print-directory check site unit e2e
	@echo "==> All passed."

# Lints as it compiles: clippy, without compiling everything a second time for it.
LINTED := CLIPPY_ARGS=--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ RUSTC_WORKSPACE_WRAPPER=clippy-driver

check: ## Format, licences and lints
	@echo "==> Format, licences and lints, compiling what the tests run (about 5 minutes the first time)."
	cargo fmt --all --check
	@scripts/deny.sh $(TOOLS) $(CARGO_DENY_VERSION)
	$(LINTED) cargo build --locked --all-targets
	$(LINTED) cargo build --locked --package parcelwire-bindgen

unit: ## Unit and integration tests
	@echo "==> Unit and integration tests (about 2 minutes)."
	$(LINTED) cargo test --locked

# What browsers get is the release's; the server is the one the tests above ran against. `E2E_BINARY=$(BINARY)` runs another.
E2E_BINARY ?= $(TARGET_DIR)/debug/parcelwire

e2e: $(SITE_STAMP) ## Browser tests and accessibility
	@scripts/needs.sh
	@[ "$(E2E_BINARY)" != "$(TARGET_DIR)/debug/parcelwire" ] || $(LINTED) cargo test --locked --no-run
	@echo "==> Browser tests (about 3 minutes)."
	@cd end2end && npm ci --no-audit --no-fund --loglevel=error && PARCELWIRE_BINARY=$(abspath $(E2E_BINARY)) npm test --silent

dev: $(PACKAGES) ## Rebuild and reload on change, with demo data
	@scripts/leptos.sh $(TOOLS) $(CARGO_LEPTOS_VERSION) $(WASM_BINDGEN_VERSION)
	@PARCELWIRE_DATA_DIR=$${PARCELWIRE_DATA_DIR:-./data-dev} PARCELWIRE_ADMIN_USER=$${PARCELWIRE_ADMIN_USER:-demo} PARCELWIRE_ADMIN_PASSWORD=$${PARCELWIRE_ADMIN_PASSWORD:-demo-password} scripts/dev.sh

demo: build ## Serve a throw-away instance fed by the carrier simulator through the real front door
	@scripts/demo.sh $(BINARY)

bench: build ## Print the performance ratios named in the README, side by side in one run
	@scripts/bench.sh $(BINARY)

screenshots: build ## Take pictures of every page, both themes and widths, into end2end/screenshots
	@cd end2end && npm ci --no-audit --no-fund --loglevel=error && PARCELWIRE_BINARY=$(BINARY) node screenshots.mjs

api: build ## Hold a running server to its own openapi.json (schemathesis, all checks)
	@scripts/api/check.sh $(BINARY) $(TOOLS)

lighthouse: build ## Judge the heaviest pages with ten thousand parcels: at least 95, at most 350 kB
	@cd end2end && npm ci --no-audit --no-fund --loglevel=error && cd lighthouse && npm ci --no-audit --no-fund --loglevel=error && PARCELWIRE_BINARY=$(BINARY) node run.mjs
