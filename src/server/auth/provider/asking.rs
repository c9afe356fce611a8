//! What is asked of the provider, by the rules of everything that goes out: its description and its keys, and a token for
//! the code somebody came back with. What the token says is believed only once its proof holds.

use super::ProviderError;
use super::pending::Waiting;
use crate::server::config::Provider;
use crate::server::outgoing::{Outgoing, OutgoingError};
use crate::tracking::time::Timestamp;
use futures::future::BoxFuture;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreJwsSigningAlgorithm as Algorithm,
    CoreProviderMetadata,
};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse as _,
};
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Seconds the provider's description is kept; what could not be had is asked for again sooner.
const KEPT_S: i64 = 600;
const FAILED_S: i64 = 10;
/// Where a proof does not hold, its keys may have changed: asked for again, no more often than this.
const DOUBTED_S: i64 = 60;
/// Most bytes of a provider's name for a person.
pub(super) const MOST_SUBJECT: usize = 255;
/// Only what the provider alone can have signed: not `none`, and nothing that is made with our own secret.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The way to the provider.
pub(super) struct Way {
    pub url: String,
    pub state: String,
    pub nonce: Nonce,
    pub verifier: PkceCodeVerifier,
}

/// Whom the provider vouches for.
pub(super) struct Vouched {
    /// Its name for the person.
    pub subject: String,
    /// What they call themselves there.
    pub name: Option<String>,
}

/// Asks one provider.
pub(super) struct Asking {
    settings: Provider,
    redirect: String,
    line: Line,
    known: Mutex<Option<Known>>,
}

struct Known {
    at: Timestamp,
    found: Option<Arc<CoreProviderMetadata>>,
}

impl Asking {
    pub(super) fn new(settings: &Provider, redirect: String, outgoing: Outgoing) -> Self {
        Self { settings: settings.clone(), redirect, line: Line(outgoing), known: Mutex::new(None) }
    }

    /// The address somebody is sent to, and what is kept here meanwhile.
    pub(super) async fn way(&self, now: Timestamp) -> Result<Way, ProviderError> {
        let description = self.description(KEPT_S, now).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .client(&description)?
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        if url.scheme() != "https" && !self.settings.issuer.starts_with("http://") {
            tracing::error!("the provider wants people to sign in over plain http");
            return Err(ProviderError::Untrusted);
        }
        Ok(Way { url: url.into(), state: state.into_secret(), nonce, verifier })
    }

    /// Exchanges a code for what the provider says of whom it was given to.
    pub(super) async fn redeem(&self, code: &str, waiting: Waiting, now: Timestamp) -> Result<Vouched, ProviderError> {
        let description = self.description(KEPT_S, now).await?;
        let answer = self
            .client(&description)?
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| doubtful(&error))?
            .set_pkce_verifier(waiting.verifier)
            .request_async(&self.line)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(error) => unreachable(&error),
                RequestTokenError::ServerResponse(answer) => doubtful(answer.error()),
                other => doubtful(&other),
            })?;
        let token = answer.id_token().ok_or_else(|| doubtful(&"no ID token"))?;
        let vouched = match self.vouched(&description, token, &waiting.nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let newer = self.description(DOUBTED_S, now).await?;
                self.vouched(&newer, token, &waiting.nonce, now)
            }
            judged => judged,
        };
        vouched.map_err(|error| match error {
            ClaimsVerificationError::SignatureVerification(error) => doubtful(&error),
            other => doubtful(&other),
        })
    }

    /// Whom a token speaks of, if it is the provider's, for us, of now, and for this attempt.
    fn vouched(
        &self,
        description: &CoreProviderMetadata,
        token: &CoreIdToken,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<Vouched, ClaimsVerificationError> {
        let client = self.client(description).map_err(|error| ClaimsVerificationError::Other(error.to_string()))?;
        let now = chrono::DateTime::from_timestamp_millis(now.millis()).unwrap_or_default();
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now);
        let claims = token.claims(&verifier, nonce)?;
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > MOST_SUBJECT {
            return Err(ClaimsVerificationError::InvalidSubject("it is empty or too long".to_owned()));
        }
        let name = claims.preferred_username().map(|name| name.as_str().to_owned());
        Ok(Vouched { subject: subject.to_owned(), name })
    }

    fn client(&self, description: &CoreProviderMetadata) -> Result<Client, ProviderError> {
        let secret = self.settings.client_secret.as_ref().map(|secret| secret.expose_secret().to_owned());
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(|error| doubtful(&error))?;
        // In the body where the provider knows no other way.
        let methods = description.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| !methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let client = CoreClient::from_provider_metadata(
            description.clone(),
            ClientId::new(self.settings.client_id.clone()),
            secret.map(ClientSecret::new),
        );
        let way = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(client.set_redirect_uri(redirect).set_auth_type(way))
    }

    /// What the provider says of itself, and its keys; not older than so many seconds. One asks, others wait for it.
    async fn description(&self, oldest_s: i64, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let mut known = self.known.lock().await;
        if let Some(Known { at, found }) = known.as_ref() {
            let age = now.seconds_since(*at);
            match found {
                Some(found) if age < oldest_s => return Ok(found.clone()),
                None if age < FAILED_S => return Err(ProviderError::Unreachable),
                _ => {}
            }
        }
        let asked = self.discover().await;
        *known = Some(Known { at: now, found: asked.as_ref().ok().cloned() });
        asked
    }

    async fn discover(&self) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| doubtful(&error))?;
        match CoreProviderMetadata::discover_async(issuer, &self.line).await {
            Ok(found) => Ok(Arc::new(found)),
            Err(DiscoveryError::Request(error)) => Err(unreachable(&error)),
            Err(error) => {
                tracing::error!(%error, "the provider does not describe itself as it should");
                Err(ProviderError::Unreachable)
            }
        }
    }
}

/// How the crate asks: through what all goes out by.
struct Line(Outgoing);

impl<'c> AsyncHttpClient<'c> for Line {
    type Error = OutgoingError;
    type Future = BoxFuture<'c, Result<HttpResponse, OutgoingError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let headers: Vec<_> = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
            let answer = self.0.ask(parts.method.as_str(), &parts.uri.to_string(), &headers, body).await?;
            let mut response = HttpResponse::new(answer.body);
            *response.status_mut() = answer.status.try_into().map_err(|_| OutgoingError::Address)?;
            Ok(response)
        })
    }
}

fn unreachable(error: &OutgoingError) -> ProviderError {
    tracing::error!(%error, "the provider cannot be asked");
    ProviderError::Unreachable
}

fn doubtful(error: &impl std::fmt::Display) -> ProviderError {
    tracing::warn!(%error, "what the provider answered does not hold");
    ProviderError::Untrusted
}
