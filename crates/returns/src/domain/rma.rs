//! A return from its authorisation to its end: which units may come, what each turned out to be, what follows.

use jiff::Timestamp;
use kernel::{
    Asin, FcCode, Fnsku, LineNo, Lpn, Money, MoneyError, OrderId, ReimbursementId, RmaId, SellerId,
    ShipmentId, Sku,
};

use super::{Disposition, Judgement, NoPolicy, Policies, Progress, ReasonCodes, Shipment};

/// State of a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Waits for the units.
    Authorised,
    /// Some units are in.
    Receiving,
    /// All units judged, or the time to send them is over; final. A unit that arrives later is still judged.
    Closed,
}

/// A return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rma {
    pub(crate) id: RmaId,
    pub(crate) order: OrderId,
    pub(crate) seller: SellerId,
    pub(crate) state: State,
    pub(crate) authorised: Timestamp,
    pub(crate) authorised_by: String,
    /// Why it was accepted past the window; empty = inside it.
    pub(crate) exception: String,
    pub(crate) deadline: Timestamp,
    pub(crate) lines: Vec<Line>,
    pub(crate) units: Vec<ReturnedUnit>,
}

/// Units of one shipment's line that may come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) shipment: ShipmentId,
    pub(crate) line: LineNo,
    pub(crate) sku: Sku,
    pub(crate) asin: Asin,
    pub(crate) fnsku: Fnsku,
    /// Index of the first of them in the shipment's line.
    pub(crate) first_unit: u32,
    pub(crate) quantity: u32,
    /// The buyer's claim.
    pub(crate) reason: String,
    /// What was paid for each of the units.
    pub(crate) prices: Vec<Money>,
}

/// A unit that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReturnedUnit {
    pub(crate) lpn: Lpn,
    pub(crate) line: LineNo,
    pub(crate) fc: FcCode,
    /// Price paid for it.
    pub(crate) price: Money,
    /// What the buyer proved to have paid to send it; `None` = nothing proven.
    pub(crate) postage: Option<Money>,
    pub(crate) disposition: Option<Disposition>,
    /// What the buyer gets back for it; zero until it is judged.
    pub(crate) refund: Money,
    /// What the buyer gets back for the postage.
    pub(crate) postage_refund: Money,
    /// What the seller is owed for it.
    pub(crate) reimbursement: Option<ReimbursementId>,
}

/// What a buyer asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) line: LineNo,
    pub(crate) quantity: u32,
    pub(crate) reason: String,
}

/// Why a return is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("reason code {0:?} is not known: use one of the return reason codes, e.g. UNWANTED_ITEM")]
    UnknownReason(String),
    #[error(
        "line {line}: {asked} units were asked for and {available} can come back: delivered, not yet returned"
    )]
    NotReturnable { line: LineNo, asked: u32, available: u32 },
    #[error("the return window ended on {0}: an operator may record an exception")]
    WindowClosed(Timestamp),
    #[error("the return has no line {0}")]
    UnknownLine(LineNo),
    #[error("more units came in on line {0} than were authorised")]
    TooManyUnits(LineNo),
    #[error("unit {0} was not received")]
    UnknownUnit(Lpn),
    #[error("unit {lpn} was judged {was} before; it cannot become {now}")]
    JudgedOtherwise { lpn: Lpn, was: &'static str, now: &'static str },
    #[error(transparent)]
    Policy(#[from] NoPolicy),
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What a judged unit leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) judgement: Judgement,
    /// The unit as it is now, with what the buyer and the seller get.
    pub(crate) unit: ReturnedUnit,
}

/// Who authorises, when, and by which exception.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Authorisation<'a> {
    pub(crate) id: RmaId,
    pub(crate) at: Timestamp,
    pub(crate) by: &'a str,
    /// Empty = no exception: the window must be open.
    pub(crate) exception: &'a str,
}

impl Rma {
    /// Authorises what a buyer asks for of an order's shipments, and promises the units there (`authorised`).
    ///
    /// # Errors
    /// When a reason code is unknown, the window is closed without an exception, or more is asked for than was
    /// delivered and is not yet promised to a return. Then nothing is promised.
    pub(crate) fn authorise(
        how: Authorisation<'_>,
        wishes: &[Wish],
        shipments: &mut [Shipment],
        reasons: &ReasonCodes,
        policies: &Policies,
    ) -> Result<Self, Refused> {
        if let Some(wish) = wishes.iter().find(|wish| reasons.claim(&wish.reason).is_none()) {
            return Err(Refused::UnknownReason(wish.reason.clone()));
        }
        let mut after = shipments.to_vec();
        let mut lines = Vec::new();
        for wish in wishes {
            lines.extend(promise(how, wish, &mut after, policies)?);
        }
        shipments.clone_from_slice(&after);
        let of = &shipments[0];
        Ok(Self {
            id: how.id,
            order: of.order,
            seller: of.seller,
            state: State::Authorised,
            authorised: how.at,
            authorised_by: how.by.to_owned(),
            exception: how.exception.to_owned(),
            deadline: policies.arrive_until(how.at)?,
            lines,
            units: Vec::new(),
        })
    }

