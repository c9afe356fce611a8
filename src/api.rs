//! What the pages ask and tell: server functions under `/fn`, at most ten lines each, by resource.
//!
//! Their bodies run on the server only. Who may call them is decided before, by the table in `server::auth`; a function
//! that is not listed there is refused. Faults are sentences an operator can read; nothing internal is in them.

use crate::words::faults as words;
use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use std::sync::Arc;

pub use crate::tracking::screen::Fault;

pub mod acts;
pub mod attention;
pub mod audit;
pub mod bench;
pub mod deliveries;
pub mod endpoints;
pub mod lists;
pub mod mappings;
pub mod overview;
pub mod parcels;
pub mod people;
pub mod preferences;
pub mod privacy;
pub mod search;
pub mod trust;

impl FromServerFnError for Fault {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::Unfit(words::NOT_AS_EXPECTED.into()),
            ServerFnErrorErr::ServerError(sentence) => Self::Failed(sentence),
            _ => Self::Unreachable,
        }
    }
}

/// Lets a page or a function add to the HTTP answer. Provided by the router; absent in the browser.
#[derive(Clone)]
pub struct Reply {
    status: Arc<dyn Fn(u16) + Send + Sync>,
    cookie: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Reply {
    /// Wraps what sets the status and what adds a `Set-Cookie`.
    pub fn new(status: impl Fn(u16) + Send + Sync + 'static, cookie: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { status: Arc::new(status), cookie: Arc::new(cookie) }
    }

    /// Sets the status.
    pub fn status(&self, code: u16) {
        (self.status)(code);
    }

    /// Keeps a preference in the browser for a year; `base` is where everything is mounted.
    pub fn prefer(&self, base: &str, name: &str, word: &str) {
        self.cookie(&format!("{name}={word}; Path={base}/; Max-Age=31536000; SameSite=Lax"));
    }

    /// Adds a cookie, attributes included.
    pub fn cookie(&self, cookie: &str) {
        (self.cookie)(cookie);
    }
}

/// What the server lends to its functions: the state, the actor.
pub fn lent<T: Clone + Send + Sync + 'static>() -> Result<T, Fault> {
    use_context().ok_or_else(|| Fault::Failed(words::NO_SERVER.into()))
}

/// A whole address with these parameters; the empty ones are left out.
pub fn query_of(address: &str, parameters: &[(&str, String)]) -> String {
    let mut address = address.to_owned();
    let mut separator = '?';
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(separator);
        address.push_str(name);
        address.push('=');
        address.push_str(&encode(value));
        separator = '&';
    }
    address
}

/// Percent-encodes all but unreserved characters.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
