//! Channels to other gRPC servers of this system: token, deadline, keep-alive, trace context.
// Token files are read again by the machine's clock.
#![allow(clippy::disallowed_methods)]

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Endpoint;
use tonic::{Request, Status};

use wire::ErrorReason;

use crate::telemetry::inject_context;
use crate::{Error, Principal, Secret, SigningKey};

/// What generated clients are made of: `EnrollmentServiceClient::new(channel)`. Cloning is cheap and shares the
/// connection.
pub type Channel = InterceptedService<tonic::transport::Channel, ClientChannel>;

/// How long a call waits for the beginning of its answer, unless the request sets a timeout of its own.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(30);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often an idle connection is tried, and how long the answer may take.
const KEEPALIVE: Duration = Duration::from_secs(20);
/// How old a token may be before its file is read again (rotation), or a minted one replaced.
const TOKEN_REFRESH: Duration = Duration::from_secs(60);
/// How long a minted token holds: several refreshes, so that a stalled process does not run out.
const MINTED_TTL: Duration = Duration::from_secs(3_600);

/// Where to call and as whom.
#[derive(Clone, Debug)]
pub struct ClientArgs {
    /// `http://host:port`
    pub url: String,
    /// The caller's token.
    pub token: TokenSource,
    /// How long a call waits for the beginning of its answer (30 s by default).
    pub deadline: Duration,
}

/// Where a client's token comes from.
#[derive(Clone)]
pub enum TokenSource {
    /// No token: only health and reflection answer.
    None,
    /// One token, for as long as it holds.
    Fixed(Secret),
    /// A file that its issuer keeps fresh; read again every minute.
    File(PathBuf),
    /// Signed by the process itself: standalone and tests.
    Minted(SigningKey, Principal),
}

/// The token of a service for calling others.
#[derive(Clone, Debug, clap::Args)]
pub struct ServiceTokenArgs {
    /// Token this service calls other services with
    #[arg(long, env = "FBA_SERVICE_TOKEN", hide_env_values = true)]
    pub service_token: Option<Secret>,
    /// File that holds the token and is kept fresh; read again every minute
    #[arg(long, env = "FBA_SERVICE_TOKEN_FILE", conflicts_with = "service_token")]
    pub service_token_file: Option<PathBuf>,
    /// Goes before both; set by processes that sign for themselves, never on the command line.
    #[arg(skip)]
    pub source: Option<TokenSource>,
}

impl ServiceTokenArgs {
    /// Calls with `source`, whatever the command line says.
    #[must_use]
    pub fn of(source: TokenSource) -> Self {
        Self { service_token: None, service_token_file: None, source: Some(source) }
    }

    /// Where the token comes from.
    ///
    /// # Errors
    /// When none was given.
    pub fn token_source(&self) -> anyhow::Result<TokenSource> {
        if let Some(source) = &self.source {
            return Ok(source.clone());
        }
        match (&self.service_token, &self.service_token_file) {
            (Some(token), _) => Ok(TokenSource::Fixed(token.clone())),
            (None, Some(file)) => Ok(TokenSource::File(file.clone())),
            (None, None) => {
                anyhow::bail!(
                    "--service-token is missing: give it, or a file that holds it with --service-token-file"
                )
            }
        }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no token"),
            Self::Fixed(_) => f.write_str("fixed token"),
            Self::File(path) => write!(f, "token file {}", path.display()),
            Self::Minted(_, principal) => write!(f, "minted for {}", principal.subject),
        }
    }
}

impl TokenSource {
    fn read(&self) -> anyhow::Result<Option<String>> {
        Ok(match self {
            Self::None => None,
            Self::Fixed(token) => Some(token.expose().trim().to_owned()),
            Self::File(path) => Some(
                std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read token file {}", path.display()))?
                    .trim()
                    .to_owned(),
            ),
            Self::Minted(key, principal) => Some(key.sign(principal, MINTED_TTL)?),
        })
    }
}

/// Adds token and trace context to every request.
#[derive(Clone)]
pub struct ClientChannel {
    source: Arc<TokenSource>,
    header: Arc<Mutex<Option<Header>>>,
}

struct Header {
    value: Option<MetadataValue<Ascii>>,
    read: Instant,
}

impl ClientChannel {
    /// A channel that connects at its first call and again whenever the connection is lost.
    ///
    /// # Errors
    /// When the URL cannot be one.
    pub fn connect(args: ClientArgs) -> anyhow::Result<Channel> {
        let endpoint = Endpoint::from_shared(args.url.clone())
            .with_context(|| format!("{} is not a URL: expected http://host:port", args.url))?
            .timeout(args.deadline)
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(KEEPALIVE)
            .keep_alive_timeout(KEEPALIVE)
            .keep_alive_while_idle(true);
        let interceptor = Self { source: Arc::new(args.token), header: Arc::default() };
        Ok(Channel::new(endpoint.connect_lazy(), interceptor))
    }

    fn header(&self) -> anyhow::Result<Option<MetadataValue<Ascii>>> {
        let mut cached = self.header.lock().unwrap_or_else(PoisonError::into_inner);
        match &*cached {
            Some(header) if header.read.elapsed() < TOKEN_REFRESH => Ok(header.value.clone()),
            _ => {
                let token = self.source.read()?;
                let value = token.map(|token| format!("Bearer {token}").parse()).transpose()?;
                *cached = Some(Header { value: value.clone(), read: Instant::now() });
                Ok(value)
            }
        }
    }
}

impl Interceptor for ClientChannel {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let header = self.header().map_err(|error| {
            Status::from(Error::new(
                ErrorReason::Unauthenticated,
                format!("there is no usable token: {error:#}"),
            ))
        })?;
        if let Some(value) = header {
            request.metadata_mut().insert("authorization", value);
        }
        inject_context(request.metadata_mut());
        Ok(request)
    }
}

impl ClientArgs {
    /// Calls `url` with `token` under the default deadline.
    pub fn new(url: impl Into<String>, token: TokenSource) -> Self {
        Self { url: url.into(), token, deadline: DEFAULT_DEADLINE }
    }
}
