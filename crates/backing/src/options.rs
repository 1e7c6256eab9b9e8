//! What a caller asks for.

/// Whether the caller wants a server at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// [`Backing::start`](crate::Backing::start) finds or starts it, or fails.
    Required,
    /// Neither looked for nor started; asking for its address panics.
    NotNeeded,
}

/// Where a server comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It was given by its URL; it is used and never stopped.
    Given,
    /// A container of our own, through the Docker engine.
    Containers,
    /// A process of our own on this machine.
    Local,
}

/// What [`Backing::start`](crate::Backing::start) shall provide.
#[derive(Debug, Clone)]
pub struct BackingOptions {
    /// PostgreSQL.
    pub postgres: Need,
    /// Apache Kafka.
    pub kafka: Need,
    /// The ways that may be taken, in the order they are tried. `FBA_BACKING` narrows them to one.
    pub ways: Vec<Way>,
    /// Whether PostgreSQL waits for the disk at each commit (`fsync`). Without it only a power cut can lose data,
    /// never a killed process: right for tests, wrong for a measurement.
    pub durable: bool,
}

impl Default for BackingOptions {
    /// Both servers, any way, durable.
    fn default() -> Self {
        BackingOptions {
            postgres: Need::Required,
            kafka: Need::Required,
            ways: vec![Way::Given, Way::Containers, Way::Local],
            durable: true,
        }
    }
}

impl BackingOptions {
    /// Both servers for tests: any way, not durable.
    pub fn for_tests() -> Self {
        BackingOptions { durable: false, ..BackingOptions::default() }
    }

    /// Servers of the caller's own, never the given ones: for tests that stop, kill and restart them.
    pub fn private() -> Self {
        BackingOptions { ways: vec![Way::Containers, Way::Local], ..BackingOptions::for_tests() }
    }
}
