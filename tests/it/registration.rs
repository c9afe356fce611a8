//! Asking carriers about our registration, against carriers made of wiremock.

use parcelwire::server::carriers::CARRIERS;
use parcelwire::server::clock::{ManualClock, SharedClock};
use parcelwire::server::config::WebAddress;
use parcelwire::server::endpoints::{EndpointChange, Endpoints, GivenSecrets, NewEndpoint};
use parcelwire::server::outgoing::Outgoing;
use parcelwire::server::registration::{Registrar, RegistrationError};
use parcelwire::server::secrets::Keyring;
use parcelwire::server::store::{Store, StoreOptions};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::endpoint::SecretName;
use parcelwire::tracking::registration::{
    Registration, RegistrationAct, RegistrationState, RegistrationStep, StepState,
};
use parcelwire::tracking::time::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};
use zeroize::Zeroizing;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
const API_KEY: &str = "bex-api-key-0001";

struct Bench {
    _dir: tempfile::TempDir,
    endpoints: Endpoints,
    store: Store,
    clock: SharedClock,
    carrier: MockServer,
}

impl Bench {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let now: Timestamp = "2026-06-18T06:30:00.000Z".parse().expect("a time");
        let clock: SharedClock = ManualClock::at(now);
        let defaults = CARRIERS.iter().map(|carrier| (carrier.id(), carrier.default_rows())).collect();
        let store = Store::open(StoreOptions { path: dir.path().join("parcelwire.db"), defaults, now })
            .await
            .expect("a new database opens");
        let keyring = Arc::new(Keyring::open_or_create(dir.path(), None).expect("a new key"));
        let hooks = WebAddress::parse("https://hooks.example.com").expect("an address");
        let endpoints = Endpoints::new(store.clone(), keyring, clock.clone(), hooks);
        Self { _dir: dir, endpoints, store, clock, carrier: MockServer::start().await }
    }

    fn registrar(&self, allow: &[&str]) -> Registrar {
        let allow = allow.iter().map(|network| network.parse().expect("a network")).collect();
        Registrar::new(self.store.clone(), self.endpoints.clone(), self.clock.clone(), Outgoing::new(allow))
    }

    async fn endpoint(&self, carrier: CarrierId, settings: Value, secrets: &[(SecretName, &str)]) -> Uuid {
        let typed = secrets.iter().map(|(name, text)| (*name, Zeroizing::new((*text).to_owned()))).collect();
        let mut settings = settings;
        settings["base_url"] = json!(self.carrier.uri());
        let new = NewEndpoint {
            carrier,
            label: "Main account".into(),
            state: None,
            settings: Some(settings),
            secrets: GivenSecrets { typed, generate: false },
        };
        self.endpoints.create(new).await.expect("a valid endpoint").endpoint.id
    }

    async fn bex(&self, settings: Value) -> Uuid {
        self.endpoint(CarrierId::Bex, settings, &[(SecretName::Secret, SECRET), (SecretName::ApiKey, API_KEY)]).await
    }

    async fn hook_url(&self, id: Uuid) -> String {
        self.endpoints.find(id, true).await.expect("the endpoint").hook_url
    }

    async fn answers(&self, verb: &str, at: &str, status: u16, body: Value) {
        Mock::given(method(verb))
            .and(path(at))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .mount(&self.carrier)
            .await;
    }
}

const LOOPBACK: &[&str] = &["127.0.0.0/8"];
const REGISTRATIONS: &str = "/api/webhooks/registrations";

fn step<'a>(registration: &'a Registration, name: &str) -> &'a RegistrationStep {
    registration.steps.iter().find(|step| step.name == name).unwrap_or_else(|| panic!("no step {name}"))
}

fn words(registration: &Registration, name: &str) -> String {
    step(registration, name).message.clone().unwrap_or_default()
}

#[tokio::test]
async fn bex_is_registered_activated_checked_and_unsubscribed() {
    let bench = Bench::new().await;
    let id = bench.bex(json!({"filters": ["pod"], "noecho": true})).await;
    let registrar = bench.registrar(LOOPBACK);
    let hook = bench.hook_url(id).await;
    Mock::given(method("POST"))
        .and(path(REGISTRATIONS))
        .and(header("X-InsightWebHooks-Auth", API_KEY))
        .and(body_partial_json(json!({
            "WebHookUri": format!("{hook}?noecho"), "Secret": SECRET, "Description": "Main account", "Filters": ["pod"],
        })))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({"Id": "r-1", "WebHookUri": hook})))
        .expect(1)
        .mount(&bench.carrier)
        .await;
    for at in ["/api/ActivateWebHook", "/api/UnsubscribeWebHook"] {
        Mock::given(method("POST"))
            .and(path(at))
            .and(body_partial_json(json!({"webHookKey": API_KEY})))
            .respond_with(ResponseTemplate::new(200))
            .expect(1)
            .mount(&bench.carrier)
            .await;
    }
    let listed = json!([{"Id": "r-1", "WebHookUri": format!("{hook}?noecho"), "Filters": ["pod"], "IsPaused": false}]);
    bench.answers("GET", REGISTRATIONS, 200, listed).await;

    let before = registrar.view(id, false).await.expect("a view");
    assert_eq!(before.state, RegistrationState::Unregistered);
    assert!(before.handouts.iter().all(|handout| !handout.text.contains(hook.rsplit('/').next().expect("a token"))));

    let after = registrar.act(id, RegistrationAct::Register).await.expect("asked");
    assert_eq!((after.state, step(&after, "register").state), (RegistrationState::Registered, StepState::Done));
    let after = registrar.act(id, RegistrationAct::Activate).await.expect("asked");
    assert_eq!(after.state, RegistrationState::Activated);
    let after = registrar.act(id, RegistrationAct::Check).await.expect("asked");
    assert_eq!((after.state, step(&after, "check").state), (RegistrationState::Activated, StepState::Done));
    assert!(after.last_checked_at.is_some());
    assert_eq!(step(&after, "first_delivery").state, StepState::Todo);
    let after = registrar.act(id, RegistrationAct::Unsubscribe).await.expect("asked");
    assert_eq!(after.state, RegistrationState::Unsubscribed);
}

