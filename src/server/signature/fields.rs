//! Fields of a JSON body as exact slices of the bytes received.
//!
//! The whole body must be one JSON value (a byte order mark and blanks around it apart). A key that occurs twice on
//! the way is refused, so that nobody can be shown one value and read another. Memory is bounded by the body, time by
//! the body and the length of the path; nesting costs no stack, and no bytes make it panic.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A body that is JSON.
#[derive(Clone, Copy)]
pub(super) struct Document<'a>(&'a RawValue);

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field<'a> {
    /// Nothing.
    Absent,
    /// A key of the path occurs more than once.
    Twice,
    /// The value's bytes as received.
    Found(Slice<'a>),
}

/// A JSON value as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice<'a>(&'a str);

impl<'a> Slice<'a> {
    /// Byte for byte.
    pub(super) fn bytes(self) -> &'a [u8] {
        self.0.as_bytes()
    }

    /// The text of a string; `None` for any other value.
    pub(super) fn string(self) -> Option<String> {
        if !self.0.starts_with('"') {
            return None;
        }
        serde_json::from_str(self.0).ok()
    }

    /// The text of a string or a number.
    pub(super) fn text(self) -> Option<String> {
        if self.0.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return Some(self.0.to_owned());
        }
        self.string()
    }
}

/// The exact bytes of the value at a path of keys; nothing where a key of it is absent or stands there twice.
pub fn slice_at<'a>(body: &'a [u8], path: &[&str]) -> Option<&'a [u8]> {
    match Document::parse(body)?.find(path) {
        Field::Found(slice) => Some(slice.bytes()),
        Field::Absent | Field::Twice => None,
    }
}

impl<'a> Document<'a> {
    /// The body as JSON, if it is.
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let bare = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        serde_json::from_slice::<&RawValue>(bare).ok().map(Self)
    }

    /// What stands at this path of object keys.
    pub(super) fn find(self, path: &[&str]) -> Field<'a> {
        let mut at = self.0;
        for key in path {
            let mut deserializer = serde_json::Deserializer::from_str(at.get());
            match Step(key).deserialize(&mut deserializer) {
                Ok(Seen::Once(value)) => at = value,
                Ok(Seen::Twice) => return Field::Twice,
                // Not an object, or a key that no text can be: there is nothing that could be found.
                Ok(Seen::Never) | Err(_) => return Field::Absent,
            }
        }
        Field::Found(Slice(at.get()))
    }

    /// What stands at the first of these paths that occurs.
    pub(super) fn find_any(self, paths: &[Vec<&'static str>]) -> Field<'a> {
        paths.iter().map(|path| self.find(path)).find(|field| *field != Field::Absent).unwrap_or(Field::Absent)
    }
}

struct Step<'k>(&'k str);

enum Seen<'a> {
    Never,
    Once(&'a RawValue),
    Twice,
}

impl<'de> DeserializeSeed<'de> for Step<'_> {
    type Value = Seen<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Step<'_> {
    type Value = Seen<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen<'de>, A::Error> {
        let mut seen = Seen::Never;
        while let Some(key) = map.next_key::<String>()? {
            if key != self.0 {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value::<&RawValue>()?;
            seen = match seen {
                Seen::Never => Seen::Once(value),
                Seen::Once(_) | Seen::Twice => Seen::Twice,
            };
        }
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(body: &str, path: &[&str]) -> Option<String> {
        match Document::parse(body.as_bytes())?.find(path) {
            Field::Found(slice) => Some(String::from_utf8_lossy(slice.bytes()).into_owned()),
            Field::Absent | Field::Twice => None,
        }
    }

    #[test]
    fn slices_are_exact() {
        let body = "\u{feff} {\"a\":\"\\\"data\\\":{}\", \"data\" : { \"x\":1 ,\n\t\"y\": [ \"}\" ] } ,\"z\":null}\r\n";
        assert_eq!(found(body, &["data"]).as_deref(), Some("{ \"x\":1 ,\n\t\"y\": [ \"}\" ] }"));
        assert_eq!(found(body, &["data", "x"]).as_deref(), Some("1"));
        assert_eq!(found(body, &["z"]).as_deref(), Some("null"));
        assert_eq!(found(body, &["z", "a"]), None);
        assert_eq!(found(r#"{"d\u0061ta":7}"#, &["data"]).as_deref(), Some("7"), "an escaped key is the same key");
    }

    #[test]
    fn a_key_that_occurs_twice_is_refused_also_when_one_is_escaped() {
        for body in [r#"{"data":1,"data":1}"#, r#"{"data":1,"d\u0061ta":2}"#] {
            let document = Document::parse(body.as_bytes()).expect("it is JSON");
            assert_eq!(document.find(&["data"]), Field::Twice);
        }
    }

    #[test]
    fn what_is_not_one_json_value_has_no_fields() {
        for body in ["", "data", "{\"data\":1", "{\"data\":1} {}", "{\"data\":1,}", "{'data':1}"] {
            assert!(Document::parse(body.as_bytes()).is_none(), "{body}");
        }
        assert!(Document::parse(b"{\"data\":\"\xff\"}").is_none());
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let deep = format!("{{\"x\":{}{},\"data\":7}}", "[".repeat(500_000), "]".repeat(500_000));
        assert_eq!(found(&deep, &["data"]).as_deref(), Some("7"));
        let deeper = "[".repeat(1_000_000);
        assert!(Document::parse(deeper.as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(document) = Document::parse(&body) {
                let _ = document.find(&["data", "x"]);
            }
        }

        #[test]
        fn no_text_of_json_signs_makes_it_panic(body in r#"[\[\]{}",:\\ua0-9eE.\-dt ]{0,60}"#) {
            if let Some(document) = Document::parse(body.as_bytes()) {
                let _ = document.find(&["d"]);
            }
        }

        #[test]
        fn a_slice_is_part_of_the_body(text in "\\PC{0,20}", number in any::<i64>()) {
            let value = serde_json::json!({"data": {"text": text, "number": number}});
            let body = serde_json::to_vec_pretty(&value).expect("it serialises");
            let Some(Field::Found(slice)) = Document::parse(&body).map(|d| d.find(&["data", "text"])) else {
                panic!("not found");
            };
            prop_assert_eq!(slice.string(), Some(text));
            prop_assert!(body.windows(slice.bytes().len()).any(|window| window == slice.bytes()));
        }
    }
}
