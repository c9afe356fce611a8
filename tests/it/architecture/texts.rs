//! Texts live in `words`: no page, component or server function holds one, and none in `words` is without a reader.

use super::{Source, sources, within};
use std::collections::{BTreeMap, BTreeSet};

/// Where no text may stand.
const TEXTLESS: &[&str] = &["api", "components", "pages", "app", "server::console"];

/// Attributes and properties that are read out or shown, whatever is in them.
const SHOWN: &[&str] = &[
    "alt",
    "any",
    "aria-description",
    "aria-label",
    "data-label",
    "help",
    "label",
    "lead",
    "none",
    "placeholder",
    "title",
    "unit",
    "what",
    "word",
];

/// A quoted literal and what stands around it.
struct Literal<'c> {
    before: &'c str,
    inside: &'c str,
    after: &'c str,
}

/// The quoted literals of some code; comments are gone already.
fn literals(code: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let bytes = code.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\'' if bytes.get(at + 2) == Some(&b'\'') => at += 3,
            b'\'' if bytes.get(at + 1) == Some(&b'\\') => at += 4,
            b'"' => {
                let start = at + 1;
                at = start;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                found.push(Literal {
                    before: code[..start - 1].trim_end(),
                    inside: &code[start..at],
                    after: code[at + 1..].trim_start(),
                });
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// The words of at least two letters, not all of them capitals, each with whether a blank or nothing stands before it.
fn words_in(text: &str) -> Vec<(bool, String)> {
    let mut found: Vec<(bool, String)> = Vec::new();
    let (mut word, mut apart, mut before) = (String::new(), true, ' ');
    for c in text.chars().chain([' ']) {
        if c.is_alphabetic() {
            if word.is_empty() {
                apart = before.is_whitespace();
            }
            word.push(c);
        } else if !word.is_empty() {
            let whole = std::mem::take(&mut word);
            if whole.chars().count() > 1 && whole.chars().any(char::is_lowercase) {
                found.push((apart, whole));
            }
        }
        before = c;
    }
    found
}

/// A format's text without its places.
fn without_places(text: &str) -> String {
    let mut depth = 0;
    let kept = text.chars().filter(|c| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        depth == 0 && *c != '}'
    });
    kept.collect::<String>().replace("\\n", " ")
}

impl Literal<'_> {
    /// Whether somebody would read it.
    fn is_text(&self) -> bool {
        let text = without_places(self.inside);
        let words = words_in(&text);
        if words.is_empty() || self.is_for_programs(&text) {
            return false;
        }
        let capital = text.starts_with(char::is_uppercase) && text[1..].starts_with(char::is_lowercase);
        if let Some(name) = self.attribute() {
            return SHOWN.contains(&name) || capital;
        }
        let apart = words.iter().filter(|(apart, _)| *apart).count();
        let filled = self.before.ends_with("format!(") && text.contains(' ') && apart > 0;
        self.is_child() || capital || apart > 1 || filled
    }

    /// The attribute or property whose value it is.
    fn attribute(&self) -> Option<&str> {
        let name = self.before.strip_suffix('=')?;
        let begins = name.rfind(|c: char| !(c.is_alphanumeric() || "-:_".contains(c)))? + 1;
        (begins < name.len()).then_some(&name[begins..])
    }

    /// Whether it is written out as it stands: a quoted child in a view.
    fn is_child(&self) -> bool {
        let element = self.before.ends_with('>') && !self.before.ends_with("=>") && !self.before.ends_with("->");
        let among = self.before.ends_with('}') || self.before.trim_end_matches('{').trim_end().ends_with("view!");
        element || among || self.after.starts_with("</")
    }

    /// Selectors, cookies and patterns of times; what is compared with; what stops a program or goes to its log.
    fn is_for_programs(&self, text: &str) -> bool {
        let line = self.before.rsplit('\n').next().unwrap_or_default().trim_start();
        let called = self.before.strip_suffix("!(").is_some_and(|name| !name.ends_with("format"));
        let compared = ["==", "!=", "|"].iter().any(|sign| self.before.ends_with(sign))
            || ["=>", "|", "if "].iter().any(|sign| self.after.starts_with(sign));
        let logged = line.starts_with("tracing::");
        text.contains(['[', '%', '='])
            || line.starts_with("#[")
            || logged
            || called
            || compared
            || self.before.ends_with("expect(")
    }
}

