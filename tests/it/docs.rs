//! What the documents say is true: every setting, command and document is there.

use std::path::PathBuf;

fn read(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every `PARCELWIRE_…` word in a text, without a `_FILE` ending.
fn settings_in(text: &str) -> std::collections::BTreeSet<String> {
    text.match_indices("PARCELWIRE_")
        .map(|(at, _)| text[at..].chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect::<String>())
        .map(|name| name.trim_end_matches("_FILE").trim_end_matches('_').to_owned())
        .filter(|name| name != "PARCELWIRE")
        .collect()
}

#[test]
fn the_readme_documents_every_setting_and_no_other() {
    let table: String = read("README.md").lines().filter(|line| line.starts_with("| `PARCELWIRE_")).collect();
    let declared = read("src/server/config.rs") + &read("src/server/config/provider.rs");
    assert_eq!(settings_in(&table), settings_in(&declared));
}

#[test]
fn the_readme_leads_to_every_document() {
    let readme = read("README.md");
    for document in ["docs/ARCHITECTURE.md", "docs/CARRIERS.md", "docs/OPERATIONS.md", "docs/SECURITY.md"] {
        assert!(readme.contains(document), "the README does not name {document}");
        assert!(read(document).len() > 1000, "{document} says next to nothing");
    }
}

#[test]
fn every_make_target_the_readme_names_exists() {
    let makefile = read("Makefile");
    for (at, _) in read("README.md").match_indices("make ").collect::<Vec<_>>() {
        let target: String =
            read("README.md")[at + 5..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        if ["run", "test", "dev", "demo", "bench", "help", "build", "check", "unit", "tools"].contains(&target.as_str())
        {
            assert!(makefile.contains(&format!("\n{target}:")), "make {target} is not in the Makefile");
        }
    }
}
