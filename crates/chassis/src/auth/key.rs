//! Keys that sign tokens: for development, and for services whose issuer is the process itself (standalone).
// Token expiry is machine time by design: this is its one home.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p256::SecretKey;
use p256::elliptic_curve::rand_core::OsRng;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};

use super::claims::Claims;
use super::{Authenticator, Principal};

/// Issuer of tokens signed with a local key.
const DEV_ISSUER: &str = "fba-export-dev";

/// A private ES256 key. Its id (`kid`) is the key's thumbprint (RFC 7638).
#[derive(Clone)]
pub struct SigningKey(Arc<Inner>);

struct Inner {
    secret: SecretKey,
    encoding: EncodingKey,
    public: Jwk,
    kid: String,
}

impl SigningKey {
    /// A new key from the operating system's randomness.
    ///
    /// # Errors
    /// When the key cannot be encoded.
    pub fn generate() -> anyhow::Result<Self> {
        Self::new(SecretKey::random(&mut OsRng))
    }

    fn new(secret: SecretKey) -> anyhow::Result<Self> {
        let encoding = EncodingKey::from_ec_der(secret.to_pkcs8_der()?.as_bytes());
        let mut public = Jwk::from_encoding_key(&encoding, Algorithm::ES256)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self(Arc::new(Inner { secret, encoding, public, kid })))
    }

    /// Reads a key in PKCS#8 PEM.
    ///
    /// # Errors
    /// When the file cannot be read or is not a P-256 key.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let pem = fs::read_to_string(path).with_context(|| format!("cannot read signing key {shown}"))?;
        let secret = SecretKey::from_pkcs8_pem(&pem)
            .with_context(|| format!("{shown} is not a P-256 key in PKCS#8 PEM"))?;
        Self::new(secret)
    }

    /// Writes the key as PKCS#8 PEM, readable by its owner alone.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let pem = self.0.secret.to_pkcs8_pem(LineEnding::LF)?;
        write_private(path, pem.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
    }

    /// The public half, as services read it from `--jwks-file`.
    #[must_use]
    pub fn jwks(&self) -> JwkSet {
        JwkSet { keys: vec![self.0.public.clone()] }
    }

    /// The public half as JSON text, to be written to a file.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn jwks_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(&self.jwks())?)
    }

    /// Takes exactly the tokens of this key.
    ///
    /// # Errors
    /// When the key cannot be used.
    pub fn authenticator(&self) -> anyhow::Result<Authenticator> {
        Authenticator::new(&self.jwks(), DEV_ISSUER)
    }

    /// A token for `principal` that expires `ttl` from now (machine time).
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn sign(&self, principal: &Principal, ttl: Duration) -> anyhow::Result<String> {
        let expires = SystemTime::now().checked_add(ttl).context("the token would live too long")?;
        let exp = expires.duration_since(UNIX_EPOCH).context("the machine's clock is before 1970")?.as_secs();
        self.sign_until(principal, exp)
    }

    /// A token that expires at `exp`, in seconds since 1970.
    pub(super) fn sign_until(&self, principal: &Principal, exp: u64) -> anyhow::Result<String> {
        let header = Header { kid: Some(self.0.kid.clone()), ..Header::new(Algorithm::ES256) };
        Ok(encode(&header, &Claims::new(principal, DEV_ISSUER, exp), &self.0.encoding)?)
    }
}

#[cfg(unix)]
fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(content)
}
