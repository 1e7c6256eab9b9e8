//! One backing for all the tests of a process.

use std::fmt::Display;

use tokio::sync::OnceCell;

use crate::{Backing, BackingError, BackingOptions, TestDatabase, test_database::clone_from_template};

static SHARED: OnceCell<Backing> = OnceCell::const_new();

/// The backing all tests of this process share, with both servers; the first who asks finds or starts them.
/// Tests that stop or kill servers start one of their own: [`BackingOptions::private`].
///
/// # Panics
/// When a server cannot be had; the message names the remedy.
pub async fn shared() -> &'static Backing {
    let both = async {
        let backing = on_demand().await?;
        tokio::try_join!(backing.postgres(), backing.kafka())?;
        Ok(backing)
    };
    or_panic(both.await)
}

/// A database for one test on the shared PostgreSQL (Kafka is not started for it). It is cloned from a template named
/// by `template` and `fingerprint`; when there is none yet on this server, `prepare` gets the URL of an empty
/// database and fills it, usually by running the migrations. Take something that changes with the migrations as the
/// fingerprint, for example their checksums.
///
/// # Panics
/// When PostgreSQL cannot be had or `prepare` fails.
pub async fn test_database(
    template: &str,
    fingerprint: impl Display,
    prepare: impl AsyncFnOnce(&str) -> anyhow::Result<()>,
) -> TestDatabase {
    let cloned = async { on_demand().await?.test_database(template, fingerprint, prepare).await };
    or_panic(cloned.await)
}

impl Backing {
    /// As [`test_database`], on this PostgreSQL.
    ///
    /// # Errors
    /// When PostgreSQL cannot be had or `prepare` fails.
    pub async fn test_database(
        &self,
        template: &str,
        fingerprint: impl Display,
        prepare: impl AsyncFnOnce(&str) -> anyhow::Result<()>,
    ) -> Result<TestDatabase, BackingError> {
        let url = &self.postgres().await?.address;
        clone_from_template(url, template, &fingerprint.to_string(), prepare).await
    }
}

async fn on_demand() -> Result<&'static Backing, BackingError> {
    SHARED.get_or_try_init(async || Backing::on_demand(BackingOptions::for_tests())).await
}

fn or_panic<T>(outcome: Result<T, BackingError>) -> T {
    match outcome {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
