//! Signing in at a provider, against one of our own that can be told to misbehave.

use crate::app::{PASSWORD, TestApp};
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey,
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EndUserUsername, IssuerUrl, JsonWebKeyId, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, PrivateSigningKey as _, StandardClaims, SubjectIdentifier,
};
use parcelwire::server::clock::ManualClock;
use parcelwire::server::config::{ProviderSettings, Settings};
use parcelwire::tracking::audit::{Act, ActOutcome, AuditFilter, AuditRow, Door};
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::people::Role;
use parcelwire::tracking::time::Timestamp;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use tempfile::TempDir;

const CLIENT: &str = "parcelwire";
const SECRET: &str = "client-secret-of-the-tests";

/// Two keys: the provider's, and one that is somebody else's, or its next.
static KEYS: LazyLock<[String; 2]> = LazyLock::new(|| {
    [(); 2].map(|()| {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("a key");
        key.to_pkcs1_pem(rsa::pkcs1::LineEnding::LF).expect("text").to_string()
    })
});

fn now() -> Timestamp {
    "2026-06-18T06:30:00Z".parse().expect("a time")
}

fn key(which: usize) -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(&KEYS[which], Some(JsonWebKeyId::new(format!("key {which}")))).expect("a key")
}

/// What the provider says of somebody; each field may be told to be wrong.
#[derive(Clone)]
struct Says {
    subject: String,
    name: Option<String>,
    nonce: Option<String>,
    audience: String,
    issuer: Option<String>,
    holds_s: i64,
    signed_with: usize,
    by_secret: bool,
    token: bool,
}

impl Says {
    fn of(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            name: None,
            nonce: None,
            audience: CLIENT.to_owned(),
            issuer: None,
            holds_s: 300,
            signed_with: 0,
            by_secret: false,
            token: true,
        }
    }
}

struct Granted {
    says: Says,
    nonce: String,
    challenge: String,
    redirect: String,
}

#[derive(Default)]
struct Inside {
    url: String,
    codes: HashMap<String, Granted>,
    published: usize,
    /// What a token was asked with.
    asked: Vec<HashMap<String, String>>,
}

/// The provider.
#[derive(Clone)]
struct Idp(Arc<Mutex<Inside>>, Arc<tokio::task::JoinHandle<()>>);

type Shared = Arc<Mutex<Inside>>;

async fn describe(State(inside): State<Shared>) -> Json<Value> {
    let url = inside.lock().expect("whole").url.clone();
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]
    }))
}

async fn keys(State(inside): State<Shared>) -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![key(inside.lock().expect("whole").published).as_verification_key()]))
}

async fn token(
    State(inside): State<Shared>,
    headers: axum::http::HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (axum::http::StatusCode, Json<Value>) {
    let mut inside = inside.lock().expect("whole");
    inside.asked.push(form.clone());
    let shown = headers.get("authorization").and_then(|shown| shown.to_str().ok()).unwrap_or_default();
    let refused = |word: &str| (axum::http::StatusCode::BAD_REQUEST, Json(json!({"error": word})));
    if shown != format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{CLIENT}:{SECRET}"))) {
        return refused("invalid_client");
    }
    let Some(granted) = form.get("code").and_then(|code| inside.codes.remove(code)) else {
        return refused("invalid_grant");
    };
    let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
    if PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str() != granted.challenge
        || form["redirect_uri"] != granted.redirect
    {
        return refused("invalid_grant");
    }
    let says = granted.says;
    let at = |seconds: i64| {
        chrono::DateTime::from_timestamp_millis(now().plus_seconds(seconds).millis()).expect("within range")
    };
    let claims = CoreIdTokenClaims::new(
        IssuerUrl::new(says.issuer.unwrap_or_else(|| inside.url.clone())).expect("an address"),
        vec![Audience::new(says.audience)],
        at(says.holds_s),
        at(0),
        StandardClaims::new(SubjectIdentifier::new(says.subject))
            .set_preferred_username(says.name.map(EndUserUsername::new)),
        EmptyAdditionalClaims {},
    )
    .set_nonce(Some(Nonce::new(says.nonce.unwrap_or(granted.nonce))));
    let signed = if says.by_secret {
        let key = openidconnect::core::CoreHmacKey::new(SECRET);
        CoreIdToken::new(claims, &key, CoreJwsSigningAlgorithm::HmacSha256, None, None)
    } else {
        CoreIdToken::new(claims, &key(says.signed_with), CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, None, None)
    };
    let mut answer = json!({"access_token": "never used", "token_type": "Bearer"});
    if says.token {
        answer["id_token"] = json!(signed.expect("signed").to_string());
    }
    (axum::http::StatusCode::OK, Json(answer))
}

