//! Retries of the same message: one row in the console's log, every one of them in the API.

use crate::app::TestApp;
use parcelwire::tracking::people::{Role, Scope};
use serde_json::{Value, json};

#[tokio::test]
async fn identical_retries_share_a_row_and_are_listed_apart_on_demand() {
    let app = TestApp::start().await;
    let token = app.token(Scope::Admin).await;
    let endpoint = app.endpoint(&token, "fast", None, json!({})).await;
    let url = endpoint["hook_url"].as_str().expect("a URL");
    let mut first = String::new();
    for body in ["{}", "{}", "{}", "{ }"] {
        let answer: Value = app.post_hook(url, &[], body).await.json().await.expect("JSON");
        if first.is_empty() {
            answer["delivery"].as_str().expect("an id").clone_into(&mut first);
        }
    }
    let list = async |query: &str| {
        let request = app.client.get(format!("{}/api/v1/deliveries{query}", app.url())).bearer_auth(&token);
        let page: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        page["items"].as_array().expect("items").clone()
    };
    assert_eq!(list("").await.len(), 4, "the API lists every request");
    let grouped = list("?retries=false").await;
    let retries: Vec<_> = grouped.iter().map(|each| each["retries"].as_u64()).collect();
    assert_eq!(retries, [Some(0), Some(2)]);
    assert_eq!(list(&format!("?retries_of={first}")).await.len(), 2);
    let cookie = app.cookie(Role::Viewer).await;
    let rows = async |path: &str| {
        let page = app.page(&cookie, path).await.replace("<!>", "");
        (page.matches("class=\"row-link\"").count(), page.contains("×2 retries"))
    };
    assert_eq!(rows("/deliveries").await, (2, true));
    assert_eq!(rows("/deliveries?retries=true").await, (4, true));
    assert_eq!(rows(&format!("/deliveries?retries_of={first}")).await, (2, false));
    assert_eq!(rows("/deliveries?outcome=duplicate").await, (2, false));
    app.stop().await;
}
