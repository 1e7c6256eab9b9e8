//! The few things done to a PostgreSQL URL, as text: `postgres://user:password@host:port/database?options`.

/// The same server and user, another database.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let (rest, options) = split_options(url);
    let (scheme, rest) = split_scheme(rest);
    let authority = rest.split('/').next().unwrap_or_default();
    format!("{scheme}{authority}/{database}{options}")
}

/// The same server and password, another user and database.
pub(crate) fn with_user(url: &str, user: &str, database: &str) -> String {
    let (scheme, rest) = split_scheme(url);
    let (credentials, host) = rest.split_once('@').unwrap_or(("", rest));
    let password =
        credentials.split_once(':').map(|(_, password)| format!(":{password}")).unwrap_or_default();
    with_database(&format!("{scheme}{user}{password}@{host}"), database)
}

/// Host and port, without user and password: fit for people and logs.
pub(crate) fn address(url: &str) -> String {
    let (_, rest) = split_scheme(split_options(url).0);
    let authority = rest.split('/').next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default().to_owned()
}

fn split_scheme(url: &str) -> (&str, &str) {
    url.find("://").map_or(("", url), |at| url.split_at(at + 3))
}

fn split_options(url: &str) -> (&str, &str) {
    url.find('?').map_or((url, ""), |at| url.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgres://root:s%40cret@db.example:5433/postgres?sslmode=require";

    #[test]
    fn another_database_keeps_server_user_and_options() {
        assert_eq!(with_database(URL, "x"), "postgres://root:s%40cret@db.example:5433/x?sslmode=require");
        assert_eq!(with_database("postgres://u@h", "x"), "postgres://u@h/x");
    }

    #[test]
    fn another_user_keeps_the_password() {
        assert_eq!(with_user(URL, "u", "d"), "postgres://u:s%40cret@db.example:5433/d?sslmode=require");
        assert_eq!(with_user("postgres://h/postgres", "u", "d"), "postgres://u@h/d");
    }

    #[test]
    fn the_address_for_people_has_no_password() {
        assert_eq!(address(URL), "db.example:5433");
    }
}
