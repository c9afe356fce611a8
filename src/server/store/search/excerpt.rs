//! Where in a text a search was met, found in the folded text and shown in the text itself.

use super::words::{fold_char, fold_number};
use crate::tracking::search::Excerpt;

/// Characters shown around what was met.
const BEFORE: usize = 40;
const BEHIND: usize = 90;

/// The first place in a text where one of these folded words begins a word.
pub fn in_words(label: &str, text: &str, words: &[String]) -> Option<Excerpt> {
    let folded = Folded::of(text, |c| fold_char(c).collect());
    let at_start = |at: usize| folded.text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let met = words.iter().filter(|word| !word.is_empty()).filter_map(|word| {
        folded.text.match_indices(word.as_str()).map(|(at, _)| at).find(|at| at_start(*at)).map(|at| (at, word.len()))
    });
    let (at, length) = met.min()?;
    Some(folded.excerpt(label, text, at, length))
}

/// The place of a folded number in a number, blanks and dashes not counting.
pub fn in_number(label: &str, text: &str, number: &str) -> Option<Excerpt> {
    let folded = Folded::of(text, |c| fold_number(c.encode_utf8(&mut [0; 4])));
    let at = folded.text.find(number)?;
    Some(folded.excerpt(label, text, at, number.len()))
}

/// A folded text, and of each of its bytes which character of the text it stands for.
struct Folded {
    text: String,
    from: Vec<usize>,
}

impl Folded {
    fn of(text: &str, fold: impl Fn(char) -> String) -> Self {
        let mut folded = Self { text: String::new(), from: Vec::new() };
        for (n, c) in text.chars().enumerate() {
            folded.text.push_str(&fold(c));
            folded.from.resize(folded.text.len(), n);
        }
        folded
    }

    fn excerpt(&self, label: &str, text: &str, at: usize, length: usize) -> Excerpt {
        let first = self.from.get(at).copied().unwrap_or_default();
        let last = self.from.get(at + length.max(1) - 1).copied().unwrap_or(first);
        let all: Vec<char> = text.chars().collect();
        let take = |from: usize, to: usize| all[from.min(all.len())..to.min(all.len())].iter().collect::<String>();
        let start = first.saturating_sub(BEFORE);
        let end = (last + 1 + BEHIND).min(all.len());
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        Excerpt {
            label: label.to_owned(),
            before: format!("{}{}", cut(start > 0), take(start, first)),
            hit: take(first, last + 1),
            after: format!("{}{}", take(last + 1, end), cut(end < all.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_shown_in_the_text_as_it_was_sent() {
        let met = in_words("x", "Παράδοση στην Αθήνα, όροφος 2", &["αθην".into()]).expect("met");
        assert_eq!(
            (met.before.as_str(), met.hit.as_str(), met.after.as_str()),
            ("Παράδοση στην ", "Αθήν", "α, όροφος 2")
        );
        assert_eq!(in_words("x", "unloaded", &["load".into()]), None, "only beginnings of words");
        let met = in_number("x", "PO 77-12 / b", "7712").expect("met");
        assert_eq!((met.before.as_str(), met.hit.as_str(), met.after.as_str()), ("PO ", "77-12", " / b"));
    }

    #[test]
    fn long_texts_are_cut_around_it() {
        let text = format!("{} here {}", "a".repeat(300), "b".repeat(300));
        let met = in_words("x", &text, &["here".into()]).expect("met");
        assert!(met.before.starts_with('…') && met.after.ends_with('…'));
        assert!(met.before.chars().count() <= BEFORE + 1 && met.after.chars().count() <= BEHIND + 1);
    }
}
