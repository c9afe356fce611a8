//! What carriers' programs answer when they are asked something, put into plain words.
//!
//! Never quotes a whole body: an answer may repeat a secret it was given. Some carriers answer 200 with an error inside.

use super::json;
use serde_json::Value;

/// Most characters quoted from an answer.
const QUOTED: usize = 300;

/// Why an answer is a refusal, in a sentence; `None` when it is a success. `who` is the carrier's name.
pub fn refusal(who: &str, status: u16, body: &[u8]) -> Option<String> {
    let quote = said(body).map(|words| format!(": {words}")).unwrap_or_default();
    Some(match status {
        200..=299 => {
            let inside = error_inside(body)?;
            format!("{who} answered {status}, but with an error: {inside}")
        }
        300..=399 => format!("{who} sends us to another address ({status}), which is not followed; check the base URL"),
        400 | 422 => format!("{who} refused the request ({status}){quote}"),
        401 | 403 => format!("{who} did not accept the credentials ({status}){quote}"),
        404 => format!("{who} does not know this registration or address (404){quote}"),
        409 => format!("{who} says this is registered already (409){quote}"),
        429 => format!("{who} was asked too often (429); try again in a few minutes"),
        500..=599 => format!("{who} failed on its side ({status}){quote}"),
        _ => format!("{who} answered {status}{quote}"),
    })
}

/// The error inside an answer that claims success: a non-empty `ex`.
fn error_inside(body: &[u8]) -> Option<String> {
    let answer = json::parse(body).ok()?;
    match answer.get("ex").or_else(|| answer.get("Ex"))? {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::Object(map) if map.is_empty() => None,
        Value::Array(items) if items.is_empty() => None,
        Value::String(text) => Some(short(text)),
        other => Some(worded(other).unwrap_or_else(|| "it gives no words for it".into())),
    }
}

/// What an answer says went wrong, where it says so in words.
fn said(body: &[u8]) -> Option<String> {
    if let Ok(answer) = json::parse(body) {
        return worded(&answer);
    }
    let text = std::str::from_utf8(body).ok()?.trim();
    (!text.is_empty() && !text.starts_with('<')).then(|| short(text))
}

fn worded(answer: &Value) -> Option<String> {
    const NAMES: &[&str] = &[
        "ex",
        "Message",
        "message",
        "ExceptionMessage",
        "error_description",
        "detail",
        "description",
        "title",
        "error",
        "code",
    ];
    let words = match answer {
        Value::String(text) => Some(text.clone()),
        _ => json::text(answer, NAMES).or_else(|| answer.get("error").and_then(|inner| json::text(inner, NAMES))),
    };
    words.map(|words| short(&words)).filter(|words| !words.is_empty())
}

fn short(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(QUOTED).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two URLs lead to the same place: the query and a closing slash do not count.
pub fn same_place(one: &str, other: &str) -> bool {
    fn bare(url: &str) -> &str {
        url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
    }
    bare(one) == bare(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_no_refusal_unless_an_error_is_inside() {
        assert_eq!(refusal("BEX", 200, b""), None);
        assert_eq!(refusal("BEX", 201, br#"{"Id":"1","ex":""}"#), None);
        assert_eq!(refusal("BEX", 200, br#"{"ex":null}"#), None);
        let inside = refusal("BEX", 200, br#"{"ex":"Key unknown"}"#).expect("an error");
        assert!(inside.contains("Key unknown"), "{inside}");
        assert!(refusal("BEX", 200, br#"{"ex":{"Message":"deep"}}"#).expect("an error").contains("deep"));
    }

    #[test]
    fn refusals_quote_the_words_and_never_markup() {
        let refused =
            refusal("BEX", 400, br#"{"Message":"must be between 32 and 64 characters long"}"#).expect("refused");
        assert!(refused.ends_with("must be between 32 and 64 characters long"), "{refused}");
        assert_eq!(refusal("BEX", 404, b"<html>no</html>").expect("refused").matches("html").count(), 0);
        assert!(refusal("BEX", 302, b"").expect("refused").contains("not followed"));
    }

    #[test]
    fn places_compare_without_query() {
        assert!(same_place("https://a.example/h/1?noecho", "https://a.example/h/1/"));
        assert!(!same_place("https://a.example/h/1", "https://a.example/h/2"));
    }
}
