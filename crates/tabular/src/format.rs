//! What a file must look like.

/// The columns of a file and its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Every column that a header may name, in the order of [`Fields::get`](crate::Fields::get). Names compare without
    /// case, blanks, `-` and `_`.
    pub columns: &'static [&'static str],
    /// Of each group, spelled as in `columns`, the header must name at least one.
    pub required: &'static [&'static [&'static str]],
    /// Longest line in bytes of its UTF-8, without its line end.
    pub max_line_bytes: usize,
    /// Largest file in bytes as they are sent.
    pub max_file_bytes: u64,
}

impl Format {
    /// A usual [`Format::max_line_bytes`]: 16 KiB.
    pub const MAX_LINE_BYTES: usize = 16 * 1024;

    /// The columns as a reader writes them: `sku, asin, note`.
    pub(crate) fn column_list(&self) -> String {
        self.columns.join(", ")
    }
}

/// What stands between two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delimiter {
    /// A tab: `.tsv`, "text (tab delimited)", "Unicode text".
    Tab,
    /// A comma: `.csv`.
    Comma,
    /// A semicolon: `.csv` of spreadsheets in countries that write 1,5 for one and a half.
    Semicolon,
}

impl Delimiter {
    /// The delimiter as one byte of ASCII.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Tab => b'\t',
            Self::Comma => b',',
            Self::Semicolon => b';',
        }
    }

    /// The first delimiter in a header: no column's name has one. A header of one column is read with tabs, because
    /// its fields may well have commas.
    pub(crate) fn of_header(line: &[u8]) -> Self {
        let first = line.iter().find_map(|&byte| Self::from_byte(byte));
        first.unwrap_or(Self::Tab)
    }

    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Tab, Self::Comma, Self::Semicolon].into_iter().find(|delimiter| delimiter.byte() == byte)
    }
}