impl Idp {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let inside = Arc::new(Mutex::new(Inside { url, ..Inside::default() }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(inside.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
        Self(inside, Arc::new(serving))
    }

    fn url(&self) -> String {
        self.0.lock().expect("whole").url.clone()
    }

    fn publish(&self, which: usize) {
        self.0.lock().expect("whole").published = which;
    }

    /// Somebody signs in there: the code they are sent back with.
    fn grant(&self, way: &HashMap<String, String>, says: Says) -> String {
        let mut inside = self.0.lock().expect("whole");
        let code = format!("code-{}", inside.codes.len() + inside.asked.len());
        let granted = Granted {
            says,
            nonce: way["nonce"].clone(),
            challenge: way["code_challenge"].clone(),
            redirect: way["redirect_uri"].clone(),
        };
        inside.codes.insert(code.clone(), granted);
        code
    }
}

/// An instance whose people may sign in at a provider.
struct Bed {
    app: TestApp,
    clock: Arc<ManualClock>,
    idp: Idp,
    _files: TempDir,
}

/// What came back, as far as it matters.
struct Back {
    status: u16,
    to: String,
    session: Option<String>,
    page: String,
}

impl Bed {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let idp = Idp::start().await;
        let files = tempfile::tempdir().expect("a directory");
        let secret = files.path().join("secret");
        std::fs::write(&secret, format!("{SECRET}\n")).expect("written");
        let clock = ManualClock::at(now());
        let issuer = idp.url();
        let app = TestApp::with(
            |settings| {
                settings.outgoing_allow = Some("127.0.0.0/8".into());
                settings.provider = ProviderSettings {
                    oidc_issuer: Some(issuer),
                    oidc_client_id: Some(CLIENT.into()),
                    oidc_client_secret_file: Some(secret.to_string_lossy().into_owned()),
                    oidc_name: Some("Our <Door>".into()),
                    oidc_create: None,
                };
                change(settings);
            },
            clock.clone(),
        )
        .await;
        app.cookie(Role::Admin).await;
        app.cookie(Role::Viewer).await;
        Self { app, clock, idp, _files: files }
    }

    async fn get(&self, path: &str, cookie: &str) -> Back {
        let request = self.app.client.get(format!("{}{path}", self.app.url())).header("cookie", cookie);
        // As it comes from the provider's page.
        let answer = request.header("sec-fetch-site", "cross-site").send().await.expect("an answer");
        let cookies: Vec<String> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|cookie| Some(cookie.to_str().ok()?.split(';').next()?.to_owned()))
            .collect();
        let session = cookies.into_iter().find(|cookie| cookie.starts_with("parcelwire="));
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        Back { status: answer.status().as_u16(), to, session, page: answer.text().await.expect("text") }
    }

    /// Sets out: what the provider is told, and the browser's cookie.
    async fn depart(&self, next: &str) -> (HashMap<String, String>, String) {
        let request = self.app.client.get(format!("{}/login/oidc?next={next}", self.app.url()));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 303);
        let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
        assert!(cookie.contains("HttpOnly; SameSite=Lax") && cookie.contains("Max-Age=600"), "{cookie}");
        let to = answer.headers()["location"].to_str().expect("text");
        let url = url::Url::parse(to).expect("an address");
        assert!(to.starts_with(&format!("{}/authorize?", self.idp.url())), "{to}");
        (url.query_pairs().into_owned().collect(), cookie.split(';').next().unwrap_or_default().to_owned())
    }

    async fn come_back(&self, code: &str, state: &str, cookie: &str) -> Back {
        self.get(&format!("/login/oidc/return?code={code}&state={state}"), cookie).await
    }

    /// The whole way.
    async fn sign_in(&self, says: Says) -> Back {
        let (way, cookie) = self.depart("").await;
        let code = self.idp.grant(&way, says);
        self.come_back(&code, &way["state"], &cookie).await
    }

    async fn link(&self, name: &str, subject: &str) {
        self.app.server.state.auth.link(name, subject).await.expect("linked");
    }

    async fn rows(&self, act: Act) -> Vec<AuditRow> {
        let (filter, page) = (AuditFilter { act: Some(act), ..AuditFilter::default() }, PageRequest::default());
        self.app.server.state.store.list_audit(&filter, &page).await.expect("the log").items
    }

    #[track_caller]
    fn refused(back: &Back, why: &str) {
        assert_eq!((back.status, &back.session), (401, &None), "{}", back.page);
        assert!(back.page.contains(why) && back.page.contains("name=\"password\""), "{}", back.page);
    }
}

