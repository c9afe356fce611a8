//! Values that must stay inside are planted everywhere; then everything that comes out is searched for them.

use crate::process::{Answer, Client, Home, Served};
use parcelwire::server::auth::grants::GRANTS;
use parcelwire::server::config::{Config, Settings};
use parcelwire::server::secrets::Keyring;
use serde_json::{Value, json};

const SECRET: &str = "CANARY-webhook-secret-0123456789abcdef";
const API_KEY: &str = "CANARY-api-key-0123456789";
const HEADER_VALUE: &str = "CANARY-header-value-0123456789";
const PASSWORD: &str = "CANARY-password-1";
const WRONG_PASSWORD: &str = "CANARY-wrong-password";
const METRICS: &str = "CANARY-metrics-token";
const WRONG_BEARER: &str = "CANARY-wrong-bearer";
const UNKNOWN_TOKEN: &str = "CANARY-unknown-hook-token";
const SENT: &str = "CANARY-sent-credential";
/// Personal data of a recipient.
const PERSON: [&str; 3] = ["Canarina Personova", "canarina@personova.example", "+302109999999"];

/// Everything that came out.
struct Seen(Vec<(String, String)>);

impl Seen {
    fn add(&mut self, what: &str, answer: Option<Answer>) -> Option<Answer> {
        if let Some(answer) = &answer {
            self.0.push((what.to_owned(), format!("{}{}", answer.head, answer.body)));
        }
        answer
    }

    #[track_caller]
    fn never_shows(&self, canaries: &[&str]) {
        for (what, text) in &self.0 {
            for canary in canaries {
                assert!(!text.contains(canary), "{what} shows {canary}");
            }
        }
    }
}

fn form(client: &mut Client, path: &str, fields: &str) -> Option<Answer> {
    client.post(path, &[("Content-Type", "application/x-www-form-urlencoded")], fields.as_bytes())
}

fn in_api(client: &mut Client, token: &str, method: &str, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    client.ask(method, path, &headers, body.to_string().as_bytes()).expect("an answer")
}

fn made_of(home: &Home, arguments: &[&str], input: &str) -> Value {
    serde_json::from_str(&home.run(arguments, input)).expect("JSON")
}

/// Posts with proofs, credentials and a recipient; good, wrong and nonsense.
fn deliver(seen: &mut Seen, server: &Served, bex: &str, boxnow: &str) {
    let mut client = server.client();
    let person = json!({"name": PERSON[0], "email": PERSON[1], "phone": PERSON[2]});
    let event = json!({"specversion": "1.0", "type": "gr.boxnow.parcel_event_change", "subject": "9219709201", "id": "c-1",
        "time": "2026-06-18T07:59:58.996Z", "datasignature": "00",
        "data": {"parcelId": "9219709201", "parcelState": "in-depot", "event": "in-depot", "customer": person,
                 "time": "2026-06-18T07:59:04.458Z"}});
    let proofs = [HEADER_VALUE, SENT];
    for proof in proofs {
        let headers = [("X-BoxNow-Token", proof), ("Authorization", SENT), ("Cookie", SENT), ("X-Api-Key", SENT)];
        seen.add("a hook", client.post(boxnow, &headers, event.to_string().as_bytes()));
    }
    seen.add("a hook", client.post(bex, &[("ms-signature", "00"), ("X-Secret", SENT)], b"{}"));
    seen.add("an unknown hook", client.post(&format!("/hooks/bex/{UNKNOWN_TOKEN}"), &[], b"{}"));
    seen.add("an unknown hook", client.post(&format!("/hooks/boxnow?token={UNKNOWN_TOKEN}"), &[], b"{}"));
}