/// Without the closed lists, whose labels stand with their words.
fn without_vocabularies(code: &str) -> String {
    let mut kept = String::new();
    let mut skips = false;
    for line in code.lines() {
        skips |= line.starts_with("vocabulary! {");
        if !skips {
            kept.push_str(line);
            kept.push('\n');
        }
        skips &= line != "}";
    }
    kept
}

#[test]
fn texts_stand_in_words_alone() {
    let mut found = Vec::new();
    for source in sources() {
        if !TEXTLESS.iter().any(|area| within(&source.module, area)) {
            continue;
        }
        let code = without_vocabularies(&source.code());
        let texts = literals(&code).into_iter().filter(Literal::is_text);
        found.extend(texts.map(|literal| format!("{}: “{}”", source.module, literal.inside)));
    }
    assert!(found.is_empty(), "texts belong into src/words/ (docs/ARCHITECTURE.md):\n{}", found.join("\n"));
}

#[test]
fn what_is_a_text_is_told_from_what_is_not() {
    let texts = |code: &str| -> Vec<String> {
        literals(code).into_iter().filter(Literal::is_text).map(|literal| literal.inside.to_owned()).collect()
    };
    let read = r#"view! { <p title="of it">"see "{n}" more"</p> }
        format!("{n} shown") Err("There is none".into()) <Fact name="Size"/> view! { "none" }"#;
    assert_eq!(texts(read), ["of it", "see ", " more", "{n} shown", "There is none", "Size", "none"]);
    let unread = r#"view! { <p class="row small" id="It">" · "{n}</p> } format!("{id}-error {id}-help") "ArrowUp" => 1,
        format!("/parcels/{id}") log!("nothing to see") "%-d %b %Y" ".rail a[data-go='x']" key == "Escape" '"' ("at", x)"#;
    assert_eq!(texts(unread), ["It"], "an id does not begin with a capital");
}

/// What a source calls the modules of `words`.
fn names_of_modules(code: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (at, start) in code.match_indices("crate::words::") {
        let rest = &code[at + start.len()..];
        let listed = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(listed, _)| listed);
        for one in listed.unwrap_or_else(|| rest.split(';').next().unwrap_or_default()).split(',') {
            let (module, name) = one.split_once(" as ").unwrap_or((one, one));
            names.insert(name.trim().to_owned(), module.trim().to_owned());
        }
    }
    names
}

/// `module::NAME` of every text that a source uses.
fn used_in(source: &Source) -> BTreeSet<String> {
    let code = source.code();
    let names = names_of_modules(&code);
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut used = BTreeSet::new();
    for (at, sign) in code.match_indices("::") {
        let name: String = code[at + sign.len()..].chars().take_while(|c| is_name(*c)).collect();
        let before = &code[..at];
        let owner = &before[before.rfind(|c| !is_name(c)).map_or(0, |end| end + 1)..];
        let module = names.get(owner).map_or(owner, String::as_str);
        used.insert(format!("{module}::{name}"));
    }
    used
}

#[test]
fn every_text_has_a_reader() {
    let sources = sources();
    let used: BTreeSet<String> = sources.iter().flat_map(used_in).collect();
    let mut idle = Vec::new();
    for source in sources.iter().filter(|source| source.module.starts_with("words::")) {
        let module = source.module.trim_start_matches("words::");
        for line in source.text.lines() {
            let Some(rest) = line.strip_prefix("pub const ").or_else(|| line.strip_prefix("pub fn ")) else { continue };
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let within = source.text.matches(&name).count() > 1;
            if !within && !used.contains(&format!("{module}::{name}")) {
                idle.push(format!("{module}::{name}"));
            }
        }
    }
    assert!(idle.is_empty(), "nobody uses: {idle:?}");
}
