//! The search over real HTTP: what it finds, for whom, and that nothing typed breaks it.

use crate::app::TestApp;
use crate::shelf::{Scan, account, put, scan};
use parcelwire::api::query_of;
use parcelwire::tracking::event::Recipient;
use parcelwire::tracking::people::{Role, Scope};
use parcelwire::tracking::status::{Status, Substatus};
use proptest::prelude::{Strategy as _, any};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

/// Five parcels that are told apart by every sort of text.
async fn shelf() -> TestApp {
    let app = TestApp::start().await;
    let endpoint = account(&app).await;
    let person = Recipient {
        name: Some("Σοφία Παπαδοπούλου".into()),
        email: Some("sofia@example.gr".into()),
        phone: Some("+30 694 123 4567".into()),
        postal_code: Some("10558".into()),
    };
    let scans = vec![
        Scan {
            recipient: Some(person), ..scan("GR-100-200", "Παραδόθηκε στην Αθήνα, οδός Ερμού")
        },
        Scan { order: Some("PO 77-12/Ä".into()), ..scan("MY0099", "Tiba di pusat penghantaran Kuala Lumpur") },
        Scan {
            status: Status::Delivered,
            substatus: Substatus::Signed,
            ..scan("ZA555", "Signed \"Ntombi\" OR nobody*")
        },
        scan("LONG-12345678901234567890", "Moved"),
        scan("AB", "x"),
    ];
    put(&app.server.state.store, endpoint, scans, app.server.state.clock.now()).await;
    app
}

fn asking(app: &TestApp, path: &str, q: &str) -> String {
    query_of(&format!("{}{path}", app.url()), &[("q", q.to_owned())])
}

async fn numbers(app: &TestApp, token: &str, q: &str) -> Vec<String> {
    let answer = app.client.get(asking(app, "/api/v1/parcels", q)).bearer_auth(token);
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{q:?}");
    let list: Value = answer.json().await.expect("JSON");
    let items = list["items"].as_array().expect("items");
    items.iter().map(|parcel| parcel["number"].as_str().expect("a number").to_owned()).collect()
}

async fn page(app: &TestApp, cookie: &str, q: &str) -> (u16, String) {
    let request = app.client.get(asking(app, "/search", q)).header("cookie", cookie);
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    // Marks for waking the page up stand between texts.
    (status, answer.text().await.expect("text").replace("<!>", ""))
}

