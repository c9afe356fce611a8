//! The settings: flags and environment from one declaration, read once, all faults reported together.
//!
//! The only reader of the environment. Secrets are taken from the environment or from a file, never from an argument,
//! and live in [`SecretString`]. An empty value counts as unset. Nothing is watched: a change needs a restart.

mod address;
mod provider;

pub use address::{WebAddress, neighbourhood};
pub use provider::{Provider, ProviderSettings};

use ipnet::IpNet;
use secrecy::SecretString;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

/// What can be set, as flags and as variables; `--help` shows both.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Where the console, the API and the hooks are served.
    #[arg(
        long,
        global = true,
        env = "PARCELWIRE_LISTEN",
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:3000"
    )]
    pub listen: String,
    /// A second address that serves only hooks, so that nothing else need face the internet.
    #[arg(long, global = true, env = "PARCELWIRE_HOOKS_LISTEN", value_name = "ADDRESS:PORT")]
    pub hooks_listen: Option<String>,
    /// Holds the database, the key and the backups.
    #[arg(long, global = true, env = "PARCELWIRE_DATA_DIR", value_name = "DIRECTORY", default_value = "./data")]
    pub data_dir: String,
    /// The console's address (cookies, trusted origin); a path in it is where everything is mounted [default: `http://LISTEN`].
    #[arg(long, global = true, env = "PARCELWIRE_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The address carriers are told [default: `PARCELWIRE_PUBLIC_URL`].
    #[arg(long, global = true, env = "PARCELWIRE_HOOKS_URL", value_name = "URL")]
    pub hooks_url: Option<String>,
    /// Private networks that registration, polling and sign-in providers may be on, as CIDRs separated by commas.
    #[arg(long, global = true, env = "PARCELWIRE_OUTGOING_ALLOW", value_name = "CIDRS")]
    pub outgoing_allow: Option<String>,
    /// A file with the 32 bytes, in base64, that encrypt stored secrets; or the key itself in `PARCELWIRE_SECRET_KEY`
    /// [default: generated into the data directory].
    #[arg(long, global = true, env = "PARCELWIRE_SECRET_KEY_FILE", value_name = "FILE")]
    pub secret_key_file: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, read from the right, as CIDRs separated by commas.
    #[arg(long, global = true, env = "PARCELWIRE_TRUSTED_PROXIES", value_name = "CIDRS")]
    pub trusted_proxies: Option<String>,
    /// Creates the first admin without the setup page, together with the password.
    #[arg(long, global = true, env = "PARCELWIRE_ADMIN_USER", value_name = "NAME")]
    pub admin_user: Option<String>,
    /// A file with the first admin's password; or the password itself in `PARCELWIRE_ADMIN_PASSWORD`.
    #[arg(long, global = true, env = "PARCELWIRE_ADMIN_PASSWORD_FILE", value_name = "FILE")]
    pub admin_password_file: Option<String>,
    /// What is logged: error, warn, info, debug, trace, or a filter such as `info,parcelwire::server::apply=debug`.
    #[arg(long, global = true, env = "PARCELWIRE_LOG", value_name = "FILTER", default_value = "info")]
    pub log: String,
    /// How it is logged: `text` or `json`.
    #[arg(long, global = true, env = "PARCELWIRE_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: String,
    /// A file with the bearer token for Prometheus; or the token itself in `PARCELWIRE_METRICS_TOKEN`
    /// [default: `/metrics` is off].
    #[arg(long, global = true, env = "PARCELWIRE_METRICS_TOKEN_FILE", value_name = "FILE")]
    pub metrics_token_file: Option<String>,
    /// Hours between the backups that are made by themselves into `backups/` of the data directory; 0 makes none.
    #[arg(long, global = true, env = "PARCELWIRE_BACKUP_EVERY_HOURS", value_name = "HOURS", default_value = "24")]
    pub backup_every_hours: String,
    /// How many of them are kept.
    #[arg(long, global = true, env = "PARCELWIRE_BACKUP_KEEP", value_name = "NUMBER", default_value = "7")]
    pub backup_keep: String,
    /// The provider people may sign in at.
    #[command(flatten)]
    pub provider: ProviderSettings,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The first admin, to be created when there is none.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// What they sign in with.
    pub name: String,
    /// Their password.
    pub password: SecretString,
}

