//! Reading a list of parcels: comma, semicolon or tab; with or without a mark of UTF-8; quoted line breaks. Pure.

use crate::tracking::bulk::BulkAct;
use crate::tracking::event::{LONGEST_KIND, LONGEST_VALUE, MOST_REFERENCES, Reference};
use crate::tracking::import::{COLUMNS, MOST_BYTES, MOST_LINES};
use crate::tracking::number::is_number;
use crate::tracking::tag::fitting_tag;
use crate::words::import as words;

/// A list as read.
#[derive(Debug, Default, PartialEq)]
pub struct Sheet {
    /// Headings that were understood.
    pub columns: Vec<String>,
    /// Headings that were not.
    pub ignored: Vec<String>,
    /// What is wrong with all of it.
    pub fault: Option<String>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// One line as read.
#[derive(Debug, Default, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "its number in the file has no other name")]
pub struct Line {
    /// As counted in the file.
    pub line: u64,
    pub number: String,
    pub carrier: String,
    pub account: String,
    pub references: Vec<Reference>,
    pub tags: Vec<String>,
    pub asserts: Option<BulkAct>,
    pub reason: String,
    /// Why it is refused.
    pub fault: Option<String>,
}

/// Reads a list. Whatever it is, the answer is bounded.
pub fn read(text: &str) -> Sheet {
    let fault = |sentence: &str| Sheet { fault: Some(sentence.to_owned()), ..Sheet::default() };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.trim().is_empty() {
        return fault(words::LIST_EMPTY);
    }
    if text.len() > MOST_BYTES {
        return fault(words::LARGE);
    }
    // The reader counts lines by their last character.
    let text = text.replace("\r\n", "\n");
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter_of(&text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings: Vec<String> = match rows.headers() {
        Ok(headings) => headings.iter().map(|heading| heading.trim().to_lowercase()).collect(),
        Err(_) => return fault(words::NOT_CSV),
    };
    let places: Vec<Option<&'static str>> = headings.iter().map(|heading| column_of(heading)).collect();
    let mut sheet = Sheet::default();
    for (heading, place) in headings.iter().zip(&places).filter(|(heading, _)| !heading.is_empty()) {
        match place {
            Some(name) => sheet.columns.push((*name).to_owned()),
            None => sheet.ignored.push(heading.chars().take(60).collect()),
        }
    }
    sheet.ignored.truncate(40);
    if !sheet.columns.iter().any(|name| name == "number") {
        sheet.fault = Some(words::NO_COLUMNS.into());
        return sheet;
    }
    for record in rows.records() {
        if sheet.lines.len() == MOST_LINES {
            sheet.fault = Some(words::too_many(MOST_LINES));
            break;
        }
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => sheet.lines.push(line_of(&record, &places)),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                sheet.lines.push(Line { line, fault: Some(words::LINE_NOT_CSV.into()), ..Line::default() });
            }
        }
    }
    sheet
}

/// The separator that occurs most often in the first line, outside quotes.
fn delimiter_of(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(separator, _)| *separator == byte).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    // Of equals the first: a comma.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(separator, _)| *separator)
}

fn column_of(heading: &str) -> Option<&'static str> {
    COLUMNS.iter().find(|(_, names)| names.contains(&heading)).map(|(name, _)| *name)
}

/// A cell; the mark that keeps spreadsheets from running it is taken off.
fn cell(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
}

