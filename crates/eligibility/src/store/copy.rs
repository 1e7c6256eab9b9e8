//! PostgreSQL's binary COPY format: rows written one field after the other, and read without copying.

use sqlx::Error;

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
/// PostgreSQL counts microseconds from 2000-01-01.
const EPOCH_US: i64 = 946_684_800_000_000;

/// Rows of one COPY on their way in.
pub(super) struct Writer {
    bytes: Vec<u8>,
    columns: i16,
}

impl Writer {
    /// Rows of so many columns.
    pub(super) fn new(columns: i16) -> Self {
        Self { bytes: HEADER.to_vec(), columns }
    }

    /// Begins a row: all of its fields follow, in order.
    pub(super) fn row(&mut self) -> &mut Self {
        self.bytes.extend(self.columns.to_be_bytes());
        self
    }

    pub(super) fn field(&mut self, field: &[u8]) -> &mut Self {
        // A field is at most some thousand bytes.
        self.bytes.extend((field.len() as u32).to_be_bytes());
        self.bytes.extend_from_slice(field);
        self
    }

    pub(super) fn time(&mut self, time: jiff::Timestamp) -> &mut Self {
        self.field(&(time.as_microsecond() - EPOCH_US).to_be_bytes())
    }

    /// All of it.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.extend(TRAILER);
        self.bytes
    }
}

/// Rows of one COPY that have arrived.
pub(super) struct Reader<'a>(&'a [u8]);

/// The fields of a row, in order; `None` = NULL.
pub(super) type Fields<'a, const N: usize> = [Option<&'a [u8]>; N];

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> sqlx::Result<Self> {
        bytes.strip_prefix(HEADER).map(Self).ok_or_else(malformed)
    }

    /// The next row of `N` columns; `None` at the end.
    pub(super) fn row<const N: usize>(&mut self) -> sqlx::Result<Option<Fields<'a, N>>> {
        let count = i16::from_be_bytes(self.take()?);
        if count == -1 {
            return Ok(None);
        }
        if usize::try_from(count) != Ok(N) {
            return Err(malformed());
        }
        let mut fields = [None; N];
        for field in &mut fields {
            *field = match i32::from_be_bytes(self.take()?) {
                -1 => None,
                length => Some(self.slice(usize::try_from(length).map_err(|_| malformed())?)?),
            };
        }
        Ok(Some(fields))
    }

    fn take<const N: usize>(&mut self) -> sqlx::Result<[u8; N]> {
        self.slice(N)?.try_into().map_err(|_| malformed())
    }

    fn slice(&mut self, length: usize) -> sqlx::Result<&'a [u8]> {
        let (slice, rest) = self.0.split_at_checked(length).ok_or_else(malformed)?;
        self.0 = rest;
        Ok(slice)
    }
}

/// A field of a fixed width that is not NULL.
pub(super) fn fixed<const N: usize>(field: Option<&[u8]>) -> sqlx::Result<[u8; N]> {
    field.and_then(|field| field.try_into().ok()).ok_or_else(malformed)
}

/// A field that is not NULL.
pub(super) fn some(field: Option<&[u8]>) -> sqlx::Result<&[u8]> {
    field.ok_or_else(malformed)
}

fn malformed() -> Error {
    Error::Protocol("a COPY of ours has another form than was asked for".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rows_survive_their_bytes() {
        let mut writer = Writer::new(2);
        writer.row().field(b"one").field(b"");
        writer.row().field(&7_i64.to_be_bytes()).time(jiff::Timestamp::UNIX_EPOCH);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes).unwrap();
        assert_eq!(reader.row().unwrap(), Some([Some(&b"one"[..]), Some(&b""[..])]));
        let [number, time] = reader.row().unwrap().unwrap();
        assert_eq!(i64::from_be_bytes(fixed(number).unwrap()), 7);
        assert_eq!(i64::from_be_bytes(fixed(time).unwrap()), -EPOCH_US);
        assert_eq!(reader.row::<2>().unwrap(), None);
    }

    #[test]
    fn what_is_cut_off_or_of_another_width_is_refused() {
        let mut writer = Writer::new(1);
        writer.row().field(b"field");
        let bytes = writer.finish();
        for end in 0..bytes.len() {
            let whole = Reader::new(&bytes[..end]).and_then(|mut reader| {
                reader.row::<1>()?;
                reader.row::<1>()
            });
            assert!(whole.is_err(), "{end}");
        }
        assert!(Reader::new(&bytes).unwrap().row::<2>().is_err());
    }
}
