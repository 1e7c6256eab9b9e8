//! DownloadShipmentsReport.

use chassis::{Error, Sellers, principal};
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;
use kernel::SellerId;
use messaging::calls::failed;
use sqlx::PgPool;
use tonic::{Request, Status};
use wire::ErrorReason;
use wire::convert::{optional, parse_timestamp};
use wire::fulfillment::v1::{DownloadShipmentsReportRequest, DownloadShipmentsReportResponse};

use crate::app::report_shipments::Report;
use crate::store::report::Selection;

/// Bytes of a chunk.
const CHUNK: usize = 64 * 1024;
/// The longest period of one report, as Amazon's: 31 days.
const MAX_PERIOD: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The report as a stream of chunks.
pub(super) fn download(
    pool: PgPool,
    request: Request<DownloadShipmentsReportRequest>,
) -> Result<BoxStream<'static, Result<DownloadShipmentsReportResponse, Status>>, Error> {
    let report = Report::new(selection(&request)?);
    let parts = stream::try_unfold((pool, report), |(pool, mut report)| async move {
        let part = report.next(&pool).await.map_err(|error| Status::from(failed(error)))?;
        Ok::<_, Status>(part.map(|text| (text, (pool, report))))
    });
    let chunks = parts.map_ok(|text| {
        let chunks: Vec<_> = text.into_bytes().chunks(CHUNK).map(<[u8]>::to_vec).collect();
        stream::iter(chunks.into_iter().map(|chunk| Ok(DownloadShipmentsReportResponse { chunk })))
    });
    Ok(chunks.try_flatten().boxed())
}

fn selection(request: &Request<DownloadShipmentsReportRequest>) -> Result<Selection, Error> {
    let caller = principal(request)?;
    let asked = request.get_ref();
    let seller: Option<SellerId> = optional("seller_id", &asked.seller_id)?;
    match (&seller, &caller.sellers) {
        (Some(seller), _) => caller.may_act_for(seller)?,
        (None, Sellers::All) => {}
        (None, Sellers::Only(_)) => {
            let problem = "seller_id is empty: name a seller you act for; all sellers are for operators";
            return Err(Error::new(ErrorReason::SellerNotAllowed, problem));
        }
    }
    let from = parse_timestamp("from_time", asked.from_time)?;
    let to = parse_timestamp("to_time", asked.to_time)?;
    if to <= from || to.duration_since(from) > MAX_PERIOD {
        return Err(Error::invalid("to_time", "must be after from_time, by at most 31 days"));
    }
    Ok(Selection { from, to, seller, country: optional("country_code", &asked.country_code)? })
}
