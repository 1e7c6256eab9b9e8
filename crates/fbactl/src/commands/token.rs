//! Development tokens and the keys that sign them. Production has an issuer of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chassis::{Principal, Role, Sellers, SigningKey};
use clap::Subcommand;
use jiff::SignedDuration;
use kernel::SellerId;
use serde::Serialize;

use crate::client::Context;
use crate::failure::Failure;
use crate::output::{Format, line};

/// Longest life of a development token.
const MAX_TTL: Duration = Duration::from_secs(90 * 24 * 3_600);

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Sign a token with a development key and print it
    Make {
        /// Private key, as `fbactl key new` writes it
        #[arg(long)]
        key: PathBuf,
        /// operator, seller, storefront, warehouse, carrier, broker, payments, service, auditor or classifier
        #[arg(long)]
        role: Role,
        /// Only for this seller; may be repeated; default: all
        #[arg(long = "seller")]
        sellers: Vec<SellerId>,
        /// Name in histories, without personal data; default: `<role>:fbactl`
        #[arg(long)]
        subject: Option<String>,
        /// How long it holds: `1h`, `7d` (at most 90 days)
        #[arg(long, default_value = "1h", value_parser = ttl)]
        ttl: Duration,
    },
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a development key
    New {
        /// Private key to write (PKCS#8 PEM, readable by its owner alone); must not exist
        #[arg(long)]
        out: PathBuf,
        /// Public half to write, as services read it from --jwks-file; must not exist
        #[arg(long)]
        jwks: PathBuf,
    },
}

#[derive(Serialize)]
struct Made {
    token: String,
    subject: String,
    role: &'static str,
    ttl_seconds: u64,
}

#[derive(Serialize)]
struct Written {
    key: String,
    jwks: String,
}

pub(crate) fn token(context: &Context, command: Token) -> Result<(), Failure> {
    let Token::Make { key, role, sellers, subject, ttl } = command;
    if role == Role::Seller && sellers.is_empty() {
        return Err(Failure::usage("a seller's token names its sellers: give --seller"));
    }
    let subject = subject.unwrap_or_else(|| format!("{role}:fbactl"));
    let mut principal = Principal::new(subject.clone(), role);
    if !sellers.is_empty() {
        principal.sellers = Sellers::Only(sellers.into_iter().collect());
    }
    let token = SigningKey::load(&key)?.sign(&principal, ttl)?;
    match context.output {
        // The bare token, so that it can be put into FBA_TOKEN or a file.
        Format::Table => line(&token),
        Format::Json => {
            context.print(&Made { token, subject, role: role.name(), ttl_seconds: ttl.as_secs() })
        }
    }
}

pub(crate) fn key(context: &Context, command: Key) -> Result<(), Failure> {
    let Key::New { out, jwks } = command;
    for path in [&out, &jwks] {
        if path.exists() {
            return Err(Failure::usage(format!(
                "{} exists: choose another name, or remove it",
                path.display()
            )));
        }
    }
    let key = SigningKey::generate()?;
    key.save(&out)?;
    write(&jwks, &key.jwks_json()?)?;
    context.print(&Written { key: out.display().to_string(), jwks: jwks.display().to_string() })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|error| Failure::usage(format!("{} cannot be written: {error}", path.display())))
}

fn ttl(text: &str) -> Result<Duration, String> {
    let hours =
        text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok()).map(|days| days.saturating_mul(24));
    let text = hours.map_or_else(|| text.to_owned(), |hours| format!("{hours}h"));
    let ttl = text.parse::<SignedDuration>().map_err(|error| error.to_string())?;
    let ttl = Duration::try_from(ttl).map_err(|error| error.to_string())?;
    if ttl.is_zero() || ttl > MAX_TTL {
        return Err("expected more than 0 and at most 90d".to_owned());
    }
    Ok(ttl)
}
