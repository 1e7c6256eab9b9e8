//! Turns a bearer token into a principal.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, get_current_timestamp};
use wire::ErrorReason;

use super::Principal;
use super::claims::{AUDIENCE, Claims};
use super::taken::Taken;
use crate::Error;

/// Clock skew between issuer and us that `exp` bears, in seconds.
const LEEWAY_SECONDS: u64 = 30;
/// Longest token that is looked at, in bytes.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Whose tokens are taken.
#[derive(Clone, Debug, clap::Args)]
pub struct AuthArgs {
    /// File with the issuer's public keys (JWKS, ES256); read once at start
    #[arg(long, env = "FBA_JWKS_FILE")]
    pub jwks_file: PathBuf,
    /// Issuer that tokens must name
    #[arg(long, env = "FBA_TOKEN_ISSUER", default_value = "fba-export-dev")]
    pub token_issuer: String,
}

/// Checks tokens: ES256 signature by a known key, issuer, audience `fba-export`, expiry by the machine's clock.
#[derive(Clone)]
pub struct Authenticator(Arc<Inner>);

struct Inner {
    keys: HashMap<String, DecodingKey>,
    validation: Validation,
    taken: Taken,
}

impl AuthArgs {
    /// Reads the keys.
    ///
    /// # Errors
    /// When the file cannot be read or holds no usable key.
    pub fn authenticator(&self) -> anyhow::Result<Authenticator> {
        let path = self.jwks_file.display();
        let text =
            fs::read_to_string(&self.jwks_file).with_context(|| format!("cannot read JWKS file {path}"))?;
        let keys = serde_json::from_str(&text).with_context(|| format!("{path} is not a JWKS"))?;
        Authenticator::new(&keys, &self.token_issuer).with_context(|| format!("{path} cannot be used"))
    }
}

impl Authenticator {
    /// Takes tokens of `issuer`, signed by one of `keys`.
    ///
    /// # Errors
    /// When there is no key, or one without `kid` or not of P-256.
    pub fn new(keys: &JwkSet, issuer: &str) -> anyhow::Result<Self> {
        anyhow::ensure!(!keys.keys.is_empty(), "it holds no key");
        let keys = keys.keys.iter().map(|key| {
            let kid = key.common.key_id.clone().context("a key has no kid")?;
            let decoding =
                DecodingKey::from_jwk(key).with_context(|| format!("key {kid} is not a P-256 key"))?;
            Ok((kid, decoding))
        });
        let mut validation = Validation::new(Algorithm::ES256);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        let (keys, taken) = (keys.collect::<anyhow::Result<_>>()?, Taken::default());
        Ok(Self(Arc::new(Inner { keys, validation, taken })))
    }

    /// The principal of an `authorization` header: `Bearer <token>`.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, saying which check failed but never quoting the token.
    pub fn authenticate(&self, authorization: Option<&str>) -> Result<Principal, Error> {
        let header = authorization.ok_or_else(|| refused("there is no authorization header"))?;
        let token = header
            .strip_prefix("Bearer ")
            .or_else(|| header.strip_prefix("bearer "))
            .ok_or_else(|| refused("the authorization header is not a bearer token"))?;
        if token.len() > MAX_TOKEN_BYTES {
            return Err(refused("the token is longer than 8 KiB"));
        }
        let now = get_current_timestamp();
        match self.0.taken.get(token, now) {
            Some(principal) => Ok(principal),
            None => self.check(token),
        }
    }

    /// Checks a token that was not taken before, or has expired since.
    fn check(&self, token: &str) -> Result<Principal, Error> {
        let kid = decode_header(token).map_err(|error| refused(&error.to_string()))?.kid;
        let key = kid.and_then(|kid| self.0.keys.get(&kid)).ok_or_else(|| refused("its key is not known"))?;
        let claims = decode::<Claims>(token, key, &self.0.validation);
        let claims = claims.map_err(|error| refused(&error.to_string()))?.claims;
        let until = claims.exp.saturating_add(LEEWAY_SECONDS);
        let principal = claims.principal().map_err(|problem| refused(&problem))?;
        self.0.taken.put(token, &principal, until);
        Ok(principal)
    }
}

fn refused(problem: &str) -> Error {
    Error::new(
        ErrorReason::Unauthenticated,
        format!("the token was not taken ({problem}): send a valid one as `authorization: Bearer <token>`"),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use wire::ErrorReason;

    use crate::{Principal, Role, SigningKey};

    #[test]
    fn an_expired_token_is_refused() {
        let key = SigningKey::generate().unwrap();
        let token = key.sign_until(&Principal::new("operator:ada", Role::Operator), 1).unwrap();
        let error = key.authenticator().unwrap().authenticate(Some(&format!("Bearer {token}"))).unwrap_err();
        assert_eq!(error.reason, ErrorReason::Unauthenticated);
        assert!(error.message.contains("ExpiredSignature"), "{}", error.message);
    }
}
