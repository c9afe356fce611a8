#!/usr/bin/env bash
# Rebuilds and reloads on change; fills the instance with demo data once it answers.
set -euo pipefail
(
  for _ in $(seq 1 900); do
    curl -sf "http://${PARCELWIRE_LISTEN:-127.0.0.1:3000}/readyz" >/dev/null && break
    sleep 1
  done
  scripts/demo-data.sh "${CARGO_TARGET_DIR:-target}/debug/parcelwire" || true
) &
feeder=$!
trap 'kill "$feeder" 2>/dev/null || true' EXIT
cargo leptos watch
