//! The rules of the house, as tests: who may use whom, where outside crates may occur, how files look.

mod texts;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The modules in the order in which they may use each other: a module uses only those before it, and its own children.
const ORDER: &[&str] = &[
    "tracking",
    "words",
    "server::clock",
    "server::config",
    "server::telemetry",
    "server::problem",
    "server::ids",
    "server::secrets",
    "server::handover",
    "server::signature",
    "server::carriers",
    "server::store",
    "server::safekeeping",
    "server::endpoints",
    "server::live",
    "server::views",
    "server::attention",
    "server::retention",
    "server::ingest",
    "server::apply",
    "server::mappings",
    "server::acts",
    "server::outgoing",
    "server::registration",
    "server::simulator",
    "server::auth",
    "server::state",
    "server::routes",
    "server::console",
    "api",
    "components",
    "islands",
    "pages",
    "app",
    "server::router",
    "server::listener",
    "server::cli",
];

/// Outside crates and the only modules they may occur in.
const FENCES: &[(&str, &[&str])] = &[
    ("sqlx", &["server::store"]),
    ("hmac", &["server::signature"]),
    ("openidconnect", &["server::auth"]),
    ("axum", &["server::routes", "server::router", "server::state", "server::auth", "server::listener", "server::cli"]),
    ("hyper", &["server::listener"]),
    ("rustls", &["server::outgoing"]),
    ("reqwest", &["server::outgoing", "server::simulator", "server::cli"]),
    ("web_sys", &["islands"]),
    (
        "leptos",
        &[
            "api",
            "components",
            "islands",
            "pages",
            "app",
            "server::router",
            "server::state",
            "server::routes",
            "server::cli",
        ],
    ),
];

struct Source {
    path: PathBuf,
    module: String,
    text: String,
}

impl Source {
    /// The code before the file's own tests, without comments.
    fn code(&self) -> String {
        self.before_tests().lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    fn before_tests(&self) -> &str {
        if self.module.ends_with("::tests") || self.module.contains("::tests::") {
            return "";
        }
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the project can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let relative = path.strip_prefix(root().join("src")).expect("under src").with_extension("");
            let module = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect::<Vec<_>>().join("::");
            let text = std::fs::read_to_string(&path).expect("a source file can be read");
            Source { path, module, text }
        })
        .collect()
}

/// Whether `module` is `area` or lies in it.
fn within(module: &str, area: &str) -> bool {
    module == area || module.starts_with(&format!("{area}::"))
}

fn place_of(module: &str) -> Option<usize> {
    ORDER.iter().position(|area| within(module, area))
}

/// Every `crate::a::b` a source names.
fn crate_paths(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest: String =
            code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect();
        let mut parts = rest.split("::").filter(|part| !part.is_empty());
        match (parts.next(), parts.next()) {
            (Some("server"), Some(second)) => found.insert(format!("server::{second}")),
            (Some(first), _) => found.insert(first.to_owned()),
            _ => false,
        };
    }
    found
}

#[test]
fn modules_use_only_those_before_them() {
    let mut broken = Vec::new();
    for source in sources() {
        let Some(own) = place_of(&source.module) else {
            continue;
        };
        for used in crate_paths(&source.code()) {
            if let Some(place) = place_of(&used)
                && place > own
            {
                broken.push(format!("{} uses {used}", source.module));
            }
        }
    }
    assert!(broken.is_empty(), "against the order in docs/ARCHITECTURE.md:\n{}", broken.join("\n"));
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let lost: Vec<_> = sources()
        .into_iter()
        .filter(|s| !matches!(s.module.as_str(), "lib" | "main" | "server") && place_of(&s.module).is_none())
        .map(|s| s.module)
        .collect();
    assert!(lost.is_empty(), "not in ORDER: {lost:?}");
}

/// Whether the code names an outside crate: as the head of a path, or in a `use`.
fn names(code: &str, outside: &str) -> bool {
    code.match_indices(outside).any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        let after = &code[at + outside.len()..];
        let head = !(before.is_alphanumeric() || before == '_' || before == ':');
        head && (after.starts_with("::") || (after.starts_with(';') && code[..at].ends_with("use ")))
    })
}

#[test]
fn outside_crates_stay_behind_their_fences() {
    let mut broken = Vec::new();
    for source in sources() {
        let code = source.code();
        for (name, allowed) in FENCES {
            if names(&code, name)
                && !matches!(source.module.as_str(), "lib" | "main")
                && !allowed.iter().any(|area| within(&source.module, area))
            {
                broken.push(format!("{} uses {name}", source.module));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_target_is_switched_in_the_root_only() {
    let switches: Vec<_> = sources()
        .iter()
        .flat_map(|s| {
            s.text
                .lines()
                .filter(|line| line.contains("feature = \"ssr\"") || line.contains("feature = \"hydrate\""))
                .map(|line| format!("{}: {}", s.module, line.trim()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(switches.iter().all(|s| s.starts_with("lib:")), "{switches:#?}");
}

#[test]
fn files_say_what_they_are_and_stay_short() {
    let mut broken = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//!") {
            broken.push(format!("{} has no //! on top", source.path.display()));
        }
        let lines = source.before_tests().lines().count();
        if lines > 400 {
            broken.push(format!("{} has {lines} lines before its tests", source.path.display()));
        }
        if source.path.file_name().is_some_and(|name| name == "mod.rs") {
            broken.push(format!("{}: foo.rs + foo/, never mod.rs", source.path.display()));
        }
        for word in ["todo!(", "unimplemented!(", "dbg!(", "TODO", "FIXME"] {
            if source.before_tests().contains(word) {
                broken.push(format!("{} has {word}", source.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn nobody_outside_a_carriers_file_branches_on_the_carrier() {
    let names = ["PosMalaysia", "Trackingmore", "Bex", "Boxnow", "Fast"];
    let mut broken = Vec::new();
    for source in sources() {
        if within(&source.module, "server::carriers") || source.module == "tracking::carrier_id" {
            continue;
        }
        let code = source.code();
        for name in names {
            if code.contains(&format!("CarrierId::{name}")) {
                broken.push(format!("{} names CarrierId::{name}", source.module));
            }
        }
    }
    assert!(broken.is_empty(), "what differs is data the carrier declares:\n{}", broken.join("\n"));
}

#[test]
fn every_carrier_has_recorded_requests() {
    for carrier in parcelwire::tracking::carrier_id::CarrierId::ALL {
        let folder = root().join("tests/carriers").join(carrier.as_str());
        let cases = std::fs::read_dir(&folder).map(Iterator::count).unwrap_or_default();
        assert!(cases >= 2, "{} holds {cases} cases", folder.display());
    }
}