#[tokio::test]
async fn numbers_by_any_part_texts_by_the_beginnings_of_words() {
    let app = shelf().await;
    let token = app.token(Scope::Read).await;
    for (q, expected) in [
        ("gr100", &["GR-100-200"][..]),
        ("00 2", &["GR-100-200"]),
        ("7890123", &["LONG-12345678901234567890"]),
        ("7712/a", &["MY0099"]),
        ("po77", &["MY0099"]),
        ("ab", &["AB"]),
        ("b", &[]),
        ("αθηνα", &["GR-100-200"]),
        ("ΟΔΟΣ ερμ", &["GR-100-200"]),
        ("ερμού penghantaran", &[]),
        ("lumpur kual", &["MY0099"]),
        ("umpur", &[]),
        ("ntombi", &["ZA555"]),
        ("nobody", &["ZA555"]),
        ("nothing of it", &[]),
    ] {
        assert_eq!(numbers(&app, &token, q).await, expected, "{q:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn recipients_are_found_by_those_who_may_reveal_them_until_they_are_purged() {
    let app = shelf().await;
    let (read, operate) = (app.token(Scope::Read).await, app.token(Scope::Operate).await);
    for q in ["παπαδοπουλου", "Σοφία παπα", "SOFIA@example.gr", "0694 123", "6941234567", "10558"]
    {
        assert_eq!(numbers(&app, &read, q).await, Vec::<String>::new(), "{q:?} for read");
        assert_eq!(numbers(&app, &operate, q).await, ["GR-100-200"], "{q:?} for operate");
    }
    let (viewer, operator) = (app.cookie(Role::Viewer).await, app.cookie(Role::Operator).await);
    assert!(page(&app, &viewer, "παπαδοπουλου").await.1.contains("Nothing found"));
    let (_, shown) = page(&app, &operator, "παπαδοπουλου").await;
    assert!(shown.contains("GR-100-200") && shown.contains("Recipient"), "found");
    assert!(!shown.contains("Παπαδοπούλου"), "masked all the same");
    let later = app.server.state.clock.now().plus_seconds(60);
    let purge = app.server.state.store.write(move |tx| Box::pin(tx.purge_recipients(later)));
    assert_eq!(purge.await.expect("purged"), 1);
    assert_eq!(numbers(&app, &operate, "παπαδοπουλου").await, Vec::<String>::new());
    assert_eq!(numbers(&app, &operate, "10558").await, Vec::<String>::new());
    assert_eq!(numbers(&app, &operate, "gr100").await, ["GR-100-200"]);
    app.stop().await;
}

#[tokio::test]
async fn the_page_groups_what_was_found_and_marks_the_place() {
    let app = shelf().await;
    let cookie = app.cookie(Role::Viewer).await;
    let (status, shown) = page(&app, &cookie, "αθηνα").await;
    assert_eq!(status, 200);
    assert!(shown.contains("<h1>Search: αθηνα</h1>"), "a title of its own");
    assert!(shown.contains("<mark>Αθήνα</mark>") && shown.contains("Carrier’s words"), "{shown}");
    let (_, shown) = page(&app, &cookie, "77-12").await;
    assert!(shown.contains("<mark>77-12</mark>") && shown.contains("order"));
    assert!(page(&app, &cookie, "").await.1.contains("What are you looking for?"));
    assert!(page(&app, &cookie, "zzzzzz").await.1.contains("Nothing found"));
    app.stop().await;
}

#[tokio::test]
async fn nothing_typed_breaks_the_search() {
    let app = shelf().await;
    let token = app.token(Scope::Operate).await;
    let cookie = app.cookie(Role::Operator).await;
    let mut typed: Vec<String> = [
        "\"",
        "\"\"",
        "'",
        "*",
        "a*",
        "\"*",
        "^a",
        "text:a",
        "NEAR(a b, 2)",
        "a AND",
        "OR",
        "NOT",
        "(",
        ")",
        "{a b}: c",
        "a + b",
        "-",
        "--",
        ";",
        "\\",
        "%",
        "_",
        "\u{0}",
        "a\u{0}bc",
        "\u{FEFF}",
        "\u{202E}abc",
        "ß",
        "ﬁ",
        "İstanbul",
        "日本語",
        "กรุงเทพ",
        "🚚🚚🚚",
        "e\u{301}\u{301}\u{301}",
        "\u{301}\u{301}\u{301}",
        "\n\r\t",
        "<script>",
        "&amp;",
        "..%2f",
    ]
    .map(str::to_owned)
    .to_vec();
    typed.push("x".repeat(5_000));
    typed.push("ab ".repeat(1_500));
    typed.push("\"".repeat(1_000));
    let mut runner = TestRunner::deterministic();
    let strange = any::<String>();
    typed.extend((0..40).map(|_| strange.new_tree(&mut runner).expect("a string").current()));
    for q in typed {
        let (status, _) = page(&app, &cookie, &q).await;
        assert_eq!(status, 200, "the page: {q:?}");
        for path in ["/api/v1/parcels", "/api/v1/parcels.csv", "/parcels"] {
            let request = app.client.get(asking(&app, path, &q));
            let request =
                if path == "/parcels" { request.header("cookie", &cookie) } else { request.bearer_auth(&token) };
            let status = request.send().await.expect("an answer").status();
            assert_eq!(status, 200, "{path}: {q:?}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_derived_again_is_found_again() {
    let app = shelf().await;
    let token = app.token(Scope::Operate).await;
    let store = &app.server.state.store;
    store.write(|tx| Box::pin(tx.forget_derived())).await.expect("forgotten");
    assert_eq!(numbers(&app, &token, "αθηνα").await, Vec::<String>::new());
    app.server.state.apply.refold_stale().await.expect("folded again");
    assert_eq!(numbers(&app, &token, "αθηνα").await, ["GR-100-200"]);
    assert_eq!(numbers(&app, &token, "7712").await, ["MY0099"]);
    assert!(store.integrity_check().await.expect("checked").is_empty());
    app.stop().await;
}