#[tokio::test]
async fn an_answer_of_200_with_an_error_inside_is_a_failure() {
    let bench = Bench::new().await;
    let id = bench.bex(json!({})).await;
    bench.answers("POST", REGISTRATIONS, 200, json!({"ex": "Invalid API key"})).await;
    let after = bench.registrar(LOOPBACK).act(id, RegistrationAct::Register).await.expect("asked");
    assert_eq!((after.state, step(&after, "register").state), (RegistrationState::Failed, StepState::Failed));
    assert!(words(&after, "register").contains("Invalid API key"));
}

#[tokio::test]
async fn refusals_are_told_in_the_carriers_words_without_our_secrets() {
    for (status, said) in
        [(400, "refused"), (409, "registered already"), (401, "credentials"), (503, "failed on its side")]
    {
        let bench = Bench::new().await;
        let id = bench.bex(json!({})).await;
        let hook = bench.hook_url(id).await;
        let repeated = format!("WebHook verification of '{hook}' with '{SECRET}' and {API_KEY} failed");
        bench.answers("POST", REGISTRATIONS, status, json!({ "Message": repeated })).await;
        let after = bench.registrar(LOOPBACK).act(id, RegistrationAct::Register).await.expect("asked");
        let words = words(&after, "register");
        assert!(words.contains(said) && words.contains("WebHook verification"), "{words}");
        let token = hook.rsplit('/').next().expect("a token");
        assert!(![token, SECRET, API_KEY].iter().any(|hidden| words.contains(hidden)), "{words}");
    }
}

#[tokio::test]
async fn a_registration_that_is_not_listed_any_more_is_a_failed_check() {
    let bench = Bench::new().await;
    let id = bench.bex(json!({})).await;
    bench.answers("GET", REGISTRATIONS, 200, json!([{"Id": "x", "WebHookUri": "https://elsewhere.example"}])).await;
    let after = bench.registrar(LOOPBACK).act(id, RegistrationAct::Check).await.expect("asked");
    assert_eq!((after.state, step(&after, "check").state), (RegistrationState::Failed, StepState::Failed));
    assert!(words(&after, "check").contains("not this address"));
}

#[tokio::test]
async fn registering_again_changes_the_registration_that_is_there() {
    let bench = Bench::new().await;
    let id = bench.bex(json!({})).await;
    bench.answers("POST", REGISTRATIONS, 201, json!({"Id": "r-1"})).await;
    bench.answers("PUT", "/api/webhooks/registrations/r-1", 200, json!({})).await;
    let registrar = bench.registrar(LOOPBACK);
    for _ in 0..2 {
        registrar.act(id, RegistrationAct::Register).await.expect("asked");
    }
    let asked = bench.carrier.received_requests().await.expect("recorded");
    let verbs: Vec<String> = asked.iter().map(|request| request.method.to_string()).collect();
    assert_eq!(verbs, ["POST", "PUT"]);
}

#[tokio::test]
async fn private_networks_are_not_called_unless_allowed() {
    let bench = Bench::new().await;
    let id = bench.bex(json!({})).await;
    let after = bench.registrar(&[]).act(id, RegistrationAct::Register).await.expect("recorded");
    assert_eq!(after.state, RegistrationState::Failed);
    assert!(words(&after, "register").contains("PARCELWIRE_OUTGOING_ALLOW"));
    assert!(bench.carrier.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn redirects_and_endless_answers_are_not_followed() {
    let bench = Bench::new().await;
    let id = bench.bex(json!({})).await;
    let away = ResponseTemplate::new(307).insert_header("location", format!("{}/secret", bench.carrier.uri()));
    Mock::given(method("POST")).and(path(REGISTRATIONS)).respond_with(away).mount(&bench.carrier).await;
    let large = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 300 * 1024]);
    Mock::given(method("GET")).and(path(REGISTRATIONS)).respond_with(large).mount(&bench.carrier).await;
    let registrar = bench.registrar(LOOPBACK);
    let after = registrar.act(id, RegistrationAct::Register).await.expect("asked");
    assert!(words(&after, "register").contains("not followed"));
    let after = registrar.act(id, RegistrationAct::Check).await.expect("asked");
    assert!(words(&after, "check").contains("256 KiB"));
    assert_eq!(bench.carrier.received_requests().await.expect("recorded").len(), 2);
}

