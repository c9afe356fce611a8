//! Tracking numbers as compared and searched.

/// The form in which numbers are compared: upper case, blanks and dashes taken out. The raw form is kept for display.
pub fn normalise(raw: &str) -> String {
    raw.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '-' | '‐' | '‑' | '–' | '—'))
        .flat_map(char::to_uppercase)
        .collect()
}

/// Whether somebody can have meant this as a number.
pub fn is_number(text: &str) -> bool {
    (1..=100).contains(&normalise(text).chars().count())
        && text.chars().count() <= 100
        && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::{is_number, normalise};

    #[test]
    fn a_number_has_something_to_compare_and_is_short() {
        assert!(is_number("EM 1") && is_number(&"7".repeat(100)));
        assert!(!is_number("") && !is_number(" - ") && !is_number(&"7".repeat(101)) && !is_number("1\n2"));
    }

    #[test]
    fn blanks_dashes_and_case_do_not_count_but_zeros_do() {
        assert_eq!(normalise(" elm-123 456\t789my "), "ELM123456789MY");
        assert_eq!(normalise("00123"), "00123");
    }
}
