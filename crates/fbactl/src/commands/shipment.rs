//! Shipments.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Country, SellerId, ShipmentId};
use tonic::Request;
use wire::customs::v1::{DownloadInvoiceRequest, GetCustomsShipmentRequest};
use wire::fulfillment::v1::{DownloadShipmentsReportRequest, GetShipmentRequest, ResolveHoldRequest};

use super::hold::Resolution;
use super::present;
use crate::cli::Repeatable;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::views::{Shipment, WholeShipment};

const HOME: Service = Service::Fulfillment;

/// What can be done with shipments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// One shipment as fulfillment and customs know it
    Show { shipment: ShipmentId },
    /// Give a held shipment what it lacks, or give it up
    ResolveHold {
        shipment: ShipmentId,
        #[command(flatten)]
        resolution: Resolution,
        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// The commercial invoice as PDF
    Invoice {
        shipment: ShipmentId,
        /// File to write; replaced when it exists
        #[arg(long)]
        out: PathBuf,
    },
    /// The Amazon Fulfilled Shipments report of at most 31 days as TSV
    Report {
        /// First shipment date (UTC)
        #[arg(long)]
        from: Date,
        /// Day after the last shipment date (UTC)
        #[arg(long)]
        to: Date,
        /// Only this seller; default: all the token may see
        #[arg(long)]
        seller: Option<SellerId>,
        /// Only to this country
        #[arg(long)]
        country: Option<Country>,
        /// File to write; replaced when it exists
        #[arg(long)]
        out: PathBuf,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Show { shipment } => show(context, shipment).await,
        Command::ResolveHold { shipment, resolution, repeatable } => {
            let request = context.ask(ResolveHoldRequest {
                resolution: Some(resolution.read()?),
                request_id: context.request_id(&repeatable),
                shipment_id: shipment.to_string(),
            });
            let answer = context.call(HOME, context.fulfillment()?.resolve_hold(request)).await?;
            context.print_applied::<Shipment>(answer.already_applied, present(answer.shipment)?)
        }
        Command::Invoice { shipment, out } => {
            let request = Request::new(DownloadInvoiceRequest { shipment_id: shipment.to_string() });
            context.save(Service::Customs, context.customs()?.download_invoice(request), &out).await
        }
        Command::Report { from, to, seller, country, out } => {
            let request = Request::new(DownloadShipmentsReportRequest {
                from_time: Some(midnight(from)?),
                to_time: Some(midnight(to)?),
                seller_id: seller.map(|seller| seller.to_string()).unwrap_or_default(),
                country_code: country.map(|country| country.to_string()).unwrap_or_default(),
            });
            context.save(HOME, context.fulfillment()?.download_shipments_report(request), &out).await
        }
    }
}

async fn show(context: &Context, shipment: ShipmentId) -> Result<(), Failure> {
    let shipment_id = shipment.to_string();
    let request = context.ask(GetShipmentRequest { shipment_id: shipment_id.clone() });
    let answer = context.call(HOME, context.fulfillment()?.get_shipment(request)).await?;
    let request = context.ask(GetCustomsShipmentRequest { shipment_id });
    let cleared = context.call(Service::Customs, context.customs()?.get_customs_shipment(request)).await;
    let customs = match cleared {
        Ok(answer) => Some(present(answer.shipment)?),
        // Planned a moment ago; customs has not read of it yet.
        Err(failure) if failure.is_not_found() => None,
        Err(failure) => return Err(failure),
    };
    context.print(&WholeShipment { shipment: present(answer.shipment)?, customs })
}

fn midnight(day: Date) -> Result<prost_types::Timestamp, Failure> {
    let zoned = day.to_zoned(TimeZone::UTC).map_err(|error| Failure::usage(format!("{day}: {error}")))?;
    Ok(wire::convert::timestamp(zoned.timestamp()))
}
