//! The page that shows what is promised, with the figures of the instance.

use crate::app::TestApp;
use parcelwire::server::clock::ManualClock;
use parcelwire::tracking::people::{Role, Scope};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promises_stand_beside_their_figures_for_everybody() {
    let clock = ManualClock::at("2026-06-18T06:30:00.000Z".parse().expect("a time"));
    let app = TestApp::with(|_| {}, clock).await;
    let viewer = app.cookie(Role::Viewer).await;
    let before = app.page(&viewer, "/trust").await;
    for words in
        ["What a 200 promises", "survive a crash and a loss of power", "does not promise", "None yet", "Not yet"]
    {
        assert!(before.contains(words), "{words}");
    }
    let token = app.token(Scope::Admin).await;
    let endpoint = app.endpoint(&token, "fast", None, json!({})).await;
    let url = endpoint["hook_url"].as_str().expect("a URL");
    for number in 0..3 {
        let body = json!({"tracking_number": format!("N{number}")}).to_string();
        assert_eq!(app.post_hook(url, &[], body).await.status(), 200);
    }
    assert_eq!(app.post_hook(&format!("{}/hooks/fast/unknown", app.url()), &[], "{}").await.status(), 404);
    app.server.state.safekeeping.tick().await;
    app.server.state.store.bump_counter("hooks_unknown_url", 41).await.expect("counted");
    let mut after = String::new();
    // Commit times are written with what is written next.
    for _ in 0..50 {
        after = app.page(&viewer, "/trust").await;
        if after.contains("99 of 100 within") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    for words in
        ["99 of 100 within", "restored into a temporary place with 3 deliveries", "Every 24 hours", "Unknown address"]
    {
        assert!(after.contains(words), "{words}");
    }
    assert!(app.page(&viewer, "/carriers").await.contains("/trust"), "carriers lead to it");
    assert!(app.page(&viewer, "/settings").await.contains("/trust"), "and settings");
    app.stop().await;
}
