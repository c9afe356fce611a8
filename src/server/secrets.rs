//! Sealing at rest, token hashes, and random tokens: the only place that holds the key.
//!
//! Sealed values are bound to the place they belong to (associated data), so that a value copied from one row to
//! another does not open. Nothing here is serialised or printed: there is no `Debug` that shows a key, a plain text or
//! a sealed byte. Signatures of carriers are not made here (`signature`), passwords not either (`auth`).

mod rotation;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rand::TryRngCore as _;
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The key's file in the data directory.
pub const KEY_FILE: &str = "secret.key";

const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 24;

/// What can go wrong with keys and sealed values.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// Not base64 of 32 bytes.
    #[error("the secret key {0} is not 32 bytes in base64")]
    Malformed(String),
    /// The database was sealed with another key.
    #[error("the secret key does not fit this database; put the key it was made with into {}", .0.display())]
    DoesNotFit(PathBuf),
    /// The database was sealed with a key that is not there.
    #[error("this database needs its secret key; put it into {} or set PARCELWIRE_SECRET_KEY", .0.display())]
    Missing(PathBuf),
    /// The key file cannot be read or written.
    #[error("the secret key file {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A sealed value is damaged, was sealed with another key, or stands in a place it does not belong to.
    #[error("a sealed value does not open")]
    DoesNotOpen,
    /// The plain text of a secret is not UTF-8.
    #[error("a sealed value is not text")]
    NotText,
}

/// A sealed value: nonce and ciphertext, and which key opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// [`Keyring::key_id`] of the key it was sealed with.
    pub key_id: String,
    /// The nonce (24 bytes), then the ciphertext with its tag.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// The key that seals what the database holds.
pub struct Keyring {
    key: Zeroizing<[u8; KEY_LEN]>,
    key_id: String,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({})", self.key_id)
    }
}

impl Keyring {
    /// The key that was given, or the one in the data directory, or a new one written there (mode 0600).
    pub fn open_or_create(data_dir: &Path, given: Option<&str>) -> Result<Self, SecretsError> {
        match Self::find(data_dir, given)? {
            Some(found) => Ok(found),
            None => Self::create(data_dir),
        }
    }

    /// The same for a database that knows its key's check value: another key is refused, and none is made up where
    /// one must exist.
    pub fn open_fitting(data_dir: &Path, given: Option<&str>, check: Option<&str>) -> Result<Self, SecretsError> {
        let path = data_dir.join(KEY_FILE);
        match (Self::find(data_dir, given)?, check) {
            (Some(found), Some(check)) if !found.fits(check) => match given {
                Some(_) => Err(SecretsError::DoesNotFit(path)),
                None => Self::recover(data_dir, check)?.ok_or(SecretsError::DoesNotFit(path)),
            },
            (Some(found), _) => Ok(found),
            (None, Some(check)) => Self::recover(data_dir, check)?.ok_or(SecretsError::Missing(path)),
            (None, None) => Self::create(data_dir),
        }
    }

    /// The key that was given or the one in the data directory, if there is one.
    pub fn find(data_dir: &Path, given: Option<&str>) -> Result<Option<Self>, SecretsError> {
        if let Some(given) = given {
            return Self::parse(given, "given in the settings").map(Some);
        }
        Self::read(&data_dir.join(KEY_FILE))
    }

    fn read(path: &Path) -> Result<Option<Self>, SecretsError> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let text = Zeroizing::new(text);
                Self::parse(&text, &format!("in {}", path.display())).map(Some)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SecretsError::File { path: path.to_owned(), source }),
        }
    }

    fn random() -> Self {
        Self::from_bytes(Zeroizing::new(random_bytes::<KEY_LEN>()))
    }

    /// As its file holds it.
    fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(*self.key) + "\n")
    }

    fn create(data_dir: &Path) -> Result<Self, SecretsError> {
        let path = data_dir.join(KEY_FILE);
        let file_error = |source| SecretsError::File { path: path.clone(), source };
        std::fs::create_dir_all(data_dir).map_err(file_error)?;
        let key = Self::random();
        let text = key.text();
        let fresh = data_dir.join(format!(".{KEY_FILE}.{}", random_token(6)));
        let written = write_private(&fresh, text.as_bytes());
        // A link never replaces: of two processes that start at once the first one's key counts.
        let linked = written.and_then(|()| std::fs::hard_link(&fresh, &path));
        // Only the spare name; if it cannot be removed nothing is lost.
        drop(std::fs::remove_file(&fresh));
        match linked {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Self::find(data_dir, None)?.ok_or(SecretsError::Missing(path))
            }
            Err(source) => Err(file_error(source)),
        }
    }

    fn parse(text: &str, which: &str) -> Result<Self, SecretsError> {
        let malformed = || SecretsError::Malformed(which.to_owned());
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| malformed())?);
        let key: [u8; KEY_LEN] = bytes.as_slice().try_into().map_err(|_| malformed())?;
        Ok(Self::from_bytes(Zeroizing::new(key)))
    }

    fn from_bytes(key: Zeroizing<[u8; KEY_LEN]>) -> Self {
        let key_id = hex::encode(&tagged_hash("key id", &*key)[..4]);
        Self { key, key_id }
    }

    /// Tells keys apart; says nothing about the key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// What the database keeps in its meta row `key_check`, to recognise the key it was sealed with.
    pub fn check_value(&self) -> String {
        hex::encode(tagged_hash("key check", &*self.key))
    }

    /// Whether this is the key a database with this check value was sealed with.
    pub fn fits(&self, check: &str) -> bool {
        constant_time_eq(self.check_value().as_bytes(), check.trim().as_bytes())
    }

    /// Seals `plain` for one place, for example `endpoint/<id>/secret/current`.
    pub fn seal(&self, bound_to: &str, plain: &[u8]) -> Sealed {
        let nonce = random_bytes::<NONCE_LEN>();
        let ciphertext = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound_to.as_bytes() })
            .expect("XChaCha20-Poly1305 seals anything below 256 GiB");
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&ciphertext);
        Sealed { key_id: self.key_id.clone(), bytes }
    }

    /// Opens what was sealed for the same place with this key.
    pub fn unseal(&self, bound_to: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let (nonce, ciphertext) = sealed.bytes.split_first_chunk::<NONCE_LEN>().ok_or(SecretsError::DoesNotOpen)?;
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: bound_to.as_bytes() })
            .map(Zeroizing::new)
            .map_err(|_| SecretsError::DoesNotOpen)
    }

    /// The same for text.
    pub fn unseal_text(&self, bound_to: &str, sealed: &Sealed) -> Result<Zeroizing<String>, SecretsError> {
        let plain = self.unseal(bound_to, sealed)?;
        std::str::from_utf8(&plain).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| SecretsError::NotText)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.key))
    }
}

