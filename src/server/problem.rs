//! What went wrong, for programs: the problem object of RFC 9457.
//!
//! Pure data without HTTP types, so that whoever refuses a request (`auth`, `routes`) says it in the same form.
//! A problem never holds a cause, a path of ours or a secret: only what the caller can act on.

use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The kinds of problem there are; each has one HTTP status and one stable `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// 400: cannot be understood (JSON syntax, a parameter).
    BadRequest,
    /// 401: no valid token.
    Unauthorized,
    /// 403: the token's scope is too small.
    Forbidden,
    /// 404: no such thing.
    NotFound,
    /// 405: known path, other method.
    MethodNotAllowed,
    /// 408: the request did not arrive in time.
    Timeout,
    /// 409: does not fit the present state.
    Conflict,
    /// 413: body too large.
    TooLarge,
    /// 415: not JSON.
    UnsupportedMediaType,
    /// 422: understood, and not valid.
    Invalid,
    /// 429: too many requests.
    TooMany,
    /// 500: our fault.
    Internal,
    /// 502: a carrier did not do as asked.
    BadGateway,
    /// 503: cannot be served now; try again.
    Unavailable,
}

impl ProblemKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Timeout,
        Self::Conflict,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::TooMany,
        Self::Internal,
        Self::BadGateway,
        Self::Unavailable,
    ];

    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Timeout => 408,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::BadGateway => 502,
            Self::Unavailable => 503,
        }
    }

    /// The kind for a status that somebody else chose; unknown ones are `BadRequest` or `Internal`.
    pub fn of_status(status: u16) -> Self {
        let known = Self::ALL.into_iter().find(|kind| kind.status() == status);
        known.unwrap_or(if status < 500 { Self::BadRequest } else { Self::Internal })
    }

    /// The last part of `type`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Timeout => "request-timeout",
            Self::Conflict => "conflict",
            Self::TooLarge => "too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::Invalid => "invalid",
            Self::TooMany => "too-many-requests",
            Self::Internal => "internal",
            Self::BadGateway => "carrier-failed",
            Self::Unavailable => "unavailable",
        }
    }

    /// Short and constant.
    pub fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "The request cannot be understood",
            Self::Unauthorized => "A valid token is needed",
            Self::Forbidden => "The token's scope is too small",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed here",
            Self::Timeout => "The request took too long",
            Self::Conflict => "Does not fit the present state",
            Self::TooLarge => "The body is too large",
            Self::UnsupportedMediaType => "The body must be JSON",
            Self::Invalid => "The request is not valid",
            Self::TooMany => "Too many requests",
            Self::Internal => "Something went wrong here",
            Self::BadGateway => "The carrier did not do as asked",
            Self::Unavailable => "Cannot be served right now",
        }
    }

    /// What is said when nobody said more.
    pub fn stock_detail(self) -> &'static str {
        match self {
            Self::BadRequest => "The request is malformed.",
            Self::Unauthorized => "Send `Authorization: Bearer <token>` with a token that is not revoked.",
            Self::Forbidden => "Use a token with a larger scope.",
            Self::NotFound => "There is nothing at this address.",
            Self::MethodNotAllowed => "See the Allow header for the methods of this address.",
            Self::Timeout => "The request did not arrive completely in time.",
            Self::Conflict => "The request does not fit the present state.",
            Self::TooLarge => "The body is larger than this address takes.",
            Self::UnsupportedMediaType => "Send the body with `Content-Type: application/json`.",
            Self::Invalid => "The request was understood, but it is not valid.",
            Self::TooMany => "Wait a moment before trying again.",
            Self::Internal => "The request failed; the log tells more under this request id.",
            Self::BadGateway => "The carrier refused or did not answer.",
            Self::Unavailable => "The database cannot be reached or written; try again shortly.",
        }
    }
}

/// An error, as RFC 9457 writes it (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Stable, for programs: `urn:parcelwire:problem:` and a word.
    #[serde(rename = "type")]
    #[schema(examples("urn:parcelwire:problem:not-found"))]
    pub kind: String,
    /// Short, the same for every problem of this type.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// This case, in plain words.
    pub detail: String,
    /// Names this request in the log.
    pub request_id: String,
    /// One sentence for each thing that is wrong, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub faults: Vec<String>,
}

impl Problem {
    /// A problem in plain words.
    pub fn new(kind: ProblemKind, detail: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:parcelwire:problem:{}", kind.slug()),
            title: kind.title().into(),
            status: kind.status(),
            detail: detail.into(),
            request_id: request_id.into(),
            faults: Vec::new(),
        }
    }

    /// As sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings and a number always serialise")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_status_and_unknown_ones_fall_to_their_class() {
        for kind in ProblemKind::ALL {
            assert_eq!(ProblemKind::of_status(kind.status()), kind);
        }
        assert_eq!(ProblemKind::of_status(418), ProblemKind::BadRequest);
        assert_eq!(ProblemKind::of_status(507), ProblemKind::Internal);
    }

    #[test]
    fn a_problem_names_its_type_and_leaves_out_empty_faults() {
        let json = Problem::new(ProblemKind::NotFound, "No such parcel.", "r1").to_json();
        let value: serde_json::Value = serde_json::from_str(&json).expect("what we wrote is JSON");
        assert_eq!(value["type"], "urn:parcelwire:problem:not-found");
        assert_eq!(value["status"], 404);
        assert!(value.get("faults").is_none());
    }
}
