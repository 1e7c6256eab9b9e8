//! Which format a file has: told by its columns, never by its name.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, bail};
use flate2::read::MultiGzDecoder;

/// First two bytes of a gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// A header is looked for in so many bytes at the beginning.
const HEADER_BYTES: u64 = 64 * 1024;

/// A format that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    SampleCatalogue,
    UkToys,
    BrightData,
    Books,
    SampleOrders,
    UciRetail,
    DataCo,
}

/// The columns, or fields, that only this format has.
const MARKS: [(Source, &[&str]); 7] = [
    (Source::SampleCatalogue, &["seller_id", "fnsku", "stands_in"]),
    (Source::UkToys, &["product_id", "product_information", "manufacturer"]),
    (Source::BrightData, &["\"asin\"", "\"product_details\"", "\"final_price\""]),
    (Source::Books, &["book_id", "isbn", "original_title"]),
    (Source::SampleOrders, &["order_id", "marketplace_id", "promotion_discount"]),
    (Source::UciRetail, &["InvoiceNo", "StockCode", "UnitPrice"]),
    (Source::DataCo, &["Order Country", "Product Card Id", "Order Id"]),
];

/// Opens a file, unpacks it when it is gzip, and tells its format.
///
/// # Errors
/// When it cannot be read, or its first line is of no format.
pub(crate) fn open(path: &Path) -> anyhow::Result<(Source, Box<dyn BufRead>)> {
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    let mut raw = BufReader::new(file);
    let packed = raw.fill_buf().with_context(|| format!("read {}", path.display()))?.starts_with(&GZIP_MAGIC);
    let mut unpacked: Box<dyn BufRead> =
        if packed { Box::new(BufReader::new(MultiGzDecoder::new(raw))) } else { Box::new(raw) };
    let mut header = Vec::new();
    unpacked.by_ref().take(HEADER_BYTES).read_until(b'\n', &mut header)?;
    let Some(source) = detect(&String::from_utf8_lossy(&header)) else {
        bail!(
            "{}: the columns are of no known format; known are the sample's catalogue and orders, Amazon UK toys, \
             Bright Data products (JSON lines), goodbooks books, UCI Online Retail and DataCo orders",
            path.display()
        );
    };
    Ok((source, Box::new(std::io::Cursor::new(header).chain(unpacked))))
}

fn detect(header: &str) -> Option<Source> {
    MARKS.iter().find(|(_, marks)| marks.iter().all(|mark| header.contains(mark))).map(|(source, _)| *source)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    #[test]
    fn a_format_is_told_by_its_columns() {
        let uci = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
        assert_eq!(detect(uci), Some(Source::UciRetail));
        assert_eq!(detect("book_id,isbn,isbn13,authors,original_title\n"), Some(Source::Books));
        assert_eq!(detect("a,b,c\n"), None);
    }

    #[test]
    fn gzip_is_unpacked_and_the_header_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.bin");
        let mut packed = GzEncoder::new(File::create(&path).unwrap(), Compression::fast());
        packed.write_all(b"InvoiceNo,StockCode,UnitPrice\n1,2,3\n").unwrap();
        packed.finish().unwrap();
        let (source, mut read) = open(&path).unwrap();
        let mut text = String::new();
        read.read_to_string(&mut text).unwrap();
        assert_eq!(source, Source::UciRetail);
        assert_eq!(text, "InvoiceNo,StockCode,UnitPrice\n1,2,3\n");
    }

    #[test]
    fn an_unknown_file_says_what_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, "a,b\n").unwrap();
        let error = open(&path).err().unwrap().to_string();
        assert!(error.contains("UCI Online Retail"), "{error}");
    }
}
