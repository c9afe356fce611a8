#!/usr/bin/env bash
# Fills a running instance with a believable set of parcels of all five carriers, through its front door.
# usage: demo-data.sh BINARY (with the PARCELWIRE_* settings of that instance)
set -euo pipefail
binary=$1
secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
for carrier in bex boxnow trackingmore pos-malaysia fast; do
  case $carrier in
    fast) id=$("$binary" endpoint add "$carrier" --label "Demo account" --json | sed -n 's/^  "id": "\(.*\)",$/\1/p') ;;
    *) id=$(secret | "$binary" endpoint add "$carrier" --label "Demo account" --secret-stdin --json | sed -n 's/^  "id": "\(.*\)",$/\1/p') ;;
  esac
  "$binary" simulate "$id" --all-journeys
  "$binary" simulate "$id" --signing wrong >/dev/null 2>&1 || true
done
