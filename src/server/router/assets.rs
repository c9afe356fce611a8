//! The site's files, embedded in a release and read from `target/site` in a debug build.
//!
//! A file whose name holds its hash is kept by browsers for a year; the others are asked for again and answered by 304.
//! Where the build compressed a file, that is sent to whoever takes it.

use crate::server::config::Config;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use leptos::config::{Env, LeptosOptions};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;
use std::path::Path;

const NAME: &str = "parcelwire";
const PKG: &str = "pkg";

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/target/site"]
#[allow_missing = true]
struct Site;

/// `/pkg/…` and the files at the root of the site.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let mut router = Router::new().route("/pkg/{*file}", get(serve));
    for file in ["/favicon.svg", "/favicon.ico", "/theme.js", "/robots.txt"] {
        router = router.route(file, get(serve));
    }
    router
}

async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let Some(file) = Site::get(path) else {
        return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    };
    let (file, encoding) = compressed(path, request.headers()).map_or((file, None), |(file, name)| (file, Some(name)));
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let mut headers = HeaderMap::new();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    let lasting = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    for (name, value) in [(header::CONTENT_TYPE, kind.as_str()), (header::ETAG, tag.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let body = match file.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    (headers, body).into_response()
}

/// The file as the build compressed it, where the client takes it.
fn compressed(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, &'static str)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |name: &str| {
        accepted.split(',').any(|part| {
            let mut pieces = part.split(';').map(str::trim);
            pieces.next() == Some(name)
                && !pieces.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(name, _)| takes(name))
        .find_map(|(name, ending)| Site::get(&format!("{path}.{ending}")).map(|file| (file, name)))
}

/// `pkg/parcelwire.<hash>.wasm`: a name that changes with its content.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with("pkg/") && name.split('.').count() >= 3 && !matches!(name.rsplit('.').next(), Some("br" | "gz"))
}

/// How pages find their scripts and styles. The hashes of the embedded files are written into the data directory,
/// from where Leptos reads them: one binary works from any directory.
pub fn leptos_options(config: &Config) -> std::io::Result<LeptosOptions> {
    let hashes = hashes(Site::iter().map(Cow::into_owned));
    let env = if cfg!(debug_assertions) { Env::DEV } else { Env::PROD };
    let options = LeptosOptions::builder().output_name(NAME).site_pkg_dir(PKG).site_addr(config.listen).env(env);
    let Some(hashes) = hashes else { return Ok(options.build()) };
    let path = config.data_dir.join("site-hashes.txt");
    write_whole(&path, &hashes)?;
    Ok(options.hash_files(true).hash_file(path.to_string_lossy().into()).build())
}

fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let partial = path.with_extension("partial");
    std::fs::write(&partial, text)?;
    std::fs::rename(partial, path)
}

/// `js: <hash>` and so on, from the names in `pkg`; `None` where they have none.
fn hashes(files: impl Iterator<Item = String>) -> Option<String> {
    let mut found: Vec<String> = files
        .filter_map(|path| {
            let name = path.strip_prefix("pkg/")?.strip_prefix(NAME)?.strip_prefix('.')?;
            let (hash, ending) = name.split_once('.')?;
            matches!(ending, "js" | "wasm" | "css").then(|| format!("{ending}: {hash}\n"))
        })
        .collect();
    found.sort();
    (!found.is_empty()).then(|| found.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_read_from_the_names() {
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().into_iter();
        let hashed = files(&[
            "pkg/parcelwire.abc.js",
            "pkg/parcelwire.abc.js.br",
            "pkg/parcelwire.d-f.wasm",
            "pkg/parcelwire.012.css",
            "favicon.svg",
        ]);
        assert_eq!(hashes(hashed).as_deref(), Some("css: 012\njs: abc\nwasm: d-f\n"));
        assert_eq!(hashes(files(&["pkg/parcelwire.js", "pkg/parcelwire.css"])), None);
        assert!(is_hashed("pkg/parcelwire.abc.js") && !is_hashed("pkg/parcelwire.js") && !is_hashed("theme.x.js"));
    }
}