/// The settings, proven.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where everything is served; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Where only hooks are served.
    pub hooks_listen: Option<SocketAddr>,
    /// Absolute.
    pub data_dir: PathBuf,
    /// The console's address.
    pub public_url: WebAddress,
    /// What carriers are told.
    pub hooks_url: WebAddress,
    /// Private networks we may call.
    pub outgoing_allow: Vec<IpNet>,
    /// The key of stored secrets in base64, where one was given.
    pub secret_key: Option<SecretString>,
    /// Whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// To be created when there is no admin.
    pub first_admin: Option<FirstAdmin>,
    /// The log filter, known to parse.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Opens `/metrics`.
    pub metrics_token: Option<SecretString>,
    /// Hours between backups; 0: none.
    pub backup_every_hours: u32,
    /// Backups that are kept.
    pub backup_keep: u32,
    /// Where people may sign in besides here.
    pub provider: Option<Provider>,
    public_url_given: bool,
    hooks_url_given: bool,
}

/// Everything that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.0))]
pub struct ConfigFaults(pub Vec<String>);

fn listed(faults: &[String]) -> String {
    let mut text = String::from("these settings are wrong:");
    for fault in faults {
        let _ = write!(text, "\n  {fault}");
    }
    text
}

/// Looks a variable up; tests pass their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The process environment.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Config {
    /// Proves the settings; all faults at once.
    pub fn resolve(settings: &Settings, environment: Environment<'_>) -> Result<Self, ConfigFaults> {
        let mut faults = Faults::default();
        let listen = faults.take("PARCELWIRE_LISTEN", socket_address(or(&settings.listen, "127.0.0.1:3000")));
        let hooks_listen = given(settings.hooks_listen.as_deref())
            .and_then(|text| faults.take("PARCELWIRE_HOOKS_LISTEN", socket_address(text)));
        let data_dir = faults.take(
            "PARCELWIRE_DATA_DIR",
            std::path::absolute(or(&settings.data_dir, "./data")).map_err(|error| error.to_string()),
        );
        let public_url = given(settings.public_url.as_deref())
            .and_then(|text| faults.take("PARCELWIRE_PUBLIC_URL", WebAddress::parse(text)));
        let hooks_url = given(settings.hooks_url.as_deref())
            .and_then(|text| faults.take("PARCELWIRE_HOOKS_URL", WebAddress::parse(text)));
        let outgoing_allow = faults.networks("PARCELWIRE_OUTGOING_ALLOW", settings.outgoing_allow.as_deref());
        let trusted_proxies = faults.networks("PARCELWIRE_TRUSTED_PROXIES", settings.trusted_proxies.as_deref());
        let secret_key = faults.secret("PARCELWIRE_SECRET_KEY", settings.secret_key_file.as_deref(), environment);
        let password = faults.secret("PARCELWIRE_ADMIN_PASSWORD", settings.admin_password_file.as_deref(), environment);
        let metrics_token =
            faults.secret("PARCELWIRE_METRICS_TOKEN", settings.metrics_token_file.as_deref(), environment);
        let first_admin = faults.first_admin(given(settings.admin_user.as_deref()), password);
        let log = or(&settings.log, "info").to_owned();
        faults.take(
            "PARCELWIRE_LOG",
            tracing_subscriber::EnvFilter::try_new(&log).map(drop).map_err(|error| error.to_string()),
        );
        let log_format = faults.take("PARCELWIRE_LOG_FORMAT", log_format(or(&settings.log_format, "text")));
        let every =
            faults.take("PARCELWIRE_BACKUP_EVERY_HOURS", number(or(&settings.backup_every_hours, "24"), 0..=8760));
        let keep = faults.take("PARCELWIRE_BACKUP_KEEP", number(or(&settings.backup_keep, "7"), 1..=365));
        let provider = faults.provider(&settings.provider, environment);
        let (Some(listen), Some(data_dir), Some(log_format), true) =
            (listen, data_dir, log_format, faults.0.is_empty())
        else {
            return Err(ConfigFaults(faults.0));
        };
        let (public_url_given, hooks_url_given) = (public_url.is_some(), hooks_url.is_some());
        let public_url = public_url.unwrap_or_else(|| WebAddress::of_listener(listen));
        Ok(Self {
            listen,
            hooks_listen,
            data_dir,
            hooks_url: hooks_url.unwrap_or_else(|| public_url.clone()),
            public_url,
            outgoing_allow,
            secret_key,
            trusted_proxies,
            first_admin,
            log,
            log_format,
            metrics_token,
            backup_every_hours: every.unwrap_or_default(),
            backup_keep: keep.unwrap_or_default(),
            provider,
            public_url_given,
            hooks_url_given,
        })
    }

    /// The settings of an instance in `data_dir` on a port of the system's choice, everything else by default.
    pub fn in_directory(data_dir: &Path) -> Result<Self, ConfigFaults> {
        let settings = Settings {
            listen: "127.0.0.1:0".to_owned(),
            data_dir: data_dir.to_string_lossy().into_owned(),
            ..Settings::default()
        };
        Self::resolve(&settings, &|_| None)
    }

    /// Knows the address the listener got, which may be what `PUBLIC_URL` and `HOOKS_URL` default to.
    #[must_use]
    pub fn bound_to(mut self, bound: SocketAddr) -> Self {
        self.listen = bound;
        if !self.public_url_given {
            self.public_url = WebAddress::of_listener(bound);
        }
        if !self.hooks_url_given {
            self.hooks_url = self.public_url.clone();
        }
        self
    }

    /// Where everything is mounted: empty, or a path such as `/parcels`, without a slash at its end.
    pub fn base(&self) -> &str {
        self.public_url.path()
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.data_dir.join("parcelwire.db")
    }

    /// Where backups go.
    pub fn backups(&self) -> PathBuf {
        self.data_dir.join("backups")
    }

    /// Locked while an instance serves.
    pub fn lock_file(&self) -> PathBuf {
        self.data_dir.join("lock")
    }

    /// The address that counts: the peer's, or behind trusted proxies the first one from the right of
    /// X-Forwarded-For that is none of them. An entry that is no address ends the search.
    pub fn client_address<'v>(&self, peer: IpAddr, forwarded_for: impl IntoIterator<Item = &'v str>) -> IpAddr {
        let mut client = peer.to_canonical();
        let entries: Vec<&str> = forwarded_for.into_iter().flat_map(|value| value.split(',')).collect();
        for entry in entries.into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            let entry = entry.trim();
            let address = entry.parse::<IpAddr>().or_else(|_| entry.parse::<SocketAddr>().map(|address| address.ip()));
            let Ok(address) = address else { break };
            client = address.to_canonical();
        }
        client
    }

    /// Whether a peer is a proxy whose X-Forwarded-For is believed.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        contains(&self.trusted_proxies, peer)
    }
}

