//! Countries, regions and products that a seller excludes.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use kernel::{Asin, Country, SellerId, Sku};
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

/// A product by its ASIN or by one of the seller's SKUs.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ProductArgs {
    asin: Option<Asin>,
    /// The product of this SKU of the seller
    #[arg(long)]
    sku: Option<Sku>,
}

/// Why destinations are excluded.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Grounds {
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
    product: ProductArgs,
    destinations: Vec<String>,
    grounds: Option<Grounds>,
    because: Because,
) -> Result<(), Failure> {
    let request = context.ask(ExcludeProductRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        asin: product.asin(),
        sku: product.sku(),
        country_codes: destinations,
        reason: because.reason,
        grounds: wire_grounds(grounds).into(),
    });
    let answer = context.call(HOME, context.enrollment()?.exclude_product(request)).await?;
    context.print_applied::<ProductExclusion>(answer.already_applied, present(answer.exclusion)?)
}

pub(super) async fn include_product(
    context: &Context,
    seller: SellerId,
    product: ProductArgs,
    because: Because,
) -> Result<(), Failure> {
    let request = context.ask(IncludeProductRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        asin: product.asin(),
        sku: product.sku(),
        reason: because.reason,
    });
    let answer = context.call(HOME, context.enrollment()?.include_product(request)).await?;
    let inclusion = Inclusion {
        seller_id: seller.to_string(),
        asin: product.asin(),
        sku: product.sku(),
        settings_version: answer.settings_version,
    };
    context.print_applied(answer.already_applied, inclusion)
}

pub(super) async fn list(
    context: &Context,
    seller: SellerId,
    country: Option<Country>,
    limit: Limit,
) -> Result<(), Failure> {
    let mut client = context.enrollment()?;
    let seller_id = seller.to_string();
    let country_code = country.map(|country| country.to_string()).unwrap_or_default();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let (seller_id, country_code) = (seller_id.clone(), country_code.clone());
        let request = ListProductExclusionsRequest { seller_id, page_size, page_token, country_code };
        let page = context.call(HOME, client.list_product_exclusions(context.ask(request))).await?;
        Ok((page.exclusions, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<ProductExclusion>())
}

fn wire_grounds(grounds: Option<Grounds>) -> ExclusionGrounds {
    match grounds {
        None => ExclusionGrounds::Unspecified,
        Some(Grounds::DistributionAgreement) => ExclusionGrounds::DistributionAgreement,
        Some(Grounds::Risk) => ExclusionGrounds::Risk,
        Some(Grounds::Other) => ExclusionGrounds::Other,
    }
}

impl ProductArgs {
    fn asin(&self) -> String {
        self.asin.map(|asin| asin.to_string()).unwrap_or_default()
    }

    fn sku(&self) -> String {
        self.sku.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

impl ListArgs {
    fn excluded(&self, destinations: Vec<String>) -> Vec<ExcludedDestination> {
        let grounds = wire_grounds(self.grounds);
        let one = |destination| ExcludedDestination { destination, grounds: grounds.into() };
        destinations.into_iter().map(one).collect()
    }
}
