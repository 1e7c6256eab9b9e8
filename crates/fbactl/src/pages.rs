//! Lists, page by page, up to a bound.

use crate::failure::Failure;

/// Entries asked for at a time: orders with all their lines stay far below the largest answer.
const PAGE: u32 = 100;
/// Pages asked for at most, should a service answer with pages that hold little.
const MAX_PAGES: usize = 1_000;

/// The beginning of a list.
pub(crate) struct Listed<T> {
    pub(crate) entries: Vec<T>,
    /// The service has more than was asked for.
    pub(crate) truncated: bool,
}

impl<T> Listed<T> {
    /// The same entries as views.
    pub(crate) fn shown_as<V: From<T>>(self) -> Listed<V> {
        Listed { entries: self.entries.into_iter().map(V::from).collect(), truncated: self.truncated }
    }
}

/// Asks for pages (`page_size`, `page_token`) until `limit` entries are there or the list ends.
pub(crate) async fn all_pages<T>(
    limit: u32,
    mut page: impl AsyncFnMut(i32, String) -> Result<(Vec<T>, String), Failure>,
) -> Result<Listed<T>, Failure> {
    let limit = limit as usize;
    let mut entries = Vec::new();
    let mut token = String::new();
    for _ in 0..MAX_PAGES {
        let size = (PAGE as usize).min(limit - entries.len());
        let (more, next) = page(i32::try_from(size).unwrap_or(i32::MAX), token).await?;
        entries.extend(more);
        if next.is_empty() || entries.len() >= limit {
            let truncated = !next.is_empty() || entries.len() > limit;
            entries.truncate(limit);
            return Ok(Listed { entries, truncated });
        }
        token = next;
    }
    Ok(Listed { entries, truncated: true })
}
