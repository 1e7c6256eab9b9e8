//! A database and a role for each service.

use sqlx::{Connection, PgConnection};

use crate::error::Trying;
use crate::sql::{connect, database_exists, identifier, lock, run};
use crate::{BackingError, url};

/// Makes sure `service` has a database and a role, both named `fba_<service>`, on the server of `superuser_url`, and
/// returns the URL to use them. The role owns its database; nobody else but superusers may connect to it.
/// Where the superuser has a password, the role gets the same: such a server is somebody's for development.
///
/// Safe to repeat, also by several processes at once.
///
/// # Errors
/// When the server does not answer or the user is no superuser.
pub async fn ensure_service_database(superuser_url: &str, service: &str) -> Result<String, BackingError> {
    let name = format!("fba_{service}");
    let mut connection = connect(superuser_url).await?;
    lock(&mut connection, &name).await?;
    ensure_role(&mut connection, &name).await?;
    if !database_exists(&mut connection, &name).await? {
        run(&mut connection, format!("CREATE DATABASE {0} OWNER {0}", identifier(&name))).await?;
    }
    run(&mut connection, format!("REVOKE CONNECT ON DATABASE {} FROM PUBLIC", identifier(&name))).await?;
    connection.close().await.trying("close the connection")?;
    Ok(url::with_user(superuser_url, &name, &name))
}

async fn ensure_role(connection: &mut PgConnection, name: &str) -> Result<(), BackingError> {
    let exists = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)").bind(name);
    let exists: bool =
        exists.fetch_one(&mut *connection).await.trying(format!("look for the role {name}"))?;
    if !exists {
        run(connection, format!("CREATE ROLE {} LOGIN", identifier(name))).await?;
    }
    // PostgreSQL takes a stored password (a SCRAM verifier) as it is, so the plain one is never needed.
    let stored = sqlx::query_scalar("SELECT rolpassword FROM pg_authid WHERE rolname = current_user");
    let stored: Option<String> =
        stored.fetch_one(&mut *connection).await.trying("read the superuser's password")?;
    match stored {
        Some(stored) => {
            run(
                connection,
                format!("ALTER ROLE {} PASSWORD '{}'", identifier(name), stored.replace('\'', "''")),
            )
            .await
        }
        None => Ok(()),
    }
}
