//! The provider people may sign in at besides here (OpenID Connect).

use super::{Environment, Faults, WebAddress, given};
use crate::tracking::people::Role;
use secrecy::SecretString;

/// Most characters of the button's words.
const MOST_NAME: usize = 40;

/// What can be set about it.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct ProviderSettings {
    /// The OpenID Connect provider people may sign in at, as it writes its own address; its description is asked for
    /// below it (`/.well-known/openid-configuration`).
    #[arg(long, global = true, env = "PARCELWIRE_OIDC_ISSUER", value_name = "URL")]
    pub oidc_issuer: Option<String>,
    /// What the provider calls this instance.
    #[arg(long, global = true, env = "PARCELWIRE_OIDC_CLIENT_ID", value_name = "ID")]
    pub oidc_client_id: Option<String>,
    /// A file with the secret the provider gave; or the secret itself in `PARCELWIRE_OIDC_CLIENT_SECRET`
    /// [default: none, as public clients].
    #[arg(long, global = true, env = "PARCELWIRE_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub oidc_client_secret_file: Option<String>,
    /// What the button of the sign-in page calls the provider [default: its host].
    #[arg(long, global = true, env = "PARCELWIRE_OIDC_NAME", value_name = "NAME")]
    pub oidc_name: Option<String>,
    /// The role (viewer or operator) of people whom the provider knows and nobody here has linked: their first sign-in
    /// makes them a user [default: they are turned away].
    #[arg(long, global = true, env = "PARCELWIRE_OIDC_CREATE", value_name = "ROLE")]
    pub oidc_create: Option<String>,
}

/// The provider, proven.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its address, exactly as it was written: the provider's own spelling counts.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// By which it knows us; none for a public client.
    pub client_secret: Option<SecretString>,
    /// What the button calls it.
    pub name: String,
    /// What strangers become who sign in there for the first time; `None`: nothing.
    pub creates: Option<Role>,
}

impl Faults {
    pub(super) fn provider(&mut self, settings: &ProviderSettings, environment: Environment<'_>) -> Option<Provider> {
        let secret_file = settings.oidc_client_secret_file.as_deref();
        let client_secret = self.secret("PARCELWIRE_OIDC_CLIENT_SECRET", secret_file, environment);
        let creates = given(settings.oidc_create.as_deref())
            .and_then(|role| self.take("PARCELWIRE_OIDC_CREATE", role_of_strangers(role)));
        let name = given(settings.oidc_name.as_deref()).and_then(|name| self.take("PARCELWIRE_OIDC_NAME", short(name)));
        let client_id = given(settings.oidc_client_id.as_deref());
        let Some(issuer) = given(settings.oidc_issuer.as_deref()) else {
            let others = client_id.is_some() || client_secret.is_some() || name.is_some() || creates.is_some();
            if others {
                self.0.push("PARCELWIRE_OIDC_ISSUER is not set, but other settings of it are".to_owned());
            }
            return None;
        };
        let host = self.take("PARCELWIRE_OIDC_ISSUER", host_of(issuer))?;
        let Some(client_id) = client_id else {
            self.0.push("PARCELWIRE_OIDC_ISSUER is set without PARCELWIRE_OIDC_CLIENT_ID".to_owned());
            return None;
        };
        let (issuer, client_id) = (issuer.to_owned(), client_id.to_owned());
        Some(Provider { issuer, client_id, client_secret, name: name.unwrap_or(host), creates })
    }
}

fn host_of(issuer: &str) -> Result<String, String> {
    WebAddress::parse(issuer)?;
    let url = url::Url::parse(issuer).map_err(|error| error.to_string())?;
    Ok(url.host_str().unwrap_or_default().to_owned())
}

fn role_of_strangers(text: &str) -> Result<Role, String> {
    match text {
        "viewer" => Ok(Role::Viewer),
        "operator" => Ok(Role::Operator),
        other => Err(format!("“{other}” is neither viewer nor operator; admins are made here")),
    }
}

fn short(name: &str) -> Result<String, String> {
    let fits = name.chars().count() <= MOST_NAME && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(format!("has 1 to {MOST_NAME} characters")) }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Settings};
    use super::*;

    fn resolved(settings: ProviderSettings) -> Result<Option<Provider>, Vec<String>> {
        let settings = Settings { provider: settings, ..Settings::default() };
        Config::resolve(&settings, &|_| None).map(|config| config.provider).map_err(|faults| faults.0)
    }

    #[test]
    fn a_provider_is_whole_or_not_there() {
        assert!(resolved(ProviderSettings::default()).is_ok_and(|provider| provider.is_none()));
        let whole = ProviderSettings {
            oidc_issuer: Some("https://id.example.com/realms/x".into()),
            oidc_client_id: Some("parcelwire".into()),
            ..ProviderSettings::default()
        };
        let provider = resolved(whole.clone()).expect("valid").expect("there");
        assert_eq!((provider.name.as_str(), provider.creates), ("id.example.com", None));
        assert_eq!(provider.issuer, "https://id.example.com/realms/x");
        for (broken, fault) in [
            (ProviderSettings { oidc_client_id: None, ..whole.clone() }, "without PARCELWIRE_OIDC_CLIENT_ID"),
            (ProviderSettings { oidc_issuer: None, ..whole.clone() }, "PARCELWIRE_OIDC_ISSUER is not set"),
            (ProviderSettings { oidc_issuer: Some("id.example.com".into()), ..whole.clone() }, "not a web address"),
            (ProviderSettings { oidc_create: Some("admin".into()), ..whole.clone() }, "neither viewer nor operator"),
            (ProviderSettings { oidc_create: Some("true".into()), ..whole }, "neither viewer nor operator"),
        ] {
            let faults = resolved(broken).expect_err("refused");
            assert!(faults.iter().any(|found| found.contains(fault)), "{fault}: {faults:?}");
        }
    }
}