#[tokio::test]
async fn somebody_who_is_linked_signs_in_and_goes_on_to_where_they_were_going() {
    let bed = Bed::start().await;
    bed.link("the-viewer", "subject-1").await;
    let page = bed.get("/login?next=/parcels?q=1", "").await.page;
    assert!(
        page.contains("Sign in with Our &lt;Door&gt;") && page.contains("href=\"/login/oidc?next=%2Fparcels"),
        "{page}"
    );
    let (way, cookie) = bed.depart("%2Fparcels%3Fq%3D1").await;
    assert_eq!(way["redirect_uri"], format!("{}/login/oidc/return", bed.app.url()));
    assert_eq!((way["response_type"].as_str(), way["client_id"].as_str()), ("code", CLIENT));
    assert_eq!((way["scope"].as_str(), way["code_challenge_method"].as_str()), ("openid profile", "S256"));
    assert!(way["state"].len() >= 20 && way["nonce"].len() >= 20);
    let code = bed.idp.grant(&way, Says::of("subject-1"));
    let back = bed.come_back(&code, &way["state"], &cookie).await;
    assert_eq!((back.status, back.to.as_str()), (303, "/parcels?q=1"), "{}", back.page);
    let session = back.session.expect("a session");
    assert!(bed.app.page(&session, "/settings").await.contains("the-viewer"));
    let row = bed.rows(Act::SignIn).await.into_iter().next().expect("recorded");
    assert_eq!((row.actor.as_str(), row.via, row.outcome), ("the-viewer", Door::SignIn, ActOutcome::Done));
    assert_eq!(row.detail.get("provider"), Some(&bed.idp.url()));
    // Nothing of it works twice: not the state, and another code does not help.
    Bed::refused(&bed.come_back(&code, &way["state"], &cookie).await, "That took too long");
    let code = bed.idp.grant(&way, Says::of("subject-1"));
    Bed::refused(&bed.come_back(&code, &way["state"], &cookie).await, "That took too long");
    assert_eq!(bed.idp.0.lock().expect("whole").asked.len(), 1, "the provider is not even asked");
    // The way back is never off this host.
    let (way, cookie) = bed.depart("https%3A%2F%2Fevil.example%2F").await;
    let code = bed.idp.grant(&way, Says::of("subject-1"));
    assert_eq!(bed.come_back(&code, &way["state"], &cookie).await.to, "/");
    bed.app.stop().await;
}

#[tokio::test]
async fn what_does_not_hold_is_refused_and_recorded() {
    let bed = Bed::start().await;
    bed.link("the-viewer", "subject-1").await;
    let right = || Says::of("subject-1");
    for (what, says) in [
        ("another nonce", Says { nonce: Some("another".into()), ..right() }),
        ("for another program", Says { audience: "somebody-else".into(), ..right() }),
        ("another provider", Says { issuer: Some("https://evil.example".into()), ..right() }),
        ("expired", Says { holds_s: -1, ..right() }),
        ("signed by somebody else", Says { signed_with: 1, ..right() }),
        ("signed with our own secret", Says { by_secret: true, ..right() }),
        ("no token", Says { token: false, ..right() }),
        ("no subject", Says::of("")),
        ("an endless subject", Says::of(&"s".repeat(300))),
    ] {
        let back = bed.sign_in(says).await;
        assert!(back.session.is_none(), "{what}");
        Bed::refused(&back, "does not hold");
    }
    let (way, cookie) = bed.depart("").await;
    Bed::refused(&bed.come_back("a-code-nobody-gave", &way["state"], &cookie).await, "does not hold");
    let rows = bed.rows(Act::SignIn).await;
    let told = rows.iter().filter(|row| {
        row.outcome == ActOutcome::Refused
            && row.detail.get("reason").is_some_and(|why| why == "the provider's answer does not hold")
    });
    assert_eq!(told.count(), 10);
    let (way, cookie) = bed.depart("").await;
    let path = format!("/login/oidc/return?error=access_denied&error_description=secret&state={}", way["state"]);
    let back = bed.get(&path, &cookie).await;
    Bed::refused(&back, "was not finished");
    assert!(!back.page.contains("secret"), "what a stranger may write is not shown");
    assert_eq!(bed.sign_in(right()).await.status, 303, "and what holds is taken");
    bed.app.stop().await;
}

