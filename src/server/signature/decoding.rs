//! Signatures as text: hexadecimal in any case or base64, of exactly 32 bytes, after an optional known prefix.
//!
//! A prefix never chooses the algorithm. What is shorter, longer or written otherwise is malformed; [`loosely`] reads
//! more, for diagnoses only.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// The 32 bytes, or `None` for anything but an accepted encoding of exactly 32 bytes.
pub(super) fn strictly(text: &str, prefixes: &[&str]) -> Option<[u8; 32]> {
    bytes_of(without_prefix(text, prefixes))
}

/// What the text could mean in encodings that are not accepted.
pub(super) fn loosely(text: &str) -> Vec<[u8; 32]> {
    let mut found = Vec::new();
    let bare = text.trim().trim_matches('"');
    // Any `word=` or `v1,` in front: hexadecimal has neither sign, base64 has `=` only at its end.
    let after = bare.rsplit_once([',', ' ']).map_or(bare, |(_, rest)| rest);
    let named = after.trim_end_matches('=').split_once('=').map_or(after, |(word, _)| &after[word.len() + 1..]);
    for candidate in [bare, after, named] {
        let plain: String = candidate.chars().filter(|c| !matches!(c, ':' | '-' | ' ')).collect();
        let mut read = vec![bytes_of(candidate), bytes_of(&plain)];
        for engine in [&STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
            read.push(engine.decode(candidate).ok().and_then(|bytes| bytes.try_into().ok()));
        }
        // The text of the hexadecimal, in base64.
        let twice = STANDARD.decode(candidate).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        read.push(twice.and_then(|inner| bytes_of(&inner)));
        for bytes in read.into_iter().flatten() {
            if !found.contains(&bytes) {
                found.push(bytes);
            }
        }
    }
    found
}

fn without_prefix<'a>(text: &'a str, prefixes: &[&str]) -> &'a str {
    let known = prefixes.iter().find_map(|prefix| {
        let (head, rest) = text.split_at_checked(prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then_some(rest)
    });
    known.unwrap_or(text)
}

fn bytes_of(text: &str) -> Option<[u8; 32]> {
    let bytes = match text.len() {
        64 => hex::decode(text).ok()?,
        44 => STANDARD.decode(text).ok()?,
        _ => return None,
    };
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "a37084ab68ae16b77db1f8463f31be9fcc965e2515e03efecf8139bb1e511b06";
    const BASE64: &str = "o3CEq2iuFrd9sfhGPzG+n8yWXiUV4D7+z4E5ux5RGwY=";

    #[test]
    fn hexadecimal_and_base64_of_32_bytes_are_the_same() {
        let bytes = strictly(HEX, &[]).expect("hexadecimal");
        assert_eq!(strictly(BASE64, &[]), Some(bytes));
        assert_eq!(strictly(&HEX.to_uppercase(), &[]), Some(bytes));
        assert_eq!(strictly(&format!("SHA256={HEX}"), &["sha256="]), Some(bytes));
        assert_eq!(strictly(&format!("sha256={BASE64}"), &["sha256="]), Some(bytes));
    }

    #[test]
    fn everything_else_is_malformed() {
        let longer = format!("{HEX}00");
        let spaced = format!(" {HEX}");
        let prefixed = format!("sha256={HEX}");
        for text in ["", "00", &HEX[..62], &HEX[..63], &longer, &spaced, &prefixed, &BASE64[..43], "é", "sha256="] {
            assert_eq!(strictly(text, &[]), None, "{text}");
        }
        assert_eq!(strictly("sha256=", &["sha256="]), None);
        assert_eq!(strictly("sha25é", &["sha256="]), None, "no prefix ends inside a character");
    }

    #[test]
    fn diagnoses_read_more() {
        let bytes = strictly(HEX, &[]).expect("hexadecimal");
        for text in [
            format!("v1,{BASE64}"),
            format!("hmac={HEX}"),
            BASE64.trim_end_matches('=').to_owned(),
            BASE64.replace('+', "-").replace('/', "_"),
            STANDARD.encode(HEX),
        ] {
            assert!(loosely(&text).contains(&bytes), "{text}");
        }
    }
}
