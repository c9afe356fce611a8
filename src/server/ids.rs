//! Ids that survive a rebuild: derived from what a thing is, never from when it was first seen.
//!
//! A derived id is a UUID of version 8 over the first sixteen bytes of SHA-256 of a tagged encoding in which every part
//! carries its length, so that no two different identities share an encoding. Ids of ground truth (deliveries,
//! endpoints, people) are UUIDs of version 7 and come from [`new`].

use crate::tracking::time::Timestamp;
use sha2::{Digest, Sha256};
use uuid::{NoContext, Uuid};

/// A new id of version 7 that sorts by `now`.
pub fn new(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, millis / 1000, nanos))
}

/// The shipment (or the number, where a carrier has no shipments) at an endpoint.
pub fn shipment(endpoint: Uuid, is_test: bool, number_norm: &str) -> Uuid {
    derived("shipment", &[endpoint.as_bytes(), &[u8::from(is_test)], number_norm.as_bytes()])
}

/// The event with this natural key at an endpoint.
pub fn event(endpoint: Uuid, is_test: bool, dedupe_key: &str) -> Uuid {
    derived("event", &[endpoint.as_bytes(), &[u8::from(is_test)], dedupe_key.as_bytes()])
}

/// The parcel in one slot of a shipment; a recycled number starts a new incarnation.
pub fn parcel(shipment: Uuid, piece_no: u32, incarnation: u32) -> Uuid {
    derived("parcel", &[shipment.as_bytes(), &piece_no.to_be_bytes(), &incarnation.to_be_bytes()])
}

/// The first sixteen hex digits of SHA-256: long texts inside natural keys.
pub fn short_hash(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}

/// A natural key: its parts in order, with the separator taken out of them.
pub fn natural_key(parts: &[&str]) -> String {
    parts.iter().map(|part| part.replace('|', "/")).collect::<Vec<_>>().join("|")
}

fn derived(tag: &str, parts: &[&[u8]]) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(b"parcelwire/id/1\0");
    for part in std::iter::once(tag.as_bytes()).chain(parts.iter().copied()) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::new_v8(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_stable_and_tell_everything_apart() {
        let endpoint = Uuid::from_u128(7);
        let one = shipment(endpoint, false, "A1");
        assert_eq!(one, shipment(endpoint, false, "A1"));
        assert_eq!(one.get_version_num(), 8);
        assert_ne!(one, shipment(endpoint, true, "A1"));
        assert_ne!(one, shipment(Uuid::from_u128(8), false, "A1"));
        assert_ne!(one, event(endpoint, false, "A1"));
        assert_ne!(parcel(one, 0, 1), parcel(one, 1, 0));
    }

    #[test]
    fn new_ids_sort_by_time() {
        let earlier = new(Timestamp::from_millis(1_700_000_000_123));
        let later = new(Timestamp::from_millis(1_700_000_000_124));
        assert!(earlier < later);
        assert_eq!(earlier.get_version_num(), 7);
    }
}