/// Lower-hex SHA-256, the form in which path tokens, API tokens and sessions are looked up.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Lower-hex SHA-256 of any bytes.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// This many random bytes in URL-safe base64 without padding.
pub fn random_token(bytes: usize) -> String {
    let mut buffer = Zeroizing::new(vec![0; bytes]);
    fill(&mut buffer);
    URL_SAFE_NO_PAD.encode(&*buffer)
}

/// This many random bytes in lower hex.
pub fn random_hex(bytes: usize) -> String {
    let mut buffer = Zeroizing::new(vec![0; bytes]);
    fill(&mut buffer);
    hex::encode(&*buffer)
}

/// Compares without telling by its duration where the two differ. Lengths are no secret.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// Random bytes.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

fn fill(bytes: &mut [u8]) {
    rand::rngs::OsRng.try_fill_bytes(bytes).expect("the operating system has randomness");
}

fn tagged_hash(tag: &str, bytes: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"parcelwire/");
    hash.update(tag.as_bytes());
    hash.update([0]);
    hash.update(bytes);
    hash.finalize().into()
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring() -> (tempfile::TempDir, Keyring) {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let keyring = Keyring::open_or_create(dir.path(), None).expect("a new key");
        (dir, keyring)
    }

    #[test]
    fn a_key_is_made_once_and_private() {
        let (dir, first) = keyring();
        let again = Keyring::open_or_create(dir.path(), None).expect("the same key");
        assert_eq!(first.key_id(), again.key_id());
        assert!(again.fits(&first.check_value()));
        let file = std::fs::metadata(dir.path().join(KEY_FILE)).expect("the key file");
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).expect("the directory").count(), 1, "no spare file stays");
    }

    #[test]
    fn another_key_is_refused_and_none_made_up() {
        let (dir, first) = keyring();
        let check = first.check_value();
        let other = STANDARD.encode([7; 32]);
        let refused = Keyring::open_fitting(dir.path(), Some(&other), Some(&check));
        assert!(matches!(refused, Err(SecretsError::DoesNotFit(_))));
        let empty = tempfile::tempdir().expect("a temporary directory");
        let missing = Keyring::open_fitting(empty.path(), None, Some(&check));
        assert!(matches!(missing, Err(SecretsError::Missing(_))));
        assert_eq!(std::fs::read_dir(empty.path()).expect("the directory").count(), 0);
        assert!(matches!(Keyring::find(empty.path(), Some("AAAA")), Err(SecretsError::Malformed(_))));
    }

    #[test]
    fn sealed_values_open_only_where_they_belong() {
        let (_dir, keyring) = keyring();
        let sealed = keyring.seal("endpoint/1/secret/current", b"hush hush");
        assert!(!sealed.bytes.windows(4).any(|w| w == b"hush"));
        assert_eq!(format!("{sealed:?}"), "Sealed(…)");
        let plain = keyring.unseal_text("endpoint/1/secret/current", &sealed).expect("it opens");
        assert_eq!(plain.as_str(), "hush hush");
        assert!(keyring.unseal("endpoint/2/secret/current", &sealed).is_err());
        let (_dir, other) = super::tests::keyring();
        assert!(other.unseal("endpoint/1/secret/current", &sealed).is_err());
        for cut in 0..sealed.bytes.len() {
            let short = Sealed { key_id: sealed.key_id.clone(), bytes: sealed.bytes[..cut].to_vec() };
            assert!(keyring.unseal("endpoint/1/secret/current", &short).is_err());
        }
    }

    #[test]
    fn comparison_wants_equal_length() {
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"ab"));
        assert!(!constant_time_eq(b"", b"a"));
        assert_eq!(token_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