/// Whether one of the networks holds the address; IPv4 addresses written as IPv6 count as IPv4.
pub fn contains(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|network| network.contains(&address))
}

/// Networks in CIDR notation, or single addresses, separated by commas or blanks.
pub fn parse_networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| format!("“{part}” is not a network such as 10.0.0.0/8"))
        })
        .collect()
}

#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn take<T>(&mut self, name: &str, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(fault) => {
                self.0.push(format!("{name}: {fault}"));
                None
            }
        }
    }

    fn networks(&mut self, name: &str, text: Option<&str>) -> Vec<IpNet> {
        given(text).and_then(|text| self.take(name, parse_networks(text))).unwrap_or_default()
    }

    /// From the variable or from the file its `_FILE` twin names; both is a fault.
    fn secret(&mut self, name: &str, file: Option<&str>, environment: Environment<'_>) -> Option<SecretString> {
        let direct = environment(name).filter(|value| !value.trim().is_empty());
        match (direct, given(file)) {
            (Some(_), Some(_)) => {
                self.0.push(format!("{name} and {name}_FILE are both set; set one of them"));
                None
            }
            (Some(value), None) => Some(SecretString::from(value.trim_end_matches(['\r', '\n']).to_owned())),
            (None, Some(path)) => self.take(&format!("{name}_FILE"), secret_file(path)),
            (None, None) => None,
        }
    }

    fn first_admin(&mut self, name: Option<&str>, password: Option<SecretString>) -> Option<FirstAdmin> {
        match (name, password) {
            (Some(name), Some(password)) => Some(FirstAdmin { name: name.to_owned(), password }),
            (None, None) => None,
            (Some(_), None) => {
                if !self.0.iter().any(|fault| fault.starts_with("PARCELWIRE_ADMIN_PASSWORD")) {
                    self.0.push("PARCELWIRE_ADMIN_USER is set without PARCELWIRE_ADMIN_PASSWORD".to_owned());
                }
                None
            }
            (None, Some(_)) => {
                self.0.push("PARCELWIRE_ADMIN_PASSWORD is set without PARCELWIRE_ADMIN_USER".to_owned());
                None
            }
        }
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    given(Some(text)).unwrap_or(default)
}

fn secret_file(path: &str) -> Result<SecretString, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(format!("{path} is empty")) } else { Ok(SecretString::from(text.to_owned())) }
}

fn socket_address(text: &str) -> Result<SocketAddr, String> {
    let fault = || format!("“{text}” is not an address and port such as 127.0.0.1:3000");
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    text.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(fault)
}

fn number(text: &str, within: std::ops::RangeInclusive<u32>) -> Result<u32, String> {
    let fault = || format!("“{text}” is not a whole number from {} to {}", within.start(), within.end());
    text.parse().ok().filter(|number| within.contains(number)).ok_or_else(fault)
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(format!("“{other}” is neither text nor json")),
    }
}

#[cfg(test)]
mod tests;
