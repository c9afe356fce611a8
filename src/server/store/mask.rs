//! Personal data as it leaves the store by default: enough to recognise, not enough to use.

use crate::tracking::event::{Proof, Recipient};

const DOTS: &str = "•••";

/// The first letter of every word: `T••• N•••`.
fn name(text: &str) -> String {
    text.split_whitespace().map(first_letter).collect::<Vec<_>>().join(" ")
}

fn first_letter(word: &str) -> String {
    word.chars().next().map_or_else(String::new, |first| format!("{first}{DOTS}"))
}

/// `t•••@e•••`.
fn email(text: &str) -> String {
    match text.split_once('@') {
        Some((local, domain)) => format!("{}@{}", first_letter(local), first_letter(domain)),
        None => first_letter(text),
    }
}

/// The last two digits.
fn phone(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let shown = digits.len().saturating_sub(digits.len().min(2));
    format!("{DOTS}{}", if digits.len() > 4 { digits[shown..].iter().collect() } else { String::new() })
}

pub(super) fn recipient(given: &Recipient) -> Recipient {
    Recipient {
        name: given.name.as_deref().map(name),
        email: given.email.as_deref().map(email),
        phone: given.phone.as_deref().map(phone),
        postal_code: given.postal_code.as_deref().map(first_letter),
    }
}

pub(super) fn proofs(given: Vec<Proof>) -> Vec<Proof> {
    given.into_iter().map(|proof| Proof { received_by: proof.received_by.as_deref().map(name), ..proof }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_is_recognised_and_of_no_use() {
        assert_eq!(name("Thandi  Nkosi"), "T••• N•••");
        assert_eq!(email("thandi@example.org"), "t•••@e•••");
        assert_eq!(phone("+27 82 123 4567"), "•••67");
        assert_eq!(phone("12"), "•••");
    }
}
