#!/usr/bin/env bash
# Serves a throw-away instance with demo data. usage: demo.sh BINARY
set -euo pipefail
binary=$(realpath "$1")
data=$(mktemp -d)
export PARCELWIRE_DATA_DIR=$data PARCELWIRE_LISTEN=${PARCELWIRE_LISTEN:-127.0.0.1:3000}
export PARCELWIRE_ADMIN_USER=${PARCELWIRE_ADMIN_USER:-demo} PARCELWIRE_ADMIN_PASSWORD=${PARCELWIRE_ADMIN_PASSWORD:-demo-password}
"$binary" serve &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$data"' EXIT
for _ in $(seq 1 100); do curl -sf "http://$PARCELWIRE_LISTEN/readyz" >/dev/null && break; sleep 0.1; done
scripts/demo-data.sh "$binary"
echo "==> http://$PARCELWIRE_LISTEN — sign in as $PARCELWIRE_ADMIN_USER with $PARCELWIRE_ADMIN_PASSWORD. Ctrl-C ends it and throws the data away."
wait "$server"
