//! An earlier message made into a new one of the same content, told by what the carrier declares of its messages.

use crate::server::carriers::json;
use crate::server::signature::{HmacRule, MessageKeyRule, Place, ProofRule, Scheme};

/// Whether a recorded header belongs to the message and not to the exchange it came in.
pub(super) fn travels(name: &str) -> bool {
    const EXCHANGE: &[&str] = &[
        "host",
        "content-length",
        "connection",
        "transfer-encoding",
        "accept",
        "accept-encoding",
        "user-agent",
        "expect",
        "forwarded",
        "x-real-ip",
        super::TEST_HEADER,
    ];
    let name = name.to_ascii_lowercase();
    !EXCHANGE.contains(&name.as_str()) && !name.starts_with("x-forwarded-")
}

/// Whether a header carries the proof (or the time it signs), which a new message gets anew.
pub(super) fn proves(scheme: &Scheme, name: &str) -> bool {
    let at =
        |place: &Place| matches!(place, Place::Header(names) if names.iter().any(|n| n.eq_ignore_ascii_case(name)));
    let signs = |rule: &HmacRule| at(&rule.signature) || rule.timestamp.as_ref().is_some_and(|t| at(&t.place));
    match &scheme.proof {
        ProofRule::UrlOnly => false,
        ProofRule::Hmac(rule) => signs(rule),
        ProofRule::Header(rule) => rule.header.eq_ignore_ascii_case(name),
        ProofRule::Either(hmac, header) => signs(hmac) || header.header.eq_ignore_ascii_case(name),
    }
}

/// The same content under a new message key: a new id of the same shape where the carrier has one, else a line break
/// more at the end, which changes nothing but the hash.
pub(super) fn renewed(rule: &MessageKeyRule, body: &[u8], nonce: &str) -> Vec<u8> {
    with_new_id(rule, body, nonce).unwrap_or_else(|| [body, b"\n"].concat())
}

fn with_new_id(rule: &MessageKeyRule, body: &[u8], nonce: &str) -> Option<Vec<u8>> {
    let MessageKeyRule::Fields { fields, .. } = rule else { return None };
    let root = json::parse(body).ok()?;
    let path = fields.last()?;
    let id = path.iter().try_fold(&root, |value, key| value.get(key))?.as_str()?;
    let mut digits = nonce.chars().cycle();
    let next: String =
        id.chars().map(|c| if c.is_ascii_hexdigit() { digits.next().unwrap_or('0') } else { c }).collect();
    let (old, new) = (format!("\"{id}\""), format!("\"{next}\""));
    let at = body.windows(old.len()).position(|window| window == old.as_bytes())?;
    let changed = [&body[..at], new.as_bytes(), &body[at + old.len()..]].concat();
    (next != id).then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_new_message_has_a_new_id_and_nothing_else_new() {
        let rule =
            MessageKeyRule::Fields { fields: vec![vec!["source"], vec!["id"]], slice: vec!["data"], attempt: None };
        let body = br#"{"source":"s","id":"ffff-eeee","data":{"id":"ffff"}}"#;
        assert_eq!(renewed(&rule, body, NONCE), br#"{"source":"s","id":"0123-4567","data":{"id":"ffff"}}"#);
    }

    #[test]
    fn without_an_id_only_the_hash_changes() {
        assert_eq!(renewed(&MessageKeyRule::Body, b"{}", NONCE), b"{}\n");
        let rule = MessageKeyRule::Fields { fields: vec![vec!["Id"]], slice: vec!["data"], attempt: None };
        assert_eq!(renewed(&rule, b"not json", NONCE), b"not json\n");
    }

    #[test]
    fn headers_of_the_exchange_stay_behind() {
        assert!(travels("Content-Type") && travels("ms-signature"));
        assert!(!travels("Host") && !travels("X-Forwarded-For") && !travels("X-Parcelwire-Test"));
    }
}
