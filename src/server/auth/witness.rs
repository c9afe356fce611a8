//! Records what passes the gate: every request whose grant names an act leaves a row in the audit log.
//!
//! The row is written in the transaction of the act's first write. Who it is done to and with what is read from the path
//! and from fields that are known to hold no secret; everything else of a body stays out of the log. The work goes on
//! when the client leaves, so that nobody escapes the log by hanging up; what cannot be recorded is not answered.

use super::gate::{problem, request_id};
use super::grants::{Grant, named_in};
use super::{Actor, Auth, ClientAddress, Via};
use crate::server::problem::ProblemKind;
use crate::server::store::{Deed, Who};
use crate::tracking::audit::{Act, ActOutcome, Door};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::LengthLimitError;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Most bytes of a form or a JSON body.
const MAX_BODY: usize = 2 * 1024 * 1024;

/// Fields that may name the thing an act is done to, the best first.
const NAMING: [&str; 14] = [
    "id", "delivery", "event", "events", "parcel", "endpoint", "shipment", "bulk", "name", "key", "number", "label",
    "carrier", "parcels",
];

/// Fields that hold no secret, no personal data of recipients and no free text but an operator's reason.
const TELLING: [&str; 27] = [
    "act",
    "action",
    "as_new",
    "carrier",
    "choice",
    "disabled",
    "dry_run",
    "event",
    "generate",
    "how_long",
    "keep_previous_hours",
    "key",
    "kind",
    "label",
    "name",
    "new_state",
    "number",
    "on",
    "owner",
    "reason",
    "role",
    "scope",
    "shared",
    "state",
    "status",
    "substatus",
    "tag",
];

impl Actor {
    /// As the audit log names them.
    pub fn who(&self, from: Option<IpAddr>) -> Who {
        let (via, id) = match self.via {
            Via::Session { user, .. } => (Door::Session, user),
            Via::Token(id) => (Door::Token, id),
        };
        Who { name: self.name.clone(), id: Some(id.to_string()), via, from: from.map(|address| address.to_string()) }
    }
}

impl Auth {
    /// Answers a request that does something, and records it.
    pub(super) async fn witnessed(
        &self,
        act: Act,
        grant: &Grant,
        actor: &Actor,
        request: Request,
        next: Next,
    ) -> Response {
        let from = request.extensions().get::<ClientAddress>().map(|address| address.0);
        let path = request.uri().path().to_owned();
        let id = request_id(&request);
        let mut deed = Deed::new(actor.who(from), act, self.0.clock.now());
        let (request, fields) = match told(request).await {
            Ok(read) => read,
            Err(kind) => return problem(kind, &id),
        };
        let named: Vec<String> = named_in(grant.pattern, &path).into_iter().map(decoded).collect();
        let subject = if named.is_empty() {
            NAMING
                .iter()
                .find_map(|name| fields.get(*name).filter(|value| !value.is_empty()).cloned())
                .unwrap_or_default()
        } else {
            named.join("/")
        };
        deed = deed.on(&subject).saying("request", &format!("{} {}", grant.method, grant.pattern));
        for name in TELLING {
            if let Some(value) = fields.get(name).filter(|value| !value.is_empty() && **value != subject) {
                deed = deed.saying(name, value);
            }
        }
        let (store, its_id) = (self.0.store.clone(), id.clone());
        let work = tokio::spawn(async move {
            let response = deed.cover(next.run(request)).await;
            if let Err(error) = deed.conclude(&store, outcome_of(&path, &response)).await {
                tracing::error!(%error, %path, "an act could not be recorded");
                return problem(ProblemKind::Unavailable, &its_id);
            }
            response
        });
        match work.await {
            Ok(response) => response,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => problem(ProblemKind::Unavailable, &id),
            },
        }
    }
}

fn outcome_of(path: &str, response: &Response) -> ActOutcome {
    let status = response.status();
    // A form that failed leads back to its page with the fault in the address.
    let sent_back = status.is_redirection()
        && response
            .headers()
            .get(header::LOCATION)
            .and_then(|to| to.to_str().ok())
            .is_some_and(|to| to.contains("__err="));
    if status.is_client_error() || sent_back || (status.is_server_error() && path.starts_with("/fn/")) {
        ActOutcome::Refused
    } else if status.is_server_error() {
        ActOutcome::Failed
    } else {
        ActOutcome::Done
    }
}

/// The request with its body read, and the short texts of its query, its form or its JSON object.
async fn told(request: Request) -> Result<(Request, BTreeMap<String, String>), ProblemKind> {
    let mut fields: BTreeMap<String, String> =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(kind.as_str(), "application/json" | "application/x-www-form-urlencoded") {
        return Ok((request, fields));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|error| {
        let too_large = error.into_inner().is::<LengthLimitError>();
        if too_large { ProblemKind::TooLarge } else { ProblemKind::BadRequest }
    })?;
    fields.extend(if kind == "application/json" { of_json(&bytes) } else { of_form(&bytes) });
    Ok((Request::from_parts(parts, Body::from(bytes)), fields))
}

fn of_form(bytes: &Bytes) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(bytes).into_owned().collect()
}

fn of_json(bytes: &Bytes) -> BTreeMap<String, String> {
    let object: BTreeMap<String, serde_json::Value> = serde_json::from_slice(bytes).unwrap_or_default();
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    object.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect()
}

/// A part of a path without its percent signs.
fn decoded(part: &str) -> String {
    // Read as the value of a form, in which only a plus would mean something else.
    let form = format!("x={}", part.replace('+', "%2B"));
    let read = url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned());
    read.unwrap_or_default()
}
