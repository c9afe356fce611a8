//! Generated histories of real payloads: whatever the order of arrival, the repetitions and the replays, the state is the
//! same; and a database that is derived again ends where it was, ids included.

use super::*;

/// A small generator: the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("a side")
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    /// A moment of the first June week of 2026, as `YYYY-MM-DD HH:MM:00`; often the same one.
    fn moment(&mut self) -> String {
        format!("2026-06-{:02} {:02}:{:02}:00", 1 + self.roll(6), 6 + self.roll(14), 20 * self.roll(3))
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.roll(last + 1));
        }
    }
}

/// One delivery: when it is received, and its body.
#[derive(Clone)]
struct Post {
    at: Timestamp,
    body: Value,
}

fn bex_post(dice: &mut Dice, number: &str, key: &str) -> Value {
    let at = dice.moment();
    let (day, clock) = at.split_at(10);
    let one = match dice.roll(10) {
        0 => json!({"Action": "pod", "WaybillNumber": number, "PODDate": day, "PODTime": clock.trim(), "Signee": "J",
                    "PODPieces": dice.pick(&[1, 1, 2, 3])}),
        1 => json!({"Action": "attempted_delivery", "WaybillNumber": number, "AttemptedDate": day,
                    "AttemptedTime": clock.trim(), "NonDeliveryReason": dice.pick(&["Nobody home", "Refused", "Closed"]),
                    "DriverComment": ""}),
        2 => {
            let barcodes = dice.pick(&[&["P1", "P2"][..], &["P1", "P2", "P3"], &["P1", "P3"]]);
            let pieces: Vec<Value> = barcodes.iter().map(|code| json!({"ParcelBarcodeNumber": code})).collect();
            json!({"Action": "waybill_update", "WaybillNumber": number, "Parcels": pieces})
        }
        3 => json!({"Action": "waybill_note", "PostedBy": "J", "NoteDate": at,
                    "NoteText": dice.pick(&["ring twice", "about W-1001 and W2002", "W2002 goes with W1001"])}),
        _ => bex_scan(number, dice.pick(&[13, 1, 4, 5, 7, 9, 42]), &at, dice.pick(&["x", "x", "P2"])),
    };
    bex(key, json!([one]))
}

fn tracking_post(dice: &mut Dice, number: &str) -> Value {
    let known = [
        ("2026-06-01T08:00:00", "inforeceived", "inforeceived001"),
        ("2026-06-02T08:00:00", "transit", "transit001"),
        ("2026-06-03T08:00:00", "delivered", "delivered001"),
        ("2026-06-04T08:00:00", "undelivered", "undelivered002"),
        ("2026-06-05T08:00:00", "exception", "exception011"),
        ("2026-06-06T08:00:00", "transit", "transit002"),
    ];
    let until = 1 + dice.roll(known.len());
    let list: Vec<Value> = known[..until]
        .iter()
        .filter(|_| dice.roll(4) > 0)
        .map(|(at, status, substatus)| {
            json!({"checkpoint_date": at, "tracking_detail": "scan", "location": "Manila", "country_iso2": "PH",
                   "checkpoint_delivery_status": status, "checkpoint_delivery_substatus": substatus})
        })
        .collect();
    let (_, status, substatus) = known[until - 1];
    let updated = format!("2026-06-07T{:02}:00:00+08:00", dice.roll(20));
    json!({"code": 200, "data": {"tracking_number": number, "courier_code": "phlpost", "update_at": updated,
        "delivery_status": status, "substatus": substatus, "origin_info": {"trackinfo": list}}})
}

fn locker_post(dice: &mut Dice, number: &str, key: &str) -> Value {
    let event = dice.pick(&[
        "new",
        "accepted-to-locker",
        "in-depot",
        "final-destination",
        "delivered",
        "expired",
        "returned",
        "canceled",
        "accepted-for-return",
        "missing",
        "unheard-of",
    ]);
    let at = format!("{}.000Z", dice.moment().replace(' ', "T"));
    json!({"specversion": "1.0", "type": "t", "source": "https://boxnow.gr/w/1", "subject": number, "id": key,
        "time": at, "datacontenttype": "application/json", "datasignature": "",
        "data": {"parcelId": number, "parcelState": dice.pick(&[event, "delivered"]), "event": event, "time": at}})
}

fn check_in(dice: &mut Dice) -> Value {
    let (id, name) =
        dice.pick(&[(17, "Vehicle Arrived At Site\r\n"), (31, "Loaded"), (32, "Out for delivery"), (33, "Unloading")]);
    let at = dice.moment().replace(' ', "T");
    let clock = at[11..].to_owned();
    json!({"CheckInTypeId": id, "CheckInTypeName": name, "CheckInDate": at, "CheckInTime": clock,
        "CheckInBusinessUnitId": 1, "ReceivedBy": dice.pick(&[None, None, Some("J. Doe")]),
        "Remarks": dice.pick(&[None, Some("dock 4")]), "ShipmentReferences": [{"ShipmentId": 1}, {"ShipmentId": 2}]})
}

