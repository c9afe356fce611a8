//! The same JSON in the forms in which it may have been signed before something on the way rewrote it.
//!
//! For diagnoses only: no verdict ever rests on a rewritten body. Works on tokens, so that numbers and the order of
//! keys stay as they are; what is not JSON only gets other line ends.

use serde_json::value::RawValue;

/// How the parts are laid out.
#[derive(Clone, Copy)]
struct Layout {
    newline: &'static str,
    indent: &'static str,
    comma: &'static str,
    colon: &'static str,
}

const LAYOUTS: [Layout; 5] = [
    Layout { newline: "", indent: "", comma: ",", colon: ":" },
    Layout { newline: "\r\n", indent: "  ", comma: ",", colon: ": " },
    Layout { newline: "\n", indent: "  ", comma: ",", colon: ": " },
    Layout { newline: "\n", indent: "    ", comma: ",", colon: ": " },
    Layout { newline: "", indent: "", comma: ", ", colon: ": " },
];

/// How strings are escaped.
#[derive(Clone, Copy)]
enum Escapes {
    AsTheyAre,
    Fewest,
    Ascii,
    AsciiAndSlashes,
}

const ESCAPES: [Escapes; 4] = [Escapes::AsTheyAre, Escapes::Fewest, Escapes::Ascii, Escapes::AsciiAndSlashes];

/// Deeper JSON is not laid out anew: its indentation alone would be huge.
const DEPTH_MAX: usize = 64;

/// The forms of this text, lazily; the first that matches ends the search.
pub(super) fn forms(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let text = std::str::from_utf8(text).unwrap_or("");
    let bare = text.trim_start_matches('\u{feff}').trim();
    let unix = text.replace("\r\n", "\n");
    let windows = unix.replace('\n', "\r\n");
    let other_ends = [bare.to_owned(), format!("{bare}\n"), format!("{bare}\r\n"), unix, windows];
    let is_json = serde_json::from_str::<&RawValue>(bare).is_ok();
    let tokens = if is_json { tokens(bare) } else { Vec::new() };
    // serde_json's map is ordered by key; too deep or too large numbers fail, and are then not sorted.
    let sorted = serde_json::from_str::<serde_json::Value>(bare).ok().map(|value| value.to_string());
    let sorted = sorted.as_deref().map(|text| own(&self::tokens(text))).unwrap_or_default();
    let tokens = own(&tokens);
    let in_order = laid_out(tokens, &ESCAPES);
    let by_key = laid_out(sorted, &ESCAPES[1..3]);
    other_ends.into_iter().chain(in_order).chain(by_key).map(String::into_bytes)
}

fn own(tokens: &[&str]) -> Vec<String> {
    tokens.iter().map(|token| (*token).to_owned()).collect()
}

fn laid_out(tokens: Vec<String>, escapes: &'static [Escapes]) -> impl Iterator<Item = String> {
    let styles = escapes.iter().flat_map(|escapes| LAYOUTS.iter().map(move |layout| (*layout, *escapes)));
    styles.filter_map(move |(layout, escapes)| render(&tokens, layout, escapes))
}

/// The parts of valid JSON without the blanks between them.
fn tokens(json: &str) -> Vec<&str> {
    let bytes = json.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'{' | b'}' | b'[' | b']' | b',' | b':' => at += 1,
            b'"' => at = end_of_string(bytes, at),
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => {
                while at < bytes.len() && !matches!(bytes[at], b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n')
                {
                    at += 1;
                }
            }
        }
        tokens.push(json.get(start..at).unwrap_or(""));
    }
    tokens
}

fn end_of_string(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

fn render(tokens: &[String], layout: Layout, escapes: Escapes) -> Option<String> {
    let mut out = String::new();
    let mut depth: usize = 0;
    let mut previous = "";
    for (index, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" | "[" => {
                out.push_str(token);
                depth += 1;
                let empty = tokens.get(index + 1).is_some_and(|next| next == "}" || next == "]");
                if depth > DEPTH_MAX {
                    return None;
                }
                if !empty {
                    break_line(&mut out, layout, depth);
                }
            }
            "}" | "]" => {
                depth = depth.checked_sub(1)?;
                if previous != "{" && previous != "[" {
                    break_line(&mut out, layout, depth);
                }
                out.push_str(token);
            }
            "," => {
                out.push_str(layout.comma);
                break_line(&mut out, layout, depth);
            }
            ":" => out.push_str(layout.colon),
            text if text.starts_with('"') => escape(&mut out, text, escapes)?,
            scalar => out.push_str(scalar),
        }
        previous = token;
    }
    (!out.is_empty()).then_some(out)
}

fn break_line(out: &mut String, layout: Layout, depth: usize) {
    out.push_str(layout.newline);
    for _ in 0..depth {
        out.push_str(layout.indent);
    }
}

fn escape(out: &mut String, token: &str, escapes: Escapes) -> Option<()> {
    use std::fmt::Write as _;
    if matches!(escapes, Escapes::AsTheyAre) {
        out.push_str(token);
        return Some(());
    }
    let text: String = serde_json::from_str(token).ok()?;
    let fewest = serde_json::to_string(&text).ok()?;
    for letter in fewest.chars() {
        match (letter, escapes) {
            ('/', Escapes::AsciiAndSlashes) => out.push_str("\\/"),
            (letter, Escapes::Ascii | Escapes::AsciiAndSlashes) if !letter.is_ascii() => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}").ok()?;
                }
            }
            (letter, _) => out.push(letter),
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn has(text: &str, wanted: &str) -> bool {
        forms(text.as_bytes()).any(|form| form == wanted.as_bytes())
    }

    #[test]
    fn the_usual_forms_are_among_them() {
        let text = "{\"b\": 1.0, \"a\": {}, \"c\": [\"\\u03c3/\", {\"x\":[]}]}";
        assert!(has(text, "{\"b\":1.0,\"a\":{},\"c\":[\"\\u03c3/\",{\"x\":[]}]}"), "compact");
        assert!(has(text, "{\"b\":1.0,\"a\":{},\"c\":[\"σ/\",{\"x\":[]}]}"), "fewest escapes");
        assert!(has(text, "{\"b\":1.0,\"a\":{},\"c\":[\"\\u03c3\\/\",{\"x\":[]}]}"), "slashes");
        assert!(has(text, "{\"a\":{},\"b\":1.0,\"c\":[\"σ/\",{\"x\":[]}]}"), "sorted");
        let crlf = "{\r\n  \"b\": 1.0,\r\n  \"a\": {},\r\n  \"c\": [\r\n    \"σ/\",\r\n    {\r\n      \"x\": []\r\n    }\r\n  ]\r\n}";
        assert!(has(text, crlf), "indented, CRLF");
        assert!(has(text, &crlf.replace("\r\n", "\n")), "indented, LF");
        assert!(has(&crlf.replace("\r\n", "\n"), crlf), "line ends");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(text in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = forms(&text).count();
        }

        #[test]
        fn no_text_of_json_signs_makes_it_panic(text in r#"[\[\]{}",:\\ua0-9eE.\- ]{0,60}"#) {
            let _ = forms(text.as_bytes()).count();
        }
    }
}
