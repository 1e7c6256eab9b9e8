//! What can go wrong, each with its remedy.

/// Why a server could not be found, started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum BackingError {
    /// `FBA_BACKING` has a value it does not know.
    #[error("FBA_BACKING={value} is not known: use given, containers or local, or leave it unset")]
    UnknownWay {
        /// The value found.
        value: String,
    },
    /// Neither `XDG_CACHE_HOME` nor `HOME` is set.
    #[error("neither XDG_CACHE_HOME nor HOME is set: set one, the jars of Apache Kafka are kept there")]
    NoHome,
    /// Every allowed way was tried or did not apply.
    #[error(
        "no {server} ({reasons}). Run `make setup`, which installs what local servers need, or set {variable}"
    )]
    Nowhere {
        /// `PostgreSQL` or `Apache Kafka`.
        server: &'static str,
        /// Why each way failed, in the order tried.
        reasons: String,
        /// The variable that names a running server.
        variable: &'static str,
    },
    /// A given URL leads nowhere.
    #[error("{server} was given as {address}, but does not answer there: {cause}")]
    NotAnswering {
        /// `PostgreSQL` or `Apache Kafka`.
        server: &'static str,
        /// Host and port; never the URL, which may hold a password.
        address: String,
        /// What happened instead.
        cause: String,
    },
    /// A server we started ended before it answered.
    #[error("{server} ended before it answered; the end of its log:\n{log}")]
    Ended {
        /// `PostgreSQL` or `Apache Kafka`.
        server: &'static str,
        /// The last lines it wrote.
        log: String,
    },
    /// A server we started, stopped or killed did not get there within its bound.
    #[error("{server} was not {wanted} within {seconds} s; the end of its log:\n{log}")]
    TooSlow {
        /// `PostgreSQL` or `Apache Kafka`.
        server: &'static str,
        /// `ready` or `stopped`.
        wanted: &'static str,
        /// The bound.
        seconds: u64,
        /// The last lines it wrote.
        log: String,
    },
    /// The jars of Apache Kafka could not be resolved.
    #[error("the jars of Apache Kafka could not be resolved: {detail}")]
    Jars {
        /// What Maven, or the script that calls it, said.
        detail: String,
    },
    /// No URL was given, and only a given one is allowed, or no other way works either.
    #[error("{variable} is not set")]
    NotGiven {
        /// The variable that would name a running server.
        variable: &'static str,
    },
    /// There is no Docker engine to ask for a container.
    #[error("no Docker engine answers ({cause})")]
    NoEngine {
        /// What happened instead.
        cause: String,
    },
    /// The Docker engine has no container for us.
    #[error("{cause}")]
    Containers {
        /// What it said.
        cause: String,
    },
    /// We are root, and PostgreSQL refuses root.
    #[error("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as")]
    NoUnprivilegedUser,
    /// The folder of runs belongs to somebody else.
    #[error("{folder} belongs to another user: remove it")]
    ForeignFolder {
        /// Its path.
        folder: String,
    },
    /// The caller wants to stop or start a server that is not ours.
    #[error("{server} was given by its URL: it is not ours to stop or start (use BackingOptions::private())")]
    NotOurs {
        /// `PostgreSQL` or `Apache Kafka`.
        server: &'static str,
    },
    /// No free port was found.
    #[error("no free port between {from} and {to} on 127.0.0.1")]
    NoPort {
        /// First port tried.
        from: u16,
        /// Last port tried.
        to: u16,
    },
    /// A file, folder or process operation failed.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// PostgreSQL answered with an error.
    #[error("{what}: {source}")]
    Sql {
        /// What was tried.
        what: String,
        /// Its answer.
        source: sqlx::Error,
    },
    /// The caller's own preparation of a template database failed.
    #[error("the template database {template} could not be prepared: {cause}")]
    Template {
        /// Its name.
        template: String,
        /// The caller's error, with its causes.
        cause: String,
    },
}

/// Adds what was tried to an error.
pub(crate) trait Trying<T> {
    /// `what` in the words of a log line: "open /a/b".
    fn trying(self, what: impl Into<String>) -> Result<T, BackingError>;
}

impl<T> Trying<T> for Result<T, std::io::Error> {
    fn trying(self, what: impl Into<String>) -> Result<T, BackingError> {
        self.map_err(|source| BackingError::Io { what: what.into(), source })
    }
}

impl<T> Trying<T> for Result<T, sqlx::Error> {
    fn trying(self, what: impl Into<String>) -> Result<T, BackingError> {
        self.map_err(|source| BackingError::Sql { what: what.into(), source })
    }
}
