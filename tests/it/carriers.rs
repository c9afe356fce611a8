//! Recorded requests of every carrier with what they must become: proof, reading and mapping, and their forged twins.
//!
//! A case is a folder under `tests/carriers/<carrier>/`: `request.http` (exact bytes), `endpoint.json` (secrets,
//! settings, the receiver's clock) and either `events.json` or `rejection.txt`. `UPDATE_GOLDENS=1` rewrites the last two.

mod forgeries;
mod golden;
mod tables;
mod test_events;

use parcelwire::server::carriers::{Carrier, Settings, carrier, settings};
use parcelwire::server::signature::{Judged, Key, Received, Scheme, judge};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::SecretSlot;
use parcelwire::tracking::endpoint::SecretName;
use parcelwire::tracking::time::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `endpoint.json`.
#[derive(Deserialize)]
struct EndpointFile {
    received_at: Timestamp,
    secrets: BTreeMap<SecretName, String>,
    settings: Value,
}

/// A recorded request and the endpoint it came to.
pub struct Case {
    name: String,
    pub folder: PathBuf,
    pub carrier: &'static dyn Carrier,
    settings: Settings,
    pub keys: Vec<Key>,
    pub received: Received,
}

impl Case {
    fn load(carrier: &'static dyn Carrier, folder: PathBuf) -> Self {
        let name = format!("{}/{}", carrier.id(), folder.file_name().expect("a folder").to_string_lossy());
        let endpoint: EndpointFile = serde_json::from_slice(&bytes(&folder.join("endpoint.json")))
            .unwrap_or_else(|fault| panic!("{name}: endpoint.json: {fault}"));
        let settings = settings::validate(&carrier.facts().settings, &endpoint.settings, None)
            .unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        let (headers, body) = request(&bytes(&folder.join("request.http")));
        let received =
            Received { body, headers, received_at: endpoint.received_at, remote_addr: "203.0.113.7".to_owned() };
        let keys = endpoint.secrets.into_iter().map(|(name, text)| key(name, &text)).collect();
        Self { name, folder, carrier, settings, keys, received }
    }

    fn scheme(&self) -> Scheme {
        let stored: Vec<SecretName> = self.keys.iter().map(|key| key.name).collect();
        self.carrier.scheme(&self.settings, &stored)
    }

    fn judge(&self) -> Judged {
        self.judge_other(&self.received, &self.scheme())
    }

    fn judge_other(&self, received: &Received, scheme: &Scheme) -> Judged {
        judge(received, scheme, &self.carrier.message_key(), &self.keys, false)
    }
}

fn key(name: SecretName, text: &str) -> Key {
    Key { name, slot: SecretSlot::Current, text: text.to_owned().into(), valid_until: None }
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// Headers and body of a recorded request; the body must be as long as it says.
fn request(raw: &[u8]) -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n").expect("a blank line ends the head");
    let head = std::str::from_utf8(&raw[..end]).expect("the head is text");
    let body = raw[end + 4..].to_vec();
    let headers: Vec<_> = head
        .split("\r\n")
        .skip(1)
        .map(|line| line.split_once(": ").expect("name and value"))
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "Content-Length").expect("a length");
    assert_eq!(length.1, body.len().to_string().as_bytes(), "recorded with another body");
    (headers, body)
}

pub fn cases() -> Vec<Case> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/carriers");
    let mut cases = Vec::new();
    for id in CarrierId::ALL {
        let folder = root.join(id.as_str());
        let mut folders: Vec<PathBuf> = std::fs::read_dir(&folder)
            .unwrap_or_else(|fault| panic!("{}: {fault}", folder.display()))
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_dir())
            .collect();
        folders.sort();
        cases.extend(folders.into_iter().map(|folder| Case::load(carrier(id), folder)));
    }
    cases
}
