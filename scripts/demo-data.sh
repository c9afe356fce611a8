#!/usr/bin/env bash
# Fills a running instance with a believable day of all five carriers, through its front door: parcels at every stage of
# their journeys, failed attempts, returns, a three-piece waybill, wrong signatures and codes nobody knows.
# usage: demo-data.sh BINARY (with the PARCELWIRE_* settings of that instance)
set -euo pipefail
binary=$1
hours_ago() { date -u -d "-$1 hours" +%Y-%m-%dT%H:%M:%SZ; }
field() { sed -n "s/^  \"$1\": \"\(.*\)\",$/\1/p" | head -1; }
declare -A id url key
for carrier in bex boxnow trackingmore pos-malaysia fast; do
  key[$carrier]=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  case $carrier in
    fast) made=$("$binary" endpoint add "$carrier" --label "Demo account" --json) ;;
    *) made=$("$binary" endpoint add "$carrier" --label "Demo account" --secret-stdin --json <<<"${key[$carrier]}") ;;
  esac
  id[$carrier]=$(field id <<<"$made")
  url[$carrier]=$(field hook_url <<<"$made")
done
echo "==> Parcels at every stage of their journeys."
for carrier in "${!id[@]}"; do
  # The shortest journey is over in half a day, the longest takes five.
  for begun in 3 9 16 21 23 28 40 75 130; do
    "$binary" simulate "${id[$carrier]}" --all-journeys --unmarked --at "$(hours_ago $begun)" >/dev/null
  done
  "$binary" simulate "${id[$carrier]}" --signing wrong --unmarked >/dev/null 2>&1 || true
done

as_bex() {
  mac=$(printf %s "$1" | openssl dgst -sha256 -hmac "${2:-${key[bex]}}" -hex | sed 's/.* //')
  curl -sS -o /dev/null "${url[bex]}" -H 'content-type: application/json' -H "ms-signature: sha256=$mac" --data-binary "$1"
}
envelope() { printf '{"Id":"%s","Attempt":1,"Properties":{},"Notifications":[%s]}' "$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')" "$1"; }
at() { date -u -d "+2 hours -$1 minutes" '+%Y-%m-%d %H:%M:%S'; }
echo "==> A three-piece waybill with one piece signed for, codes nobody knows, a note without a number, wrong signatures."
as_bex "$(envelope '{"Action":"waybill_update","WaybillNumber":"ACP1055352","Service":"ONC","ActualWeight":16,"TotalCharges":126.5,"Parcels":[
  {"ParcelBarcodeNumber":"P1","Dimension1":30,"Dimension2":20,"Dimension3":10,"Weight":2.5},
  {"ParcelBarcodeNumber":"P2","Dimension1":30,"Dimension2":20,"Dimension3":10,"Weight":2.5},
  {"ParcelBarcodeNumber":"P3","Dimension1":60,"Dimension2":40,"Dimension3":40,"Weight":11}]}')"
as_bex "$(envelope "{\"Action\":\"tracking_event\",\"WaybillNumber\":\"ACP1055352\",\"TrackingDate\":\"$(at 300)\",\"TrackingUser\":\"John Doe\",\"TrackingDescription\":\"Loaded onto vehicle for delivery\",\"TrackingReference\":\"740493\",\"TrackingTypeId\":7}")"
as_bex "$(envelope "{\"Action\":\"pod\",\"WaybillNumber\":\"ACP1055352\",\"PODDate\":\"$(at 60 | cut -d' ' -f1)\",\"PODTime\":\"$(at 60 | cut -d' ' -f2)\",\"Signee\":\"Thandi Mokoena\",\"PODPieces\":1}")"
for waybill in ACP1055360 ACP1055361 ACP1055362; do
  as_bex "$(envelope "{\"Action\":\"tracking_event\",\"WaybillNumber\":\"$waybill\",\"TrackingDate\":\"$(at 200)\",\"TrackingUser\":\"Ayanda\",\"TrackingDescription\":\"Awaiting line-haul\",\"TrackingReference\":\"\",\"TrackingTypeId\":42}")"
done
as_bex "$(envelope '{"Action":"waybill_note","NoteDate":"'"$(at 30)"'","PostedBy":"Ayanda","NoteText":"Customer asks for delivery after 17:00"}')"
for attempt in 1 2 3 4; do
  as_bex "$(envelope '{"Action":"waybill_note","NoteText":"wrongly signed, attempt '"$attempt"'"}')" "not-the-secret-of-this-account-000000"
done
curl -sS -o /dev/null "${url[pos-malaysia]}" -H 'content-type: application/json' \
  --data-binary '{"account_no":null,"tracking_number":"EMY700100200MY","event_code":"WAREHOUSE_CROSSDOCK","date_time":"'"$(date -u -d '+8 hours -90 minutes' '+%Y-%m-%d %H:%M:%S')"'"}'
echo "==> Demo data is in."
