//! From bytes of unknown encoding to UTF-8.

use std::mem;

use encoding_rs::{DecoderResult, UTF_16BE, UTF_16LE};

use crate::{Encoding, FileError};

/// How many bytes tell the encoding: the longest byte order mark, and two characters of UTF-16.
const FIRST_BYTES: usize = 4;

/// Size of the block into which UTF-16 is decoded, in bytes.
const BLOCK_BYTES: usize = 8 * 1024;

/// Stands in decoded UTF-16 for what could not be decoded: never valid in UTF-8, so that the line that has it is
/// refused like any other.
const MALFORMED: u8 = 0xFF;

/// Finds the encoding in the first bytes, then passes text on: UTF-8 as it came and unchecked, UTF-16 in blocks.
#[derive(Default)]
pub(crate) struct Decoder {
    /// The file's first bytes, until they are enough to tell the encoding.
    first: Vec<u8>,
    encoding: Option<Encoding>,
    utf16: Option<Utf16>,
}

impl Decoder {
    /// The encoding, once it is known; UTF-8 until then.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding.unwrap_or(Encoding::Utf8)
    }

    /// Takes the next bytes and gives their text to `sink`.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], sink: &mut impl Sink) -> Result<(), FileError> {
        if self.encoding.is_none() {
            let (head, rest) = bytes.split_at(bytes.len().min(FIRST_BYTES - self.first.len()));
            self.first.extend_from_slice(head);
            if self.first.len() < FIRST_BYTES {
                return Ok(());
            }
            self.begin(sink)?;
            bytes = rest;
        }
        self.decode(bytes, false, sink)
    }

    /// The end of the file: what is short or half is passed on too.
    pub(crate) fn finish(&mut self, sink: &mut impl Sink) -> Result<(), FileError> {
        if self.encoding.is_none() {
            self.begin(sink)?;
        }
        self.decode(&[], true, sink)
    }

    fn begin(&mut self, sink: &mut impl Sink) -> Result<(), FileError> {
        let first = mem::take(&mut self.first);
        let (encoding, mark_bytes) = Encoding::detect(&first)?;
        self.encoding = Some(encoding);
        self.utf16 = Utf16::new(encoding);
        self.decode(&first[mark_bytes..], false, sink)
    }

    fn decode(&mut self, bytes: &[u8], last: bool, sink: &mut impl Sink) -> Result<(), FileError> {
        let encoding = self.encoding();
        match &mut self.utf16 {
            Some(utf16) => utf16.decode(bytes, last, &mut |text: &[u8]| sink(encoding, text)),
            None => sink(encoding, bytes),
        }
    }
}

/// Takes text in UTF-8 that may hold malformed bytes, and says in which encoding it was sent.
pub(crate) trait Sink: FnMut(Encoding, &[u8]) -> Result<(), FileError> {}

impl<F: FnMut(Encoding, &[u8]) -> Result<(), FileError>> Sink for F {}

struct Utf16 {
    decoder: encoding_rs::Decoder,
    block: Vec<u8>,
}

impl Utf16 {
    fn new(encoding: Encoding) -> Option<Self> {
        let decoder = match encoding {
            Encoding::Utf8 => return None,
            Encoding::Utf16Le => UTF_16LE.new_decoder_without_bom_handling(),
            Encoding::Utf16Be => UTF_16BE.new_decoder_without_bom_handling(),
        };
        Some(Self { decoder, block: vec![0; BLOCK_BYTES] })
    }

    fn decode(
        &mut self,
        mut bytes: &[u8],
        last: bool,
        sink: &mut impl FnMut(&[u8]) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        loop {
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(bytes, &mut self.block, last);
            sink(&self.block[..written])?;
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => sink(&[MALFORMED])?,
            }
        }
    }
}