fn line_of(record: &csv::StringRecord, places: &[Option<&'static str>]) -> Line {
    let mut line = Line { line: record.position().map_or(0, csv::Position::line), ..Line::default() };
    let mut faults: Vec<String> = Vec::new();
    for (text, place) in record.iter().map(cell).zip(places).filter(|(text, _)| !text.is_empty()) {
        match *place {
            Some("number") if line.number.is_empty() => text.clone_into(&mut line.number),
            Some("carrier") => text.clone_into(&mut line.carrier),
            Some("account") => text.clone_into(&mut line.account),
            Some("order") => line.references.push(Reference { kind: "order".into(), value: text.to_owned() }),
            Some("references") => line.references.extend(references_of(text)),
            Some("tag") => {
                for given in text.split(['|', ',', ';', '\n']).filter(|given| !given.trim().is_empty()) {
                    match fitting_tag(given) {
                        Some(tag) => line.tags.push(tag),
                        None => faults.push(words::TAG_TOO_LONG.into()),
                    }
                }
            }
            Some("status") => match BulkAct::of_status_word(text) {
                Some(act) => line.asserts = Some(act),
                None => faults.push(words::cannot_be(&short(text))),
            },
            Some("reason") => line.reason = text.chars().take(500).collect(),
            _ => {}
        }
    }
    if line.reason.is_empty() {
        line.reason = words::BROUGHT.into();
    }
    line.tags.dedup();
    if !is_number(&line.number) {
        line.number = short(&line.number);
        faults.insert(0, words::NUMBER_LENGTH.into());
    }
    let unfit = |reference: &Reference| {
        reference.kind.chars().count() > LONGEST_KIND || reference.value.chars().count() > LONGEST_VALUE
    };
    if line.references.len() > MOST_REFERENCES || line.references.iter().any(unfit) {
        faults.push(words::TOO_MANY_REFERENCES.into());
    }
    line.fault = (!faults.is_empty()).then(|| faults.join(" "));
    line
}

/// `order:123 | customer:9`; without a kind it is an order.
fn references_of(text: &str) -> Vec<Reference> {
    text.split(['|', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once(':') {
            Some((kind, value)) if !kind.trim().is_empty() && !value.trim().is_empty() && !kind.contains(' ') => {
                Reference { kind: kind.trim().to_owned(), value: value.trim().to_owned() }
            }
            _ => Reference { kind: "order".into(), value: part.to_owned() },
        })
        .collect()
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_semicolons_tabs_a_mark_and_quoted_breaks_are_all_read() {
        for text in [
            "\u{FEFF}Number;Order;Tag\r\nAB 1;\"PO\n1\";vip|late\r\n",
            "number,order,tag\nAB 1,\"PO\n1\",\"vip, late\"\n",
            "tracking number\torder no.\ttags\nAB 1\t\"PO\n1\"\tvip;late",
        ] {
            let sheet = read(text);
            assert_eq!(sheet.columns, ["number", "order", "tag"], "{text:?}");
            assert_eq!(sheet.lines.len(), 1, "{text:?}");
            let line = &sheet.lines[0];
            assert_eq!((line.number.as_str(), line.line), ("AB 1", 2));
            assert_eq!(line.references[0].value, "PO\n1");
            assert_eq!(line.tags, ["vip", "late"]);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_line_by_line() {
        let sheet = read("number,status,colour\nA1,in_transit,red\n,delivered,\nA2,Lost,\n\n'=A3,,\n\"broken");
        assert_eq!(sheet.ignored, ["colour"]);
        let faults: Vec<bool> = sheet.lines.iter().map(|line| line.fault.is_some()).collect();
        assert_eq!(faults, [true, true, false, false, false]);
        assert_eq!(sheet.lines[2].asserts, Some(BulkAct::Lost));
        assert_eq!(sheet.lines[3].number, "=A3");
        assert!(read("a,b\n1,2").fault.is_some() && read(" \n").fault.is_some());
    }

    #[test]
    fn references_say_their_kind_or_are_orders() {
        let kinds: Vec<_> =
            references_of("order:1 | customer: 9|PO 7: x").into_iter().map(|r| (r.kind, r.value)).collect();
        let expected = [("order", "1"), ("customer", "9"), ("order", "PO 7: x")];
        assert_eq!(kinds, expected.map(|(kind, value)| (kind.to_owned(), value.to_owned())));
    }

    #[test]
    fn long_lists_are_cut_and_say_so() {
        let text = format!("number\n{}", "A1\n".repeat(MOST_LINES + 5));
        let sheet = read(&text);
        assert_eq!(sheet.lines.len(), MOST_LINES);
        assert!(sheet.fault.is_some());
        assert!(read(&"x".repeat(MOST_BYTES + 1)).fault.is_some());
    }
}
