//! Participation and authorities.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;
use kernel::{Country, SellerId};
use tonic::Request;
use wire::convert::timestamp;
use wire::enrollment::v1 as wire_enrollment;
use wire::enrollment::v1::{
    DisableExportRequest, DownloadExclusionsRequest, DownloadHistoryRequest, EnableExportRequest,
    GetAuthorityAsOfRequest, GetEnrollmentRequest, ListAuthoritiesRequest, ListEnrollmentsRequest,
    ListHistoryRequest, RevokeAuthorityRequest,
};

use super::{exclusion_files, exclusions, present, standing};
use crate::cli::{Because, Limit};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::{Authority, AuthorityAsOf, Enrollment, SettingsChange, Time};

const HOME: Service = Service::Enrollment;

/// What can be done with sellers.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// All sellers
    List {
        #[command(flatten)]
        limit: Limit,
    },
    /// One seller's part in the programme
    Show {
        seller: SellerId,
        /// These settings or newer ones: the settings_version of an earlier answer
        #[arg(long, default_value_t = 0, hide_default_value = true)]
        min_version: i64,
    },
    /// Take part again, under a new authority
    Enable {
        seller: SellerId,
        /// Version of the programme's terms that the seller accepts: the current one
        #[arg(long)]
        accept_terms: String,
        #[command(flatten)]
        because: Because,
    },
    /// Take no new orders; accepted ones finish
    Disable {
        seller: SellerId,
        #[command(flatten)]
        because: Because,
    },
    /// Disable, and hold what is not yet dispatched
    Revoke {
        seller: SellerId,
        #[command(flatten)]
        because: Because,
    },
    /// Replace the list of countries and regions the seller does not export to
    ExcludeCountries {
        seller: SellerId,
        /// ISO 3166-1 alpha-2 codes and regions (`seller regions`): the whole new list
        #[arg(required_unless_present = "none")]
        destinations: Vec<String>,
        /// Exclude no country
        #[arg(long, conflicts_with = "destinations")]
        none: bool,
        #[command(flatten)]
        args: exclusions::ListArgs,
        #[command(flatten)]
        because: Because,
    },
    /// Change the list of countries and regions the seller does not export to; the rest of it stays
    PatchCountries {
        seller: SellerId,
        /// Countries and regions that come, or get other grounds
        #[arg(long, value_delimiter = ',', required_unless_present = "include")]
        exclude: Vec<String>,
        /// Countries and regions that go
        #[arg(long, value_delimiter = ',')]
        include: Vec<String>,
        #[command(flatten)]
        args: exclusions::ListArgs,
        #[command(flatten)]
        because: Because,
    },
    /// The regions that can be excluded, with their members
    Regions {
        /// RFC 3339, e.g. 2026-10-01T08:00:00Z; default: now
        #[arg(long)]
        at: Option<Timestamp>,
    },
    /// Do not export one product
    ExcludeProduct {
        seller: SellerId,
        #[command(flatten)]
        product: exclusions::ProductArgs,
        /// Only to these countries and regions; default: all
        #[arg(long, alias = "countries", value_delimiter = ',')]
        destinations: Vec<String>,
        /// Why the product is excluded
        #[arg(long, value_enum)]
        grounds: Option<exclusions::Grounds>,
        #[command(flatten)]
        because: Because,
    },
    /// Take a product's exclusion back
    IncludeProduct {
        seller: SellerId,
        #[command(flatten)]
        product: exclusions::ProductArgs,
        #[command(flatten)]
        because: Because,
    },
    /// Products the seller does not export
    Exclusions {
        seller: SellerId,
        /// Those that do not go to this country
        #[arg(long)]
        country: Option<Country>,
        #[command(flatten)]
        limit: Limit,
        /// Write all of them to a file instead, which can be uploaded again
        #[arg(long, conflicts_with_all = ["limit", "country"])]
        out: Option<PathBuf>,
        /// The list as it was at this settings_version
        #[arg(long, default_value_t = 0, hide_default_value = true, requires = "out")]
        at_version: i64,
    },
    #[command(flatten)]
    Standing(standing::Command),
    #[command(flatten)]
    Files(exclusion_files::Command),
    /// The authority ledger, oldest first
    Authorities {
        seller: SellerId,
        #[command(flatten)]
        limit: Limit,
    },
    /// The authority that was in force at a time
    AuthorityAt {
        seller: SellerId,
        /// RFC 3339, e.g. 2026-10-01T08:00:00Z; not after now
        time: Timestamp,
    },
    /// Every change of the settings, oldest first
    History {
        seller: SellerId,
        #[command(flatten)]
        limit: Limit,
        /// Write all of it to a file instead, as TSV
        #[arg(long, conflicts_with = "limit")]
        out: Option<PathBuf>,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::List { limit } => list(context, limit).await,
        Command::Show { seller, min_version } => show(context, seller, min_version).await,
        Command::Enable { seller, accept_terms, because } => {
            enable(context, seller, accept_terms, because).await
        }
        Command::Disable { seller, because } => disable(context, seller, because).await,
        Command::Revoke { seller, because } => revoke(context, seller, because).await,
        Command::ExcludeCountries { seller, destinations, none: _, args, because } => {
            exclusions::replace_countries(context, seller, destinations, args, because).await
        }
        Command::PatchCountries { seller, exclude, include, args, because } => {
            exclusions::patch_countries(context, seller, exclude, include, args, because).await
        }
        Command::Regions { at } => exclusions::regions(context, at).await,
        Command::ExcludeProduct { seller, product, destinations, grounds, because } => {
            exclusions::exclude_product(context, seller, product, destinations, grounds, because).await
        }
        Command::IncludeProduct { seller, product, because } => {
            exclusions::include_product(context, seller, product, because).await
        }
        Command::Exclusions { seller, out: Some(out), at_version, .. } => {
            let (seller_id, settings_version) = (seller.to_string(), at_version);
            let request = Request::new(DownloadExclusionsRequest { seller_id, settings_version });
            context.save(HOME, context.enrollment()?.download_exclusions(request), &out).await
        }
        Command::Exclusions { seller, country, limit, out: None, .. } => {
            exclusions::list(context, seller, country, limit).await
        }
        Command::Standing(command) => standing::run(context, command).await,
        Command::Files(command) => exclusion_files::run(context, command).await,
        Command::Authorities { seller, limit } => authorities(context, seller, limit).await,
        Command::AuthorityAt { seller, time } => authority_at(context, seller, time).await,
        Command::History { seller, out: Some(out), .. } => {
            let request = Request::new(DownloadHistoryRequest { seller_id: seller.to_string() });
            context.save(HOME, context.enrollment()?.download_history(request), &out).await
        }
        Command::History { seller, limit, out: None } => history(context, seller, limit).await,
    }
}

