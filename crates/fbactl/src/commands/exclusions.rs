//! Countries, regions and products that a seller excludes.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use kernel::{Asin, Country, SellerId};
use wire::convert::timestamp;
use wire::enrollment::v1::{
    ExcludeProductRequest, ExcludedDestination, ExclusionGrounds, IncludeProductRequest,
    ListProductExclusionsRequest, ListRegionsRequest, PatchExcludedCountriesRequest,
    ReplaceExcludedCountriesRequest,
};

use super::present;
use super::seller::changed;
use crate::cli::{Because, Limit};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::{Listed, all_pages};
use crate::views::{Inclusion, ProductExclusion, Region};

const HOME: Service = Service::Enrollment;

/// What goes with a change of the list of countries.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Why these destinations are excluded
    #[arg(long, value_enum)]
    grounds: Option<Grounds>,
    /// Refuse when the settings are no longer of this version
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    expected_version: i64,
}

/// Why destinations are excluded.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Grounds {
    /// Somebody else has the right to sell there
    DistributionAgreement,
    Risk,
    Other,
}

pub(super) async fn replace_countries(
    context: &Context,
    seller: SellerId,
    destinations: Vec<String>,
    args: ListArgs,
    because: Because,
) -> Result<(), Failure> {
    let request = context.ask(ReplaceExcludedCountriesRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        country_codes: Vec::new(),
        reason: because.reason,
        expected_settings_version: args.expected_version,
        destinations: args.excluded(destinations),
    });
    let answer = context.call(HOME, context.enrollment()?.replace_excluded_countries(request)).await?;
    changed(context, answer.already_applied, answer.enrollment)
}

pub(super) async fn patch_countries(
    context: &Context,
    seller: SellerId,
    exclude: Vec<String>,
    include: Vec<String>,
    args: ListArgs,
    because: Because,
) -> Result<(), Failure> {
    let request = context.ask(PatchExcludedCountriesRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        exclude: args.excluded(exclude),
        include,
        reason: because.reason,
        expected_settings_version: args.expected_version,
    });
    let answer = context.call(HOME, context.enrollment()?.patch_excluded_countries(request)).await?;
    changed(context, answer.already_applied, answer.enrollment)
}

pub(super) async fn regions(context: &Context, at: Option<Timestamp>) -> Result<(), Failure> {
    let request = context.ask(ListRegionsRequest { time: at.map(timestamp) });
    let answer = context.call(HOME, context.enrollment()?.list_regions(request)).await?;
    let listed = Listed { entries: answer.regions, truncated: false };
    context.print_list(listed.shown_as::<Region>())
}

pub(super) async fn exclude_product(
    context: &Context,
    seller: SellerId,
    asin: Asin,
    countries: &[Country],
    because: Because,
) -> Result<(), Failure> {
    let request = context.ask(ExcludeProductRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        asin: asin.to_string(),
        country_codes: countries.iter().map(ToString::to_string).collect(),
        reason: because.reason,
    });
    let answer = context.call(HOME, context.enrollment()?.exclude_product(request)).await?;
    context.print_applied::<ProductExclusion>(answer.already_applied, present(answer.exclusion)?)
}

pub(super) async fn include_product(
    context: &Context,
    seller: SellerId,
    asin: Asin,
    because: Because,
) -> Result<(), Failure> {
    let request = context.ask(IncludeProductRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        asin: asin.to_string(),
        reason: because.reason,
    });
    let answer = context.call(HOME, context.enrollment()?.include_product(request)).await?;
    let inclusion = Inclusion {
        seller_id: seller.to_string(),
        asin: asin.to_string(),
        settings_version: answer.settings_version,
    };
    context.print_applied(answer.already_applied, inclusion)
}

pub(super) async fn list(context: &Context, seller: SellerId, limit: Limit) -> Result<(), Failure> {
    let mut client = context.enrollment()?;
    let seller_id = seller.to_string();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListProductExclusionsRequest { seller_id: seller_id.clone(), page_size, page_token };
        let page = context.call(HOME, client.list_product_exclusions(context.ask(request))).await?;
        Ok((page.exclusions, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<ProductExclusion>())
}

impl ListArgs {
    fn excluded(&self, destinations: Vec<String>) -> Vec<ExcludedDestination> {
        let grounds = match self.grounds {
            None => ExclusionGrounds::Unspecified,
            Some(Grounds::DistributionAgreement) => ExclusionGrounds::DistributionAgreement,
            Some(Grounds::Risk) => ExclusionGrounds::Risk,
            Some(Grounds::Other) => ExclusionGrounds::Other,
        };
        let one = |destination| ExcludedDestination { destination, grounds: grounds.into() };
        destinations.into_iter().map(one).collect()
    }
}
