//! Throw-away databases for tests, cloned from a template that is migrated once.

use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, PgPool};

use crate::error::Trying;
use crate::sql::{connect, database_exists, identifier, lock, run};
use crate::{BackingError, url};

/// On a server that outlives its tests, test databases that a killed run left behind go after this many seconds.
const ABANDONED_AFTER_SECONDS: i64 = 3600;
/// Connections of one test's pool: enough for tests of concurrency, few enough for many tests at once.
const TEST_POOL_SIZE: u32 = 10;

/// The database of one test. It is dropped soon after this value is; connections still open to it are cut.
#[derive(Debug)]
pub struct TestDatabase {
    superuser_url: String,
    name: String,
    url: String,
}

impl TestDatabase {
    /// Its URL, as the superuser.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A new pool of at most ten connections to it, which belongs to the caller's runtime.
    ///
    /// # Panics
    /// When no connection can be opened.
    pub async fn pool(&self) -> PgPool {
        let options =
            PgPoolOptions::new().max_connections(TEST_POOL_SIZE).acquire_timeout(Duration::from_secs(30));
        match options.connect(&self.url).await {
            Ok(pool) => pool,
            Err(error) => panic!("no connection to the test database {}: {error}", self.name),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        drop_soon(self.superuser_url.clone(), self.name.clone());
    }
}

/// Clones a database for one test from the template of this name and fingerprint. Where the template does not exist,
/// `prepare` fills it first; all processes on this server share it.
pub(crate) async fn clone_from_template(
    superuser_url: &str,
    template: &str,
    fingerprint: &str,
    prepare: impl AsyncFnOnce(&str) -> anyhow::Result<()>,
) -> Result<TestDatabase, BackingError> {
    let mut connection = connect(superuser_url).await?;
    // The server names both: its clock and randomness are the same for all processes, and it has a digest at hand.
    let (source, name): (String, String) = sqlx::query_as(
        "SELECT format('template_%s_%s', left($1, 30), left(md5($1 || '/' || $2), 16)),
                format('test_%s_%s_%s', left($1, 30), extract(epoch FROM now())::bigint,
                       left(md5(gen_random_uuid()::text), 10))",
    )
    .bind(template)
    .bind(fingerprint)
    .fetch_one(&mut connection)
    .await
    .trying("name a test database")?;
    ensure_template(&mut connection, superuser_url, &source, prepare).await?;
    run(&mut connection, format!("CREATE DATABASE {} TEMPLATE {}", identifier(&name), identifier(&source)))
        .await?;
    connection.close().await.trying("close the connection")?;
    Ok(TestDatabase {
        url: url::with_database(superuser_url, &name),
        superuser_url: superuser_url.to_owned(),
        name,
    })
}

/// Makes the template under a lock. It gets its name only when it is complete, so that a killed preparation leaves
/// nothing that looks like a template.
async fn ensure_template(
    connection: &mut PgConnection,
    superuser_url: &str,
    template: &str,
    prepare: impl AsyncFnOnce(&str) -> anyhow::Result<()>,
) -> Result<(), BackingError> {
    if database_exists(connection, template).await? {
        return Ok(());
    }
    let mut holder = connect(superuser_url).await?;
    lock(&mut holder, template).await?;
    if !database_exists(connection, template).await? {
        drop_abandoned(connection).await?;
        let draft = format!("{template}_draft");
        run(connection, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", identifier(&draft))).await?;
        run(connection, format!("CREATE DATABASE {}", identifier(&draft))).await?;
        prepare(&url::with_database(superuser_url, &draft)).await.map_err(|error| {
            BackingError::Template { template: template.to_owned(), cause: format!("{error:#}") }
        })?;
        // Without connections, so that clones can be made at any time: those `prepare` left open are cut.
        run(connection, format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", identifier(&draft))).await?;
        let cut = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = $1";
        sqlx::query(cut)
            .bind(&draft)
            .execute(&mut *connection)
            .await
            .trying("cut the template's connections")?;
        run(connection, format!("ALTER DATABASE {} RENAME TO {}", identifier(&draft), identifier(template)))
            .await?;
    }
    holder.close().await.trying("release the lock of the template")
}

/// Drops test databases nobody uses any more. Their names carry the time they were made at.
async fn drop_abandoned(connection: &mut PgConnection) -> Result<(), BackingError> {
    let abandoned: Vec<String> = sqlx::query_scalar(
        "SELECT datname FROM pg_database d
         WHERE datname ~ '^test_.*_[0-9]+_[0-9a-f]{10}$'
           AND substring(datname FROM '_([0-9]+)_[0-9a-f]{10}$')::bigint < extract(epoch FROM now()) - $1
           AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
    )
    .bind(ABANDONED_AFTER_SECONDS)
    .fetch_all(&mut *connection)
    .await
    .trying("look for abandoned test databases")?;
    for name in abandoned {
        run(connection, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", identifier(&name))).await?;
    }
    Ok(())
}

/// Hands a database to a thread of its own that drops one after the other, so that a test ends without waiting and
/// whether or not its runtime still runs. What is left when the process ends goes with the server or as abandoned.
fn drop_soon(superuser_url: String, name: String) {
    static QUEUE: OnceLock<Sender<(String, String)>> = OnceLock::new();
    let queue = QUEUE.get_or_init(|| {
        let (sender, receiver) = channel();
        std::thread::spawn(move || drop_each(receiver));
        sender
    });
    queue.send((superuser_url, name)).ok();
}

fn drop_each(queue: Receiver<(String, String)>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    for (superuser_url, name) in queue {
        let dropped = runtime.block_on(async {
            let mut connection = connect(&superuser_url).await?;
            run(&mut connection, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", identifier(&name))).await
        });
        if let Err(error) = dropped {
            tracing::debug!(%name, %error, "a test database was not dropped");
        }
    }
}