async fn list(context: &Context, limit: Limit) -> Result<(), Failure> {
    let mut client = context.enrollment()?;
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = context.ask(ListEnrollmentsRequest { page_size, page_token });
        let page = context.call(HOME, client.list_enrollments(request)).await?;
        Ok((page.enrollments, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Enrollment>())
}

async fn show(context: &Context, seller: SellerId, min_settings_version: i64) -> Result<(), Failure> {
    let request = context.ask(GetEnrollmentRequest { seller_id: seller.to_string(), min_settings_version });
    let answer = context.call(HOME, context.enrollment()?.get_enrollment(request)).await?;
    context.print(&present::<_, Enrollment>(answer.enrollment)?)
}

async fn enable(context: &Context, seller: SellerId, terms: String, because: Because) -> Result<(), Failure> {
    let request = context.ask(EnableExportRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        accepted_terms_version: terms,
        reason: because.reason,
    });
    let answer = context.call(HOME, context.enrollment()?.enable_export(request)).await?;
    changed(context, answer.already_applied, answer.enrollment)
}

async fn disable(context: &Context, seller: SellerId, because: Because) -> Result<(), Failure> {
    let request = context.ask(DisableExportRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        reason: because.reason,
    });
    let answer = context.call(HOME, context.enrollment()?.disable_export(request)).await?;
    changed(context, answer.already_applied, answer.enrollment)
}

async fn revoke(context: &Context, seller: SellerId, because: Because) -> Result<(), Failure> {
    let request = context.ask(RevokeAuthorityRequest {
        request_id: context.request_id(&because.repeatable),
        seller_id: seller.to_string(),
        reason: because.reason,
    });
    let answer = context.call(HOME, context.enrollment()?.revoke_authority(request)).await?;
    changed(context, answer.already_applied, answer.enrollment)
}

pub(super) fn changed(
    context: &Context,
    already_applied: bool,
    enrollment: Option<wire_enrollment::Enrollment>,
) -> Result<(), Failure> {
    context.print_applied::<Enrollment>(already_applied, present(enrollment)?)
}

async fn authorities(context: &Context, seller: SellerId, limit: Limit) -> Result<(), Failure> {
    let mut client = context.enrollment()?;
    let seller_id = seller.to_string();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListAuthoritiesRequest { seller_id: seller_id.clone(), page_size, page_token };
        let page = context.call(HOME, client.list_authorities(context.ask(request))).await?;
        Ok((page.authorities, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Authority>())
}

async fn authority_at(context: &Context, seller: SellerId, time: Timestamp) -> Result<(), Failure> {
    let request = context.ask(GetAuthorityAsOfRequest {
        seller_id: seller.to_string(),
        time: Some(timestamp(time)),
        ..Default::default()
    });
    let answer = context.call(HOME, context.enrollment()?.get_authority_as_of(request)).await?;
    context.print(&AuthorityAsOf {
        time: Time::At(time),
        authority: answer.authority.map(Authority::from),
        settings_version: answer.settings_version,
    })
}

async fn history(context: &Context, seller: SellerId, limit: Limit) -> Result<(), Failure> {
    let mut client = context.enrollment()?;
    let seller_id = seller.to_string();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListHistoryRequest { seller_id: seller_id.clone(), page_size, page_token };
        let page = context.call(HOME, client.list_history(context.ask(request))).await?;
        Ok((page.changes, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<SettingsChange>())
}
