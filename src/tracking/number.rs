//! Tracking numbers as compared and searched.

/// The form in which numbers are compared: upper case, blanks and dashes taken out. The raw form is kept for display.
pub fn normalise(raw: &str) -> String {
    raw.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '-' | '‐' | '‑' | '–' | '—'))
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn blanks_dashes_and_case_do_not_count_but_zeros_do() {
        assert_eq!(normalise(" elm-123 456\t789my "), "ELM123456789MY");
        assert_eq!(normalise("00123"), "00123");
    }
}
