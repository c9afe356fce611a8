#!/usr/bin/env bash
# Prints the performance ratios, side by side from one run. usage: bench.sh BINARY
set -euo pipefail
cargo bench --locked --quiet --no-default-features --features ssr --bench fold
echo "==> Measuring on loopback for about half a minute."
PARCELWIRE_BINARY=$1 cargo bench --locked --quiet --no-default-features --features ssr --bench front_door
