//! What returns writes into the ledger. The seller bears the refund of what came back, the programme bears postage and
//! what it lost or damaged; payments is clearing until it has answered.

use jiff::Timestamp;
use kernel::{Money, SellerId};
use ledger::{Account, Posting, Role, Transaction};
use uuid::Uuid;

use super::{MoneyKind, MoneyRequest, Reimbursement};

/// A booking that cannot be written: an amount of zero or out of range.
#[derive(Debug, thiserror::Error)]
#[error("cannot book {kind}: {problem}")]
pub(crate) struct BookingError {
    kind: &'static str,
    problem: String,
}

/// A reimbursement is owed: the programme's loss, payable to the seller.
///
/// # Errors
/// When the amount cannot be booked.
pub(crate) fn approved(reimbursement: &Reimbursement, at: Timestamp) -> Result<Transaction, BookingError> {
    let id = kernel::derive_uuid("booking-approved", &[&reimbursement.id.to_string()]);
    let reference = reimbursement.id.to_string();
    let accounts = (programme(Role::Loss), seller(reimbursement.seller, Role::Payable));
    book("reimbursement_approved", id, at, &reference, accounts, reimbursement.amount)
}

/// A refund is owed to the buyer: the seller's for the goods, the programme's for the postage.
///
/// # Errors
/// When the amount cannot be booked.
pub(crate) fn refund_owed(request: &MoneyRequest, at: Timestamp) -> Result<Transaction, BookingError> {
    let id = kernel::derive_uuid("booking-owed", &[&request.id.to_string()]);
    let bearer = match request.kind {
        MoneyKind::ReturnPostage => programme(Role::Cost),
        MoneyKind::Return | MoneyKind::Payout => seller(request.seller, Role::Receivable),
    };
    book("refund_owed", id, at, &request.id.to_string(), (bearer, buyers()), request.amount)
}

/// Payments settled a refund or a payout: what was owed is paid.
///
/// # Errors
/// When the amount cannot be booked.
pub(crate) fn settled(request: &MoneyRequest, at: Timestamp) -> Result<Transaction, BookingError> {
    let id = kernel::derive_uuid("booking-settled", &[&request.id.to_string()]);
    let owed = match request.kind {
        MoneyKind::Payout => seller(request.seller, Role::Payable),
        MoneyKind::Return | MoneyKind::ReturnPostage => buyers(),
    };
    let clearing = Account::new("payments", Role::Clearing);
    book("money_settled", id, at, &request.id.to_string(), (owed, clearing), request.amount)
}

type Path = Result<Account, kernel::ParseError>;

fn programme(role: Role) -> Path {
    Account::new("programme", role)
}

fn buyers() -> Path {
    Account::new("buyers", Role::Payable)
}

fn seller(seller: SellerId, role: Role) -> Path {
    Account::of("seller", seller.as_ref(), role)
}

fn book(
    kind: &'static str,
    id: Uuid,
    at: Timestamp,
    reference: &str,
    (debit, credit): (Path, Path),
    amount: Money,
) -> Result<Transaction, BookingError> {
    let error = |problem: &dyn std::fmt::Display| BookingError { kind, problem: problem.to_string() };
    let debit = Posting::debit(debit.map_err(|e| error(&e))?, amount);
    let credit = Posting::credit(credit.map_err(|e| error(&e))?, amount).map_err(|e| error(&e))?;
    Transaction::new(id, kind, at, reference, vec![debit, credit]).map_err(|e| error(&e))
}
