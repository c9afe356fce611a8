//! Operators' tags.

/// Most characters of a tag.
pub const LONGEST: usize = 40;

/// A tag as kept: its blanks run together; `None` where it is empty, too long, or holds what cannot be typed or listed.
pub fn fitting_tag(text: &str) -> Option<String> {
    let tag = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !tag.is_empty()
        && tag.chars().count() <= LONGEST
        && !tag.contains([',', ';'])
        && !tag.contains(char::is_control);
    fits.then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::fitting_tag;

    #[test]
    fn tags_are_short_words_without_separators() {
        assert_eq!(fitting_tag("  very   important ").as_deref(), Some("very important"));
        for unfit in ["", "  ", "a,b", "a;b", "a\u{0}b", &"x".repeat(41)] {
            assert_eq!(fitting_tag(unfit), None, "{unfit:?}");
        }
    }
}
