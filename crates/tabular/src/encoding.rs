//! What the first bytes of a file say about it.

use std::fmt;

use crate::FileError;

/// How files that are no text begin.
const SIGNATURES: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "an Excel workbook (.xlsx) or another ZIP archive"),
    (b"\xD0\xCF\x11\xE0", "an Excel 97 workbook (.xls)"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\xFF\xFE\0\0", "UTF-32"),
    (b"\0\0\xFE\xFF", "UTF-32"),
];

/// The encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, the low byte first, with or without a byte order mark.
    Utf16Le,
    /// UTF-16, the high byte first, with or without a byte order mark.
    Utf16Be,
}

impl Encoding {
    /// The encoding of a file by its first four bytes, or fewer if it has no more, and the length of its byte order
    /// mark.
    ///
    /// # Errors
    /// When they are those of a file that is no text.
    pub(crate) fn detect(first: &[u8]) -> Result<(Self, usize), FileError> {
        let signature = SIGNATURES.iter().find(|(signature, _)| first.starts_with(signature));
        if let Some(&(_, looks_like)) = signature {
            return Err(FileError::Binary { looks_like });
        }
        Ok(match first {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16Be, 2),
            _ if is_ascii_with_nul_at(1, first) => (Self::Utf16Le, 0),
            _ if is_ascii_with_nul_at(0, first) => (Self::Utf16Be, 0),
            _ => (Self::Utf8, 0),
        })
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        })
    }
}

/// True when NUL and ASCII take turns, as in UTF-16, with a NUL at `place` (0 or 1) of each pair.
fn is_ascii_with_nul_at(place: usize, first: &[u8]) -> bool {
    let fits =
        |(at, &byte): (usize, &u8)| if at % 2 == place { byte == 0 } else { (1..0x80).contains(&byte) };
    first.len() >= 2 && first.iter().enumerate().all(fits)
}
