//! What was typed, turned into questions for the index. Whatever it is, the question is well-formed and bounded.
//!
//! Both sides are folded alike: compatibility forms, lower case, no diacritics, one sigma. So `ΑΘΗΝΑ` finds `Αθήνα`.

use crate::tracking::number::normalise;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Characters of a search that are looked at.
const LONGEST: usize = 200;
/// Words of a search that are looked at.
const MOST_WORDS: usize = 8;
/// The index of numbers knows parts of this length.
const PART: usize = 3;

/// Folds one character; the pieces stand for it wherever texts are compared.
pub fn fold_char(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c)
        .nfkd()
        .flat_map(char::to_lowercase)
        .collect::<Vec<_>>()
        .into_iter()
        .filter(|c| !is_combining_mark(*c) && *c != '\0')
        .map(|c| match c {
            'ς' => 'σ',
            'ø' => 'o',
            'đ' => 'd',
            'ł' => 'l',
            'ı' => 'i',
            other => other,
        })
}

/// Folds a text.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(fold_char).collect()
}

/// A number as the index has it: without blanks and dashes, folded.
pub fn fold_number(text: &str) -> String {
    fold(&normalise(text))
}

/// A search that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// All of it as a number.
    pub number: String,
    /// Its words, folded.
    pub words: Vec<String>,
}

impl Typed {
    /// Reads what was typed; `None` where there is nothing to look for.
    pub fn read(typed: &str) -> Option<Self> {
        let cut: String = typed.chars().take(LONGEST).collect();
        let folded = fold(&cut);
        let words: Vec<String> = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(MOST_WORDS)
            .map(str::to_owned)
            .collect();
        let number = fold_number(&cut);
        (!number.is_empty()).then_some(Self { number, words })
    }

    /// The question for the index of numbers; `None` where the number is too short for it ([`Self::short`]).
    pub fn of_numbers(&self) -> Option<String> {
        (self.number.chars().count() >= PART).then(|| phrase(&self.number))
    }

    /// The beginning of a number that is too short for the index, and the first text after all that begin with it.
    pub fn short(&self) -> Option<(String, String)> {
        if self.number.chars().count() >= PART {
            return None;
        }
        let start = normalise(&self.number);
        let end = format!("{start}\u{10FFFF}");
        Some((start, end))
    }

    /// The question for the index of texts: every word, by its beginning. One letter alone is no question.
    pub fn of_texts(&self) -> Option<String> {
        if self.words.iter().map(|word| word.chars().count()).max().unwrap_or_default() < 2 {
            return None;
        }
        Some(self.words.iter().map(|word| format!("{}*", phrase(word))).collect::<Vec<_>>().join(" AND "))
    }

    /// The question for the index of recipients: every word of three letters or more, anywhere; or all of it as a number.
    pub fn of_people(&self) -> Option<String> {
        let long = |text: &str| text.chars().count() >= PART;
        let words: Vec<String> =
            self.words.iter().map(|word| without_prefix(word)).filter(|word| long(word)).map(phrase).collect();
        let every = (!words.is_empty()).then(|| format!("({})", words.join(" AND ")));
        let whole = Some(without_prefix(&self.number)).filter(|number| long(number)).map(phrase);
        let asked: Vec<String> = every.into_iter().chain(whole).collect();
        (!asked.is_empty()).then(|| asked.join(" OR "))
    }
}

/// A telephone number is known with or without its country: the zeros and the plus in front say nothing.
fn without_prefix(word: &str) -> &str {
    let rest = word.trim_start_matches(['+', '0']);
    if rest.chars().all(|c| c.is_ascii_digit()) { rest } else { word }
}

/// A string of the query language: nothing in it is an operator.
fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_takes_case_and_diacritics_away() {
        assert_eq!(fold("Αθήνα ΟΔΌΣ"), "αθηνα οδοσ");
        assert_eq!(fold("Αθήνα οδός"), fold("ΑΘΗΝΑ ΟΔΟΣ"));
        assert_eq!(fold("Müller Øre İstanbul"), "muller ore istanbul");
        assert_eq!(fold_number(" ab-12 ΐ"), "ab12ι");
    }

    #[test]
    fn questions_hold_no_operator_of_the_one_who_typed() {
        let typed = Typed::read("a\" OR text:x* NEAR(b c)").expect("words");
        assert_eq!(typed.of_numbers().expect("long enough"), "\"a\"\"ortext:x*near(bc)\"");
        assert_eq!(
            typed.of_texts().expect("words"),
            "\"a\"* AND \"or\"* AND \"text\"* AND \"x\"* AND \"near\"* AND \"b\"* AND \"c\"*"
        );
    }

    #[test]
    fn what_is_typed_is_cut() {
        assert_eq!(Typed::read(" \t- "), None);
        let typed = Typed::read(&"ab ".repeat(5000)).expect("words");
        assert_eq!(typed.words.len(), MOST_WORDS);
        assert!(typed.number.len() <= LONGEST);
        let short = Typed::read("ab").expect("a word");
        assert_eq!(short.of_numbers(), None);
        assert_eq!(short.short().expect("short").0, "AB");
        assert_eq!(Typed::read("a").expect("a letter").of_texts(), None);
    }

    #[test]
    fn telephone_numbers_are_known_without_their_prefix() {
        assert_eq!(
            Typed::read("082-123 4567").expect("digits").of_people().as_deref(),
            Some("(\"123\" AND \"4567\") OR \"821234567\"")
        );
        assert_eq!(Typed::read("0x12").expect("a word").of_people().as_deref(), Some("(\"0x12\") OR \"0x12\""));
    }
}
