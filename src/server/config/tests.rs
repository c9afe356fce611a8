//! What the settings accept and refuse.

use super::*;
use secrecy::ExposeSecret;

fn none(_: &str) -> Option<String> {
    None
}

#[test]
fn an_empty_environment_gives_the_defaults() {
    let config = Config::resolve(&Settings::default(), &none).expect("defaults are valid");
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert!(config.data_dir.is_absolute() && config.data_dir.ends_with("data"));
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:3000");
    assert_eq!(config.hooks_url, config.public_url);
    assert_eq!(config.base(), "");
    assert!(config.metrics_token.is_none() && config.first_admin.is_none());
}

#[test]
fn all_faults_are_reported_together() {
    let settings = Settings {
        listen: "nowhere".into(),
        public_url: Some("ftp://x".into()),
        trusted_proxies: Some("10.0.0.0/8, elephant".into()),
        log_format: "xml".into(),
        admin_user: Some("ann".into()),
        secret_key_file: Some("/does/not/exist".into()),
        ..Settings::default()
    };
    let faults = Config::resolve(&settings, &none).expect_err("all of it is wrong").0;
    for name in ["LISTEN", "PUBLIC_URL", "TRUSTED_PROXIES", "LOG_FORMAT", "ADMIN_USER", "SECRET_KEY_FILE"] {
        assert!(faults.iter().any(|fault| fault.starts_with(&format!("PARCELWIRE_{name}"))), "{name}: {faults:?}");
    }
    assert_eq!(faults.len(), 6, "{faults:?}");
}

#[test]
fn a_secret_comes_from_one_place() {
    let file = tempfile::NamedTempFile::new().expect("temp file");
    std::fs::write(file.path(), "from-file\n").expect("write");
    let settings =
        Settings { metrics_token_file: Some(file.path().to_string_lossy().into_owned()), ..Settings::default() };
    let config = Config::resolve(&settings, &none).expect("valid");
    assert_eq!(config.metrics_token.as_ref().expect("set").expose_secret(), "from-file");
    assert!(!format!("{config:?}").contains("from-file"), "secrets stay out of Debug");
    let both = |name: &str| (name == "PARCELWIRE_METRICS_TOKEN").then(|| "direct".to_owned());
    let faults = Config::resolve(&settings, &both).expect_err("both are set").0;
    assert_eq!(faults, ["PARCELWIRE_METRICS_TOKEN and PARCELWIRE_METRICS_TOKEN_FILE are both set; set one of them"]);
    let config = Config::resolve(&Settings::default(), &both).expect("valid");
    assert_eq!(config.metrics_token.expect("set").expose_secret(), "direct");
}

#[test]
fn a_path_in_the_public_address_is_the_base() {
    let settings = Settings {
        public_url: Some("https://Track.Example.com:443/parcel/wire/".into()),
        hooks_url: Some("https://hooks.example.com".into()),
        ..Settings::default()
    };
    let config = Config::resolve(&settings, &none).expect("valid").bound_to(([127, 0, 0, 1], 9).into());
    assert_eq!(config.base(), "/parcel/wire");
    assert_eq!(config.public_url.as_str(), "https://track.example.com/parcel/wire");
    assert_eq!(config.public_url.origin(), "https://track.example.com");
    assert!(config.public_url.is_secure());
    assert_eq!(config.hooks_url.as_str(), "https://hooks.example.com");
}

#[test]
fn the_bound_port_becomes_the_public_address() {
    let config = Config::in_directory(Path::new("/tmp/x")).expect("valid").bound_to(([0, 0, 0, 0], 4711).into());
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:4711");
    assert_eq!(config.hooks_url.as_str(), "http://127.0.0.1:4711");
}

#[test]
fn proxies_are_trusted_by_network() {
    let settings = Settings { trusted_proxies: Some("10.0.0.0/8,192.168.1.1 fd00::/8".into()), ..Settings::default() };
    let config = Config::resolve(&settings, &none).expect("valid");
    for (address, trusted) in [
        ("10.9.8.7", true),
        ("::ffff:10.1.1.1", true),
        ("192.168.1.2", false),
        ("192.168.1.1", true),
        ("fd12::1", true),
    ] {
        assert_eq!(config.trusts(address.parse().expect("an address")), trusted, "{address}");
    }
}