#[tokio::test]
async fn nothing_is_asked_without_a_key_or_of_a_carrier_that_cannot_be_asked() {
    let bench = Bench::new().await;
    let id = bench.endpoint(CarrierId::Bex, json!({}), &[(SecretName::Secret, SECRET)]).await;
    let registrar = bench.registrar(LOOPBACK);
    let refused = registrar.act(id, RegistrationAct::Register).await.expect_err("no API key");
    assert!(matches!(&refused, RegistrationError::NotPossible(why) if why.contains("API key")));
    let by_hand = bench.endpoint(CarrierId::Boxnow, json!({}), &[]).await;
    assert_eq!(registrar.view(by_hand, true).await.expect("a view").state, RegistrationState::Manual);
    assert!(matches!(registrar.act(by_hand, RegistrationAct::Register).await, Err(RegistrationError::NotPossible(_))));
    assert!(matches!(registrar.view(Uuid::nil(), true).await, Err(RegistrationError::NotFound)));
}

#[tokio::test]
async fn boxnow_signs_in_first_where_its_interface_is_switched_on() {
    let bench = Bench::new().await;
    let secrets = [(SecretName::ClientId, "client-id-1"), (SecretName::ClientSecret, "client-secret-1")];
    let id = bench.endpoint(CarrierId::Boxnow, json!({"webhook_api": true, "partner_id": "77"}), &secrets).await;
    let sign_in = "/api/v1/auth-sessions";
    bench
        .answers("POST", sign_in, 200, json!({"access_token": "t-1", "token_type": "Bearer", "expires_in": 3600}))
        .await;
    let url = bench.hook_url(id).await;
    Mock::given(method("POST"))
        .and(path("/api/v1/webhooks"))
        .and(header("authorization", "Bearer t-1"))
        .and(header("X-PartnerID", "77"))
        .and(body_partial_json(json!({"url": url, "active": true, "type": "parcel_event_change"})))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({"id": "w-1"})))
        .expect(1)
        .mount(&bench.carrier)
        .await;
    bench.answers("GET", "/api/v1/webhooks", 200, json!([{"id": "w-1", "url": url, "active": true}])).await;
    bench.answers("DELETE", "/api/v1/webhooks/w-1", 200, json!({})).await;
    let registrar = bench.registrar(LOOPBACK);
    let state = |registration: Registration| registration.state;
    assert_eq!(
        state(registrar.act(id, RegistrationAct::Register).await.expect("asked")),
        RegistrationState::Registered
    );
    assert_eq!(state(registrar.act(id, RegistrationAct::Check).await.expect("asked")), RegistrationState::Registered);
    assert_eq!(
        state(registrar.act(id, RegistrationAct::Unsubscribe).await.expect("asked")),
        RegistrationState::Unsubscribed
    );
}

#[tokio::test]
async fn a_refused_sign_in_is_told_as_one() {
    let bench = Bench::new().await;
    let secrets = [(SecretName::ClientId, "client-id-1"), (SecretName::ClientSecret, "client-secret-1")];
    let id = bench.endpoint(CarrierId::Boxnow, json!({"webhook_api": true}), &secrets).await;
    bench.answers("POST", "/api/v1/auth-sessions", 401, json!({"message": "unknown client"})).await;
    let after = bench.registrar(LOOPBACK).act(id, RegistrationAct::Register).await.expect("asked");
    let words = words(&after, "register");
    assert!(words.starts_with("Signing in failed") && words.contains("unknown client"), "{words}");
}

#[tokio::test]
async fn credentials_are_not_sent_to_another_host_than_the_one_they_were_entered_for() {
    let bench = Bench::new().await;
    let id = bench.bex(json!({})).await;
    let other = MockServer::start().await;
    let settings =
        |base: &str| EndpointChange { settings: Some(json!({"base_url": base})), ..EndpointChange::default() };
    // The same host under another path, and any other setting, are no other host.
    let same = bench.endpoints.change(id, settings(&format!("{}/v2", bench.carrier.uri()))).await.expect("changed");
    assert!(same.endpoint.api_key.set);
    let label = EndpointChange { label: Some("Renamed".into()), ..EndpointChange::default() };
    assert!(bench.endpoints.change(id, label).await.expect("changed").endpoint.api_key.set);
    let moved = bench.endpoints.change(id, settings(&other.uri())).await.expect("changed");
    assert!(!moved.endpoint.api_key.set, "the key has to be entered again");
    assert!(moved.endpoint.secret.set, "what proves deliveries stays");
    let _ = bench.registrar(LOOPBACK).act(id, RegistrationAct::Register).await;
    assert!(other.received_requests().await.expect("recorded").is_empty(), "nothing was sent there");
    let back = bench.endpoints.change(id, settings(&bench.carrier.uri())).await.expect("changed");
    assert!(!back.endpoint.api_key.set, "and not kept in case of a return");
}