/// No body twice: of equal messages the first one captured counts, so that their order is no matter of applying.
fn history(dice: &mut Dice, carrier: CarrierId) -> Vec<Post> {
    let start = time("2026-06-07T00:00:00Z");
    let mut posts: Vec<Post> = (0..3 + dice.roll(10))
        .map(|n| {
            let (number, key) = (dice.pick(&["W1001", "W1001", "W2002"]), format!("{n:032x}"));
            let body = match carrier {
                CarrierId::Bex => bex_post(dice, number, &key),
                CarrierId::Trackingmore => tracking_post(dice, number),
                CarrierId::Boxnow => locker_post(dice, number, &key),
                CarrierId::Fast => check_in(dice),
                CarrierId::PosMalaysia => {
                    let code = dice.pick(&[
                        "EM000",
                        "P_SUCCESS",
                        "EM003",
                        "EM013",
                        "LM_FAIL",
                        "LM_SUCCESS",
                        "EM064",
                        "EM065",
                        "O_CAN",
                        "??",
                    ]);
                    pos(number, code, &dice.moment())
                }
            };
            Post { at: start.plus_seconds(i64::try_from(n).expect("small") * 3_601), body }
        })
        .collect();
    let mut known = std::collections::HashSet::new();
    posts.retain(|post| known.insert(post.body.to_string()));
    posts
}

/// All that was derived for an endpoint. `named`: with ids, for comparing within one database.
async fn derived(bed: &Bed, endpoint: Uuid, named: bool) -> Vec<Value> {
    let mut all = Vec::new();
    for number in ["W1001", "W2002", "1", "2"] {
        let mut parcels = bed.parcels(number).await;
        parcels.retain(|parcel| parcel.endpoint == endpoint);
        parcels.sort_by_key(|parcel| (parcel.created_at, parcel.piece_no));
        for parcel in parcels {
            all.extend(bed.events(parcel.id).await.iter().map(|event| without(event, named)));
            all.push(without(&parcel, named));
        }
    }
    all
}

/// Without what names the endpoint, the delivery or the moment of saving.
fn without(of: &impl serde::Serialize, named: bool) -> Value {
    fn strip(value: &mut Value, named: bool) {
        const IDS: [&str; 11] = [
            "id",
            "endpoint",
            "endpoint_label",
            "head_event",
            "event",
            "opened_by",
            "closed_by",
            "deliveries",
            "carrier_id",
            "acts",
            "owner",
        ];
        match value {
            Value::Object(fields) => {
                fields.retain(|key, _| key != "updated_at" && (named || !IDS.contains(&key.as_str())));
                fields.values_mut().for_each(|value| strip(value, named));
            }
            Value::Array(items) => items.iter_mut().for_each(|value| strip(value, named)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(of).expect("it serialises");
    strip(&mut value, named);
    value
}

/// Shows the first line that differs, not hundreds that do not.
fn same(one: &[Value], two: &[Value], what: &str) {
    for (one, two) in one.iter().zip(two) {
        assert!(one == two, "{what}\n{one:#}\n{two:#}");
    }
    assert_eq!(one.len(), two.len(), "{what}");
}

async fn post_all(bed: &Bed, endpoint: Uuid, posts: &[Post], mut dice: Option<&mut Dice>) {
    let mut sent = Vec::new();
    for post in posts {
        bed.clock.set(post.at);
        let captured = bed.post(endpoint, &post.body).await;
        sent.push(captured.delivery());
        let Some(dice) = dice.as_deref_mut() else {
            bed.drain().await;
            continue;
        };
        if dice.roll(3) == 0 {
            bed.post(endpoint, &post.body).await;
        }
        if dice.roll(3) == 0 {
            bed.drain().await;
        }
        if dice.roll(3) == 0 {
            bed.drain().await;
            let again = sent[dice.roll(sent.len())];
            bed.apply.replay(again, false).await.expect("applied again");
        }
    }
    bed.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arrival_repetition_replay_and_rebuild_change_nothing() {
    let carriers = [
        CarrierId::Bex,
        CarrierId::Bex,
        CarrierId::Boxnow,
        CarrierId::Trackingmore,
        CarrierId::Fast,
        CarrierId::PosMalaysia,
    ];
    for seed in 1..=24_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let carrier = carriers[usize::try_from(seed).expect("small") % carriers.len()];
        let bed = Bed::new("2026-06-07T00:00:00Z").await;
        let posts = history(&mut dice, carrier);
        let (one, two) = (bed.endpoint(carrier, json!({})).await, bed.endpoint(carrier, json!({})).await);
        post_all(&bed, one, &posts, None).await;
        let mut shuffled = posts.clone();
        dice.shuffle(&mut shuffled);
        post_all(&bed, two, &shuffled, Some(&mut dice)).await;
        bed.clock.set(time("2026-06-09T00:00:00Z"));
        let (first, second) = (derived(&bed, one, false).await, derived(&bed, two, false).await);
        same(&first, &second, &format!("seed {seed}, {carrier}: the order of arrival mattered"));

        let before = derived(&bed, two, true).await;
        bed.store.write(|tx| Box::pin(async move { tx.forget_derived().await })).await.expect("forgotten");
        bed.drain().await;
        bed.apply.refold_stale().await.expect("folded");
        same(&before, &derived(&bed, two, true).await, &format!("seed {seed}, {carrier}: a rebuild ends elsewhere"));
    }
}