#[test]
fn nothing_that_is_secret_comes_out_anywhere() {
    let home = Home::new();
    let environment = [
        ("PARCELWIRE_ADMIN_USER", "ann"),
        ("PARCELWIRE_ADMIN_PASSWORD", PASSWORD),
        ("PARCELWIRE_METRICS_TOKEN", METRICS),
        ("PARCELWIRE_LOG", "debug,hyper=info,h2=info,parcelwire=trace"),
    ];
    let server = Served::start(home.path(), &[], &environment);
    let (mut client, mut seen) = (server.client(), Seen(Vec::new()));
    let token = |scope: &str| made_of(&home, &["token", "create", "--name", scope, "--scope", scope, "--json"], "");
    let tokens = ["read", "admin"].map(|scope| token(scope)["token"].as_str().expect("a token").to_owned());
    let [read, admin] = &tokens;
    let bex = json!({"carrier": "bex", "label": "Main", "secret": SECRET, "api_key": API_KEY});
    let bex: Value =
        serde_json::from_str(&in_api(&mut client, admin, "POST", "/api/v1/endpoints", bex).body).expect("JSON");
    let boxnow = json!({"carrier": "boxnow", "label": "Shop", "secret": SECRET, "header_value": HEADER_VALUE,
        "settings": {"proof": "header", "header_name": "X-BoxNow-Token"}});
    let boxnow = in_api(&mut client, admin, "POST", "/api/v1/endpoints", boxnow);
    let boxnow: Value = serde_json::from_str(&boxnow.body).expect("JSON");
    let path_of =
        |made: &Value| format!("/{}", made["hook_url"].as_str().expect("a URL").splitn(4, '/').nth(3).expect("a path"));
    let (bex_path, boxnow_path) = (path_of(&bex), path_of(&boxnow));
    let hook_tokens = [&bex_path, &boxnow_path].map(|path| path.rsplit('/').next().expect("a token").to_owned());
    deliver(&mut seen, &server, &bex_path, &boxnow_path);

    // People: wrong and right.
    seen.add("a wrong sign-in", form(&mut client, "/login", &format!("username=ann&password={WRONG_PASSWORD}")));
    let welcome = form(&mut client, "/login", &format!("username=ann&password={PASSWORD}")).expect("an answer");
    assert_eq!(welcome.status, 303, "{}", welcome.head);
    let cookie = welcome.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    let cookie = cookie.split(';').next().expect("its value").to_owned();
    let session = cookie.split_once('=').expect("a name").1.to_owned();
    let wrong = format!("Bearer {WRONG_BEARER}");
    for path in ["/api/v1/parcels", "/metrics", "/"] {
        seen.add(path, client.ask("GET", path, &[("Authorization", &wrong)], b""));
    }
    seen.add(
        "short secret",
        Some(in_api(
            &mut client,
            admin,
            "POST",
            "/api/v1/endpoints",
            json!({"carrier": "bex", "label": "x", "secret": "CANARY-sh"}),
        )),
    );
    seen.add(
        "settings",
        Some(in_api(&mut client, admin, "POST", "/api/v1/endpoints", json!({"carrier": "bex", "secrets": SENT}))),
    );

    // Everything that can be read: as pages by the admin, over the API by the least and the most.
    let ids = ["endpoints", "deliveries", "parcels"].map(|list| {
        let listed = in_api(&mut client, read, "GET", &format!("/api/v1/{list}"), json!(null));
        let listed: Value = serde_json::from_str(&listed.body).expect("JSON");
        listed["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|item| item["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    });
    let [endpoints, deliveries, parcels] = &ids;
    assert!(endpoints.len() == 2 && deliveries.len() >= 3 && !parcels.is_empty(), "{ids:?}");
    let mut pages: Vec<String> = GRANTS
        .iter()
        .filter(|grant| grant.method == "GET")
        .map(|grant| grant.pattern.to_owned())
        .filter(|pattern| !pattern.contains(['{', '*']) && pattern != "/live" && pattern != "/metrics")
        .collect();
    pages.extend(endpoints.iter().map(|id| format!("/carriers/{id}")));
    pages.extend(deliveries.iter().map(|id| format!("/deliveries/{id}")));
    pages.extend(parcels.iter().map(|id| format!("/parcels/{id}")));
    for path in &pages {
        seen.add(path, client.ask("GET", path, &[("Cookie", &cookie)], b""));
    }
    let mut routes: Vec<String> =
        ["endpoints", "deliveries", "parcels", "mappings", "unmapped-codes", "parcels.csv", "openapi.json"]
            .map(|list| format!("/api/v1/{list}"))
            .into();
    routes.extend(
        endpoints
            .iter()
            .flat_map(|id| ["", "/registration", "/test-events"].map(|rest| format!("/api/v1/endpoints/{id}{rest}"))),
    );
    routes
        .extend(deliveries.iter().flat_map(|id| ["", "/headers"].map(|rest| format!("/api/v1/deliveries/{id}{rest}"))));
    routes.extend(parcels.iter().flat_map(|id| ["", "/events"].map(|rest| format!("/api/v1/parcels/{id}{rest}"))));
    let mut masked = Seen(Vec::new());
    for path in &routes {
        masked.add(path, Some(in_api(&mut client, read, "GET", path, json!(null))));
        seen.add(path, Some(in_api(&mut client, admin, "GET", path, json!(null))));
    }
    let metrics = format!("Bearer {METRICS}");
    seen.add("metrics", client.ask("GET", "/metrics", &[("Authorization", &metrics)], b""));
    for arguments in [
        &["doctor", "--json"][..],
        &["endpoint", "list", "--json"],
        &["token", "list", "--json"],
        &["user", "list", "--json"],
    ] {
        seen.0.push((arguments.join(" "), home.run(arguments, "")));
    }
    assert!(seen.0.len() > 50, "{} outputs", seen.0.len());

    let backup = home.path().join("copy.db");
    home.run(&["backup", &backup.to_string_lossy()], "");
    let backup = String::from_utf8_lossy(&std::fs::read(&backup).expect("read")).into_owned();
    let log = server.logged();
    assert!(log.len() > 1000, "it logs");
    let kept = Seen(vec![("the log".into(), log), ("a backup".into(), backup)]);
    let secret = [
        SECRET,
        API_KEY,
        HEADER_VALUE,
        PASSWORD,
        WRONG_PASSWORD,
        METRICS,
        WRONG_BEARER,
        UNKNOWN_TOKEN,
        SENT,
        "CANARY-sh",
        &session,
        read,
        admin,
    ];
    let hooks: Vec<&str> = hook_tokens.iter().map(String::as_str).collect();
    for all in [&seen, &masked, &kept] {
        all.never_shows(&secret);
    }
    // Who manages endpoints sees their URLs; nobody else, no log and no backup does. Recipients are in the backup, as
    // OPERATIONS.md says, and in no log.
    masked.never_shows(&hooks);
    kept.never_shows(&hooks);
    masked.never_shows(&PERSON);
    Seen(kept.0.into_iter().take(1).collect()).never_shows(&PERSON);
}

#[test]
fn debugging_the_core_types_shows_no_secret() {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = Settings {
        data_dir: directory.path().to_string_lossy().into_owned(),
        admin_user: Some("ann".into()),
        ..Settings::default()
    };
    let key = "CANARYkeyCANARYkeyCANARYkeyCANARYkeyCANARYk=";
    let config = Config::resolve(&settings, &|name| match name {
        "PARCELWIRE_ADMIN_PASSWORD" => Some(PASSWORD.into()),
        "PARCELWIRE_METRICS_TOKEN" => Some(METRICS.into()),
        "PARCELWIRE_SECRET_KEY" => Some(key.into()),
        _ => None,
    })
    .expect("settings");
    let keyring = Keyring::find(directory.path(), Some(key)).expect("a key");
    let sealed = keyring.as_ref().map(|keyring| keyring.seal("here", SECRET.as_bytes()));
    let shown = format!("{settings:?} {config:?} {keyring:?} {sealed:?}");
    for canary in [PASSWORD, METRICS, key, SECRET, "CANARYkey"] {
        assert!(!shown.contains(canary), "{shown}");
    }
}
