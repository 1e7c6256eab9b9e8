//! What resolves a hold. Personal data comes from files: a command line is seen by everyone on the machine.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;
use wire::common::v1::Address;
use wire::fulfillment::v1::resolve_hold_request::Resolution as Wire;

use crate::failure::Failure;

/// Exactly one of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Resolution {
    /// File with the recipient's tax id that customs asked for; `-` reads standard input
    #[arg(long)]
    tax_id_file: Option<PathBuf>,
    /// JSON file with the corrected address in the same country; `-` reads standard input
    #[arg(long)]
    address_file: Option<PathBuf>,
    /// Let customs look again
    #[arg(long)]
    recheck: bool,
    /// Give the shipment up: stock is released, the buyer refunded
    #[arg(long)]
    cancel: bool,
}

/// An address file: the fields of the proto's Address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressFile {
    name: String,
    lines: Vec<String>,
    city: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    postal_code: String,
    country_code: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    email: String,
}

impl Resolution {
    /// Reads the file where one is named.
    pub(crate) fn read(&self) -> Result<Wire, Failure> {
        if let Some(file) = &self.tax_id_file {
            return Ok(Wire::RecipientTaxId(text(file)?.trim().to_owned()));
        }
        if let Some(file) = &self.address_file {
            return Ok(Wire::ShipTo(address(file)?));
        }
        Ok(if self.recheck { Wire::Recheck(true) } else { Wire::Cancel(true) })
    }
}

fn address(file: &Path) -> Result<Address, Failure> {
    let parsed: AddressFile = serde_json::from_str(&text(file)?).map_err(|error| {
        // The position only: serde's message may quote the value.
        let (line, column) = (error.line(), error.column());
        let fields = "name, lines, city, country_code and maybe region, postal_code, phone, email";
        Failure::usage(format!(
            "{}:{line}:{column}: not an address: expected JSON with {fields}",
            file.display()
        ))
    })?;
    Ok(Address {
        name: parsed.name,
        lines: parsed.lines,
        city: parsed.city,
        region: parsed.region,
        postal_code: parsed.postal_code,
        country_code: parsed.country_code,
        phone: parsed.phone,
        email: parsed.email,
    })
}

fn text(file: &Path) -> Result<String, Failure> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    text.map_err(|error| Failure::usage(format!("{} cannot be read: {error}", file.display())))
}
