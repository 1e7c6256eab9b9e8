//! May these items go to these countries?

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use jiff::Timestamp;
use kernel::{Country, SellerId, Sku};
use wire::convert::timestamp;
use wire::eligibility::v1::{CheckEligibilityRequest, CheckPurpose, EligibilityLine, EligibilityResult};

use crate::cli::Language;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::Listed;
use crate::views::CheckedLine;

const HOME: Service = Service::Eligibility;
/// Lines of one call: the service's bound.
const BATCH: usize = 2_000;
/// Lines of one command.
const MAX_LINES: usize = 100_000;

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// SELLER,SKU,COUNTRY: `A1EXAMPLE,SKU-1,DE`
    #[arg(required_unless_present = "file")]
    lines: Vec<Line>,
    /// File with one SELLER,SKU,COUNTRY per line; `-` reads standard input
    #[arg(long)]
    file: Option<PathBuf>,
    /// By these settings of the seller or newer ones: the settings_version of an earlier answer. All lines are one seller's
    #[arg(long, default_value_t = 0, hide_default_value = true, conflicts_with = "at")]
    min_version: i64,
    #[command(flatten)]
    asked: Asked,
}

/// How lines are meant.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// The lines name ASINs in place of SKUs: `A1EXAMPLE,B000000001,DE`
    #[arg(long)]
    by_asin: bool,
    /// As lines of multi-channel orders (MCF), which take media alone abroad
    #[arg(long)]
    mcf: bool,
    /// As it was then: `2026-11-01T00:00:00Z`
    #[arg(long)]
    pub(super) at: Option<Timestamp>,
    /// Of reasons and remedies
    #[arg(long, value_enum, default_value_t)]
    pub(super) language: Language,
}

/// A seller, an offer of it, a country.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    seller: SellerId,
    offer: Sku,
    country: Country,
}

impl FromStr for Line {
    type Err = String;

    /// The offer is what stands between the first and the last comma.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once(',').and_then(|(seller, rest)| Some((seller, rest.rsplit_once(',')?)));
        let (seller, (offer, country)) = parts.ok_or("expected SELLER,SKU,COUNTRY")?;
        Ok(Self { seller: parsed(seller)?, offer: parsed(offer)?, country: parsed(country)? })
    }
}

fn parsed<T: FromStr<Err = kernel::ParseError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: kernel::ParseError| error.to_string())
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let mut lines = command.lines;
    if let Some(file) = &command.file {
        lines.extend(read(file)?);
    }
    if lines.len() > MAX_LINES {
        return Err(Failure::usage(format!("{} lines are too many: at most {MAX_LINES}", lines.len())));
    }
    if command.min_version != 0 && lines.iter().any(|line| line.seller != lines[0].seller) {
        return Err(Failure::usage(
            "--min-version is one seller's, but the lines name several: check each seller alone",
        ));
    }
    let mut client = context.eligibility()?;
    let mut checked = Vec::with_capacity(lines.len());
    for batch in lines.chunks(BATCH) {
        let request = CheckEligibilityRequest {
            lines: batch.iter().map(|line| command.asked.line(line, command.min_version)).collect(),
            language: command.asked.language.of_reasons().into(),
            rules_apart: false,
            at: command.asked.at.map(timestamp),
        };
        let answer = context.call(HOME, client.check_eligibility(context.ask(request))).await?;
        if answer.results.len() != batch.len() {
            return Err(Failure::broken_answer());
        }
        let answered = batch.iter().zip(answer.results);
        checked.extend(answered.map(|(line, result)| command.asked.answered(line, result)));
    }
    let refused = checked.iter().filter(|line| !line.eligible).count();
    context.print_list(Listed { entries: checked, truncated: false })?;
    match refused {
        0 => Ok(()),
        _ => Err(Failure::check(format!("{refused} of {} lines may not be exported", lines.len()))),
    }
}

impl Asked {
    /// A line of a call.
    pub(super) fn line(&self, line: &Line, min_settings_version: i64) -> EligibilityLine {
        let (offer, none) = (line.offer.to_string(), String::new());
        let (sku, asin) = if self.by_asin { (none, offer) } else { (offer, none) };
        let purpose = if self.mcf { CheckPurpose::Mcf } else { CheckPurpose::Export };
        EligibilityLine {
            seller_id: line.seller.to_string(),
            sku,
            country_code: line.country.to_string(),
            min_settings_version,
            purpose: purpose.into(),
            asin,
        }
    }

    fn answered(&self, line: &Line, result: EligibilityResult) -> CheckedLine {
        CheckedLine {
            seller_id: line.seller.to_string(),
            sku: if self.by_asin { result.sku } else { line.offer.to_string() },
            country_code: line.country.to_string(),
            eligible: result.eligible,
            asin: if self.by_asin { line.offer.to_string() } else { result.asin },
            reasons: result.reasons.into_iter().map(Into::into).collect(),
        }
    }
}

fn read(file: &Path) -> Result<Vec<Line>, Failure> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| Failure::usage(format!("{} cannot be read: {error}", file.display())))?;
    let rows = text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty());
    rows.map(|(index, row)| {
        let line = row.trim_end().parse();
        line.map_err(|problem: String| Failure::usage(format!("{}:{}: {problem}", file.display(), index + 1)))
    })
    .collect()
}