#[tokio::test]
async fn a_way_belongs_to_one_browser_and_ten_minutes() {
    let bed = Bed::start().await;
    bed.link("the-viewer", "subject-1").await;
    let (mine, _) = bed.depart("").await;
    let (_, another) = bed.depart("").await;
    for cookie in [another.as_str(), "", "parcelwire-sign-in=guessed"] {
        let (way, _) = bed.depart("").await;
        let code = bed.idp.grant(&way, Says::of("subject-1"));
        Bed::refused(&bed.come_back(&code, &way["state"], cookie).await, "begun in another browser");
    }
    let code = bed.idp.grant(&mine, Says::of("subject-1"));
    Bed::refused(&bed.come_back(&code, "a-state-nobody-gave", &another).await, "begun in another browser");
    Bed::refused(&bed.get(&format!("/login/oidc/return?code={code}"), &another).await, "begun in another browser");
    let (way, cookie) = bed.depart("").await;
    let code = bed.idp.grant(&way, Says { holds_s: 3600, ..Says::of("subject-1") });
    bed.clock.set(now().plus_seconds(601));
    Bed::refused(&bed.come_back(&code, &way["state"], &cookie).await, "That took too long");
    assert!(bed.idp.0.lock().expect("whole").asked.is_empty(), "the provider is not even asked");
    bed.app.stop().await;
}

#[tokio::test]
async fn strangers_and_disabled_users_stay_out_and_names_are_no_proof() {
    let bed = Bed::start().await;
    let stranger = Says { name: Some("the-admin".into()), ..Says::of("subject-2") };
    Bed::refused(&bed.sign_in(stranger).await, "Nobody here is linked");
    let auth = &bed.app.server.state.auth;
    bed.link("the-viewer", "subject-2").await;
    assert!(auth.link("the-admin", "subject-2").await.is_err(), "nobody is two users");
    let session = bed.sign_in(Says::of("subject-2")).await.session.expect("a session");
    auth.set_disabled("the-viewer", true).await.expect("disabled");
    assert_eq!(bed.get("/parcels", &session).await.status, 303, "their session ends");
    Bed::refused(&bed.sign_in(Says::of("subject-2")).await, "You may not sign in here");
    auth.set_disabled("the-viewer", false).await.expect("enabled");
    assert_eq!(bed.sign_in(Says::of("subject-2")).await.status, 303);
    auth.unlink("the-viewer").await.expect("unlinked");
    Bed::refused(&bed.sign_in(Says::of("subject-2")).await, "Nobody here is linked");
    assert_eq!(bed.app.sign_in("the-viewer", PASSWORD).await.status(), 303, "passwords go on working");
    bed.app.stop().await;
}

#[tokio::test]
async fn strangers_become_users_only_where_the_settings_say_so_and_never_somebody_else() {
    let bed = Bed::with(|settings| settings.provider.oidc_create = Some("operator".into())).await;
    let ann = || Says { name: Some("Ann".into()), ..Says::of("subject-3") };
    let session = bed.sign_in(ann()).await.session.expect("a session");
    assert!(bed.app.page(&session, "/settings").await.contains("Ann"));
    let row = bed.rows(Act::UserAdd).await.into_iter().next().expect("recorded");
    assert_eq!((row.subject.as_str(), row.detail.get("role").map(String::as_str)), ("Ann", Some("operator")));
    assert_eq!(
        bed.sign_in(Says { name: Some("Ann B.".into()), ..ann() }).await.status,
        303,
        "whatever her name is now"
    );
    for name in [Some("the-admin"), Some("ANN"), Some(""), None] {
        let says = Says { name: name.map(str::to_owned), ..Says::of("subject-4") };
        Bed::refused(&bed.sign_in(says).await, "Ask an admin to link you");
    }
    let users = bed.app.server.state.auth.users(&PageRequest::default()).await.expect("listed").items;
    assert_eq!(users.len(), 3, "{users:?}");
    bed.app.server.state.auth.set_disabled("Ann", true).await.expect("disabled");
    Bed::refused(&bed.sign_in(ann()).await, "You may not sign in here");
    bed.app.stop().await;
}