    /// A unit came in; `false` when it was known already.
    ///
    /// # Errors
    /// When the return has no such line, or all its units are in.
    pub(crate) fn receive(
        &mut self,
        lpn: Lpn,
        line: LineNo,
        fc: FcCode,
        postage: Option<Money>,
    ) -> Result<bool, Refused> {
        if self.units.iter().any(|unit| unit.lpn == lpn) {
            return Ok(false);
        }
        if !self.lines.iter().any(|l| l.line == line) {
            return Err(Refused::UnknownLine(line));
        }
        let before = self.units.iter().filter(|unit| unit.line == line).count();
        let mut prices = self.lines.iter().filter(|l| l.line == line).flat_map(|l| l.prices.iter().copied());
        let price = prices.nth(before).ok_or(Refused::TooManyUnits(line))?;
        let zero = Money::zero(price.currency());
        self.units.push(ReturnedUnit {
            lpn,
            line,
            fc,
            price,
            postage,
            disposition: None,
            refund: zero,
            postage_refund: zero,
            reimbursement: None,
        });
        if self.state == State::Authorised {
            self.state = State::Receiving;
        }
        Ok(true)
    }

    /// The center's finding; `None` when it was judged so before.
    ///
    /// # Errors
    /// When the unit is not here or was judged otherwise.
    pub(crate) fn judge(
        &mut self,
        lpn: &Lpn,
        found: Disposition,
        policies: &Policies,
        at: Timestamp,
    ) -> Result<Option<Outcome>, Refused> {
        let unit = self.units.iter_mut().find(|unit| unit.lpn == *lpn);
        let unit = unit.ok_or(Refused::UnknownUnit(*lpn))?;
        match unit.disposition {
            Some(was) if was == found => return Ok(None),
            Some(was) => {
                return Err(Refused::JudgedOtherwise { lpn: *lpn, was: was.name(), now: found.name() });
            }
            None => unit.disposition = Some(found),
        }
        let judgement = found.judge();
        unit.refund = policies.refund(unit.price, found, at)?;
        // Postage in another currency than ours is kept on record and not repaid here.
        let postage =
            unit.postage.filter(|p| judgement.repay_postage && p.currency() == unit.price.currency());
        unit.postage_refund = postage.unwrap_or(unit.postage_refund);
        unit.reimbursement = judgement.reimburse.then(|| reimbursement_of(lpn));
        Ok(Some(Outcome { judgement, unit: unit.clone() }))
    }

    /// Ends the return when all its units are judged; whether it ended now.
    pub(crate) fn close_when_complete(&mut self) -> bool {
        let expected: u32 = self.lines.iter().map(|line| line.quantity).sum();
        let judged = self.units.iter().filter(|unit| unit.disposition.is_some()).count();
        let complete = usize::try_from(expected).is_ok_and(|expected| judged >= expected);
        complete && self.close()
    }

    /// Ends the return as it is; whether it ended now.
    pub(crate) fn close(&mut self) -> bool {
        let open = self.state != State::Closed;
        self.state = State::Closed;
        open
    }

    /// The line a unit came in on.
    #[must_use]
    pub(crate) fn line(&self, line: LineNo) -> Option<&Line> {
        self.lines.iter().find(|l| l.line == line)
    }
}

/// The one reimbursement of a unit.
fn reimbursement_of(lpn: &Lpn) -> ReimbursementId {
    kernel::derive_uuid("reimbursement", &[lpn.as_ref()]).into()
}

/// Takes the units of one wish from the delivered (or refused) shipments that have them.
fn promise(
    how: Authorisation<'_>,
    wish: &Wish,
    shipments: &mut [Shipment],
    policies: &Policies,
) -> Result<Vec<Line>, Refused> {
    let mut open = wish.quantity;
    let mut taken = Vec::new();
    let mut window_end = None;
    for shipment in shipments {
        let in_window = match shipment.progress {
            Progress::Delivered(at) => {
                let until = policies.return_until(shipment.bought, at)?;
                window_end = window_end.max(Some(until));
                how.at <= until || !how.exception.is_empty()
            }
            Progress::Returned => true,
            Progress::Underway | Progress::Lost | Progress::Cancelled => false,
        };
        for sold in shipment.lines.iter_mut().filter(|sold| in_window && sold.line == wish.line) {
            let quantity = open.min(sold.quantity - sold.authorised);
            if quantity == 0 {
                continue;
            }
            let first_unit = sold.authorised;
            let prices = sold.prices(first_unit, quantity);
            sold.authorised += quantity;
            open -= quantity;
            taken.push(Line {
                shipment: shipment.id,
                line: sold.line,
                sku: sold.sku.clone(),
                asin: sold.asin,
                fnsku: sold.fnsku,
                first_unit,
                quantity,
                reason: wish.reason.clone(),
                prices,
            });
        }
    }
    match window_end {
        _ if open == 0 => Ok(taken),
        Some(end) if how.at > end && how.exception.is_empty() => Err(Refused::WindowClosed(end)),
        _ => Err(Refused::NotReturnable {
            line: wish.line,
            asked: wish.quantity,
            available: wish.quantity - open,
        }),
    }
}

#[cfg(test)]
#[path = "rma_tests.rs"]
mod tests;
