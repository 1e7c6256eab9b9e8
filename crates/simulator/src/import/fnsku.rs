//! Labels for units of sources that know none.

use kernel::{Fnsku, SellerId, Sku};
use sha2::{Digest, Sha256};

/// Letters and digits that a label uses: none that can be taken for another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `X0` and eight characters that follow from seller and SKU.
pub(crate) fn label(seller: SellerId, sku: &Sku) -> Result<Fnsku, kernel::ParseError> {
    let digest = Sha256::digest(format!("{seller}/{sku}"));
    let mut text = String::from("X0");
    text.extend(digest[..8].iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])));
    Fnsku::parse(&text)
}
