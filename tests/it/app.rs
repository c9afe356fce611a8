//! A whole instance on a temporary directory and a port of its own.

use parcelwire::server::cli::serve::Server;
use parcelwire::server::clock::{SharedClock, SystemClock};
use parcelwire::server::config::{Config, Settings};
use parcelwire::server::outgoing;
use parcelwire::tracking::people::{Role, Scope};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

/// The password of every user made here.
pub const PASSWORD: &str = "correct horse battery";

/// A running instance; its directory goes with it.
pub struct TestApp {
    /// The instance.
    pub server: Server,
    /// A client that follows no redirect and keeps no cookie.
    pub client: reqwest::Client,
    directory: TempDir,
}

impl TestApp {
    /// With default settings.
    pub async fn start() -> Self {
        Self::with(|_| {}, Arc::new(SystemClock)).await
    }

    /// With some settings of one's own, and a clock.
    pub async fn with(change: impl FnOnce(&mut Settings), clock: SharedClock) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self::again(directory, change, clock).await
    }

    /// On a directory that an instance left behind.
    pub async fn again(directory: TempDir, change: impl FnOnce(&mut Settings), clock: SharedClock) -> Self {
        let mut settings = Settings {
            listen: "127.0.0.1:0".to_owned(),
            data_dir: directory.path().to_string_lossy().into_owned(),
            ..Settings::default()
        };
        change(&mut settings);
        let config = Config::resolve(&settings, &|_| None).expect("the settings are valid");
        let server = Server::start(config, clock).await.expect("the instance starts");
        let client = outgoing::client().timeout(std::time::Duration::from_secs(30)).build().expect("a plain client");
        Self { server, client, directory }
    }

    /// Where it is reached, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.server.address, self.server.state.base)
    }

    /// Makes an API token.
    pub async fn token(&self, scope: Scope) -> String {
        self.server.state.auth.create_token("test", scope).await.expect("a token").1
    }

    /// Adds a user with [`PASSWORD`] and signs in; answers the `Cookie` header.
    pub async fn cookie(&self, role: Role) -> String {
        let name = format!("the-{role}");
        // There already in a test that signs in twice.
        let _ = self.server.state.auth.add_user(&name, role, &SecretString::from(PASSWORD.to_owned())).await;
        let answer = self.sign_in(&name, PASSWORD).await;
        assert_eq!(answer.status(), 303, "signing in");
        let cookie = answer.headers()["set-cookie"].to_str().expect("a cookie is text");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// Posts the sign-in form.
    pub async fn sign_in(&self, name: &str, password: &str) -> reqwest::Response {
        let form = [("username", name), ("password", password)];
        let body: String = form.iter().map(|(key, value)| format!("{key}={}&", value.replace(' ', "+"))).collect();
        self.client
            .post(format!("{}/login", self.url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .expect("the instance answers")
    }

    /// Makes an endpoint through the API; answers it with its URL.
    pub async fn endpoint(&self, token: &str, carrier: &str, secret: Option<&str>, settings: Value) -> Value {
        let mut body = json!({"carrier": carrier, "label": format!("Test {carrier}"), "settings": settings});
        if let Some(secret) = secret {
            body["secret"] = json!(secret);
        }
        let request = self.client.post(format!("{}/api/v1/endpoints", self.url())).bearer_auth(token);
        let answer = request.json(&body).send().await.expect("the instance answers");
        let status = answer.status();
        let made: Value = answer.json().await.expect("an endpoint is JSON");
        assert_eq!(status, 201, "making an endpoint for {carrier}: {made}");
        made
    }

    /// What the API answers to a token; a refusal fails the test.
    pub async fn get_json(&self, token: &str, path: &str) -> Value {
        let answer = self.client.get(format!("{}{path}", self.url())).bearer_auth(token).send().await;
        let answer = answer.expect("the instance answers");
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.expect("JSON")
    }

    /// Posts to a hook.
    pub async fn post_hook(&self, url: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> reqwest::Response {
        let mut request = self.client.post(url).body(body.into());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("the instance answers")
    }

    /// Waits until everything taken is applied.
    pub async fn drain(&self) {
        self.server.state.apply.drain().await.expect("applying works");
    }

    /// Stops it; the directory stays for [`TestApp::again`].
    pub async fn stop(self) -> TempDir {
        self.server.stop().await;
        self.directory
    }

    /// Sends a page's form as a browser without scripts does; answers status and where it leads.
    pub async fn send_form(&self, cookie: &str, function: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let form: String = fields.iter().map(|(name, value)| format!("{name}={}&", value.replace(' ', "+"))).collect();
        let request = self.client.post(format!("{}/fn/{function}", self.url())).header("cookie", cookie);
        let request = request.header("accept", "text/html").header("referer", format!("{}/settings", self.url()));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.expect("the instance answers");
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();

        (answer.status().as_u16(), to)
    }

    /// A page's text.
    pub async fn page(&self, cookie: &str, path: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.url())).header("cookie", cookie);
        let answer = request.send().await.expect("the instance answers");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("a page is text")
    }
}