#[tokio::test]
async fn a_second_factor_set_up_here_is_asked_for_as_well() {
    let bed = Bed::start().await;
    bed.link("the-viewer", "subject-1").await;
    let cookie = bed.app.cookie(Role::Viewer).await;
    bed.app.send_form(&cookie, "begin_factor", &[]).await;
    let page = bed.app.page(&cookie, "/settings").await;
    let key = page.split("data-testid=\"factor-key\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a key");
    let bytes = totp_rs::Secret::Encoded(key.replace(' ', "")).to_bytes().expect("base32");
    let totp = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 1, 30, bytes, None, String::new()).expect("a key");
    let code = |seconds: i64| totp.generate(now().plus_seconds(seconds).millis().unsigned_abs() / 1000);
    bed.app.send_form(&cookie, "confirm_factor", &[("code", &code(0))]).await;
    let back = bed.sign_in(Says::of("subject-1")).await;
    assert_eq!((back.status, &back.session), (200, &None), "no session before the code");
    let ticket = back.page.split("name=\"ticket\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let ticket = ticket.expect("a second step");
    bed.clock.set(now().plus_seconds(60));
    let form = format!("ticket={ticket}&code={}", code(60));
    let request = bed.app.client.post(format!("{}/login", bed.app.url()));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    assert_eq!(request.send().await.expect("an answer").status(), 303);
    bed.app.stop().await;
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_is_said_and_passwords_go_on_working() {
    let bed = Bed::start().await;
    bed.link("the-viewer", "subject-1").await;
    let (way, cookie) = bed.depart("").await;
    let code = bed.idp.grant(&way, Says::of("subject-1"));
    bed.idp.1.abort();
    // Until nobody answers there any more.
    while bed.app.client.get(format!("{}/keys", bed.idp.url())).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
    let back = bed.come_back(&code, &way["state"], &cookie).await;
    assert_eq!((back.status, &back.session), (503, &None));
    assert!(back.page.contains("cannot be reached") && back.page.contains("name=\"password\""), "{}", back.page);
    bed.clock.set(now().plus_seconds(601));
    assert_eq!(bed.get("/login/oidc", "").await.status, 503, "its description has had its time");
    assert_eq!(bed.app.sign_in("the-viewer", PASSWORD).await.status(), 303);
    bed.app.stop().await;
    let bed = Bed::with(|settings| settings.outgoing_allow = None).await;
    assert_eq!(bed.get("/login/oidc", "").await.status, 503, "private networks are refused");
    bed.app.stop().await;
}

#[tokio::test]
async fn keys_that_changed_are_asked_for_again() {
    let bed = Bed::start().await;
    bed.link("the-viewer", "subject-1").await;
    assert_eq!(bed.sign_in(Says::of("subject-1")).await.status, 303);
    bed.idp.publish(1);
    let next = || Says { signed_with: 1, ..Says::of("subject-1") };
    Bed::refused(&bed.sign_in(next()).await, "does not hold");
    bed.clock.set(now().plus_seconds(61));
    assert_eq!(bed.sign_in(next()).await.status, 303);
    Bed::refused(&bed.sign_in(Says::of("subject-1")).await, "does not hold");
    bed.app.stop().await;
}

#[tokio::test]
async fn the_way_back_is_below_the_base_path_and_there_is_none_without_a_provider() {
    let bed = Bed::with(|settings| settings.public_url = Some("https://x.example/track".into())).await;
    let request = bed.app.client.get(format!("{}/login/oidc", bed.app.url()));
    let answer = request.send().await.expect("an answer");
    let to = url::Url::parse(answer.headers()["location"].to_str().expect("text")).expect("an address");
    let way: HashMap<String, String> = to.query_pairs().into_owned().collect();
    assert_eq!(way["redirect_uri"], "https://x.example/track/login/oidc/return");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.contains("; Path=/track; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let page = bed.get("/login", "").await.page;
    assert!(page.contains("href=\"/track/login/oidc\""), "{page}");
    bed.app.stop().await;
    let app = TestApp::start().await;
    app.cookie(Role::Admin).await;
    for path in ["/login/oidc", "/login/oidc/return?code=x&state=y"] {
        let answer = app.client.get(format!("{}{path}", app.url())).send().await.expect("an answer");
        assert_eq!(answer.status(), 404, "{path}");
    }
    let page = app.client.get(format!("{}/login", app.url())).send().await.expect("an answer");
    assert!(!page.text().await.expect("a page").contains("oidc"), "no button");
    app.stop().await;
}
