//! `returns.v1`: parses requests, calls the use cases, maps errors.

mod ledger;
mod resources;

use chassis::{Clock, Error, Page, Role, RoleRow, Tasks, principal};
use kernel::{OrderId, ReimbursementId, RmaId, SellerId};
use messaging::calls::{Begun, begin, database};
use sqlx::PgPool;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use wire::ErrorReason;
use wire::convert::{optional, parse, parse_quantity};
use wire::returns::v1::returns_service_server::ReturnsService;
use wire::returns::v1::{
    AuthoriseReturnRequest, AuthoriseReturnResponse, ExportLedgerRequest, ExportLedgerResponse,
    GetReturnRequest, GetReturnResponse, ListReimbursementsRequest, ListReimbursementsResponse,
    ListReturnsRequest, ListReturnsResponse, ReturnLine,
};

use crate::app::Rules;
use crate::app::authorise::{Asked, authorise};
use crate::domain::Wish;
use crate::store;

/// Who may call what; everything else is denied.
pub(crate) const ROLES: &[RoleRow] = &[
    ("/fbaexport.returns.v1.ReturnsService/AuthoriseReturn", &[Role::Operator, Role::Storefront]),
    (
        "/fbaexport.returns.v1.ReturnsService/GetReturn",
        &[Role::Operator, Role::Storefront, Role::Seller, Role::Auditor],
    ),
    ("/fbaexport.returns.v1.ReturnsService/ListReturns", &[Role::Operator, Role::Storefront, Role::Auditor]),
    (
        "/fbaexport.returns.v1.ReturnsService/ListReimbursements",
        &[Role::Operator, Role::Seller, Role::Auditor],
    ),
    ("/fbaexport.returns.v1.ReturnsService/ExportLedger", &[Role::Operator, Role::Auditor]),
];

/// Lines of one request.
const MAX_LINES: usize = 2_000;
/// Characters of a text for people.
const MAX_TEXT: usize = 500;

/// The service's API.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) pool: PgPool,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) tasks: Tasks,
}

#[tonic::async_trait]
impl ReturnsService for Api {
    async fn authorise_return(
        &self,
        request: Request<AuthoriseReturnRequest>,
    ) -> Result<Response<AuthoriseReturnResponse>, Status> {
        let caller = principal(&request)?.clone();
        let asked = asked(request.get_ref())?;
        let (id, now, request) = (&asked.request_id, self.clock.now(), request.get_ref());
        let begun = begin(&self.pool, &caller.subject, "AuthoriseReturn", id, request, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => {
                return Ok(Response::new(AuthoriseReturnResponse { already_applied: true, ..answer }));
            }
            Begun::First(call) => call,
        };
        let rma = authorise(&mut call.db, &asked, &caller, &self.rules, now).await?;
        let r#return = Some(resources::rma(&rma));
        let answer = call.answer(AuthoriseReturnResponse { r#return, already_applied: false }).await?;
        Ok(Response::new(answer))
    }

    async fn get_return(
        &self,
        request: Request<GetReturnRequest>,
    ) -> Result<Response<GetReturnResponse>, Status> {
        let caller = principal(&request)?;
        let id: RmaId = parse("rma_id", &request.get_ref().rma_id).map_err(Error::from)?;
        let mut db = self.snapshot().await?;
        let rma = store::rmas::find(&mut db, id).await.map_err(database)?;
        let rma = rma.ok_or_else(|| {
            Error::not_found(ErrorReason::ReturnNotFound, format!("there is no return {id}"))
        })?;
        caller.may_act_for(&rma.seller)?;
        Ok(Response::new(GetReturnResponse { r#return: Some(resources::rma(&rma)) }))
    }

    async fn list_returns(
        &self,
        request: Request<ListReturnsRequest>,
    ) -> Result<Response<ListReturnsResponse>, Status> {
        let request = request.get_ref();
        let order: Option<OrderId> = optional("order_id", &request.order_id).map_err(Error::from)?;
        let list = format!("returns/{}", request.order_id);
        let page = Page::parse(list, request.page_size, &request.page_token)?;
        let after: Option<RmaId> = page.start()?;
        let mut db = self.snapshot().await?;
        let rmas = store::rmas::page(&mut db, order.as_ref(), after, page.limit()).await;
        let mut rmas = rmas.map_err(database)?;
        let next_page_token = page.cut(&mut rmas, |rma| rma.id.to_string());
        let returns = rmas.iter().map(resources::rma).collect();
        Ok(Response::new(ListReturnsResponse { returns, next_page_token }))
    }

    async fn list_reimbursements(
        &self,
        request: Request<ListReimbursementsRequest>,
    ) -> Result<Response<ListReimbursementsResponse>, Status> {
        let caller = principal(&request)?.clone();
        let request = request.get_ref();
        let seller: Option<SellerId> = optional("seller_id", &request.seller_id).map_err(Error::from)?;
        match &seller {
            Some(seller) => caller.may_act_for(seller)?,
            None if caller.role == Role::Seller => {
                return Err(Error::invalid("seller_id", "is required for sellers").into());
            }
            None => {}
        }
        let list = format!("reimbursements/{}", request.seller_id);
        let page = Page::parse(list, request.page_size, &request.page_token)?;
        let after: Option<ReimbursementId> = page.start()?;
        let mut db = self.snapshot().await?;
        let listed = store::reimbursements::page(&mut db, seller, after, page.limit()).await;
        let mut listed = listed.map_err(database)?;
        let next_page_token = page.cut(&mut listed, |last| last.reimbursement.id.to_string());
        let reimbursements = listed.iter().map(resources::reimbursement).collect();
        Ok(Response::new(ListReimbursementsResponse { reimbursements, next_page_token }))
    }

    type ExportLedgerStream = ReceiverStream<Result<ExportLedgerResponse, Status>>;

    async fn export_ledger(
        &self,
        _: Request<ExportLedgerRequest>,
    ) -> Result<Response<Self::ExportLedgerStream>, Status> {
        Ok(Response::new(self::ledger::stream(self.pool.clone(), &self.tasks)))
    }
}

impl Api {
    async fn snapshot(&self) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, Error> {
        messaging::snapshot(&self.pool).await.map_err(database)
    }
}

fn asked(request: &AuthoriseReturnRequest) -> Result<Asked, Error> {
    if request.lines.is_empty() {
        return Err(Error::invalid("lines", "is empty: name the lines to send back"));
    }
    if request.lines.len() > MAX_LINES {
        return Err(Error::limit_exceeded("lines", format!("has more than {MAX_LINES} entries")));
    }
    if request.exception_reason.chars().count() > MAX_TEXT {
        return Err(Error::limit_exceeded(
            "exception_reason",
            format!("has more than {MAX_TEXT} characters"),
        ));
    }
    Ok(Asked {
        request_id: request.request_id.clone(),
        order: parse("order_id", &request.order_id)?,
        wishes: request.lines.iter().enumerate().map(wish).collect::<Result<_, _>>()?,
        exception: request.exception_reason.clone(),
    })
}

fn wish((index, line): (usize, &ReturnLine)) -> Result<Wish, Error> {
    let field = |name: &str| format!("lines[{index}].{name}");
    let number =
        kernel::LineNo::new(line.line_no).map_err(|error| Error::invalid(&field("line_no"), error))?;
    Ok(Wish {
        line: number,
        quantity: parse_quantity(&field("quantity"), line.quantity)?.get(),
        reason: line.reason_code.clone(),
    })
}
