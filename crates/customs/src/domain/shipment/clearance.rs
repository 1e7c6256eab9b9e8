//! May it leave? Place, parties, recipient's id, HS codes, export filing; the first obstacle holds the shipment.

use kernel::{HsCode, Money, MoneyError};

use super::{
    Clearance, Declared, Ending, Event, Filing, FilingLine, Hold, HoldReason, Item, Outcome, Plan, Screening,
    Shipment, World,
};
use crate::domain::export_filing::{self, ExportCitation};
use crate::domain::party::{Exporter, Recipient};
use crate::domain::policy::utc_date;
use crate::domain::recipient_id::RecipientIdProblem;
use crate::domain::screening::{Hit, PlaceVerdict};

/// Longest description of goods on documents, in characters.
const MAX_DESCRIPTION: usize = 160;

/// What an examination found.
enum Finding {
    /// Nothing stands against it: exempt from filing, or filed.
    Clear(ExportCitation),
    /// A broker must file first.
    MustFile,
    /// Held.
    Obstacle(HoldReason, String),
    /// Data of others has not arrived yet: held only when it does not come in time.
    Missing(HoldReason, String),
}

impl Shipment {
    pub(super) fn advance_clearance(
        &mut self,
        world: World<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), MoneyError> {
        if self.state.ending == Some(Ending::Cancelled) {
            self.state.clearance = Clearance::Void;
            self.state.hold = None;
            self.state.waiting_since = None;
            return Ok(());
        }
        match (self.state.clearance, &self.state.filing) {
            (Clearance::Pending, _) => {
                let finding = self.examine(world)?;
                self.conclude(finding, world, outcome)?;
            }
            (Clearance::Filing, Filing::Accepted(itn)) => {
                let citation = ExportCitation::Filed(itn.clone());
                self.clear(&citation, outcome);
            }
            (Clearance::Filing, Filing::Rejected) => {
                let remedy = "correct the shipment's data with the broker, then let customs look again";
                self.hold(HoldReason::FilingRejected, remedy.to_owned(), world, outcome);
            }
            _ => {}
        }
        Ok(())
    }

    /// Looks for an obstacle. Keeps the evidence, the consignee and what the lines are declared as.
    fn examine(&mut self, world: World<'_>) -> Result<Finding, MoneyError> {
        let Some(plan) = self.plan.as_mut() else {
            return Ok(Finding::Missing(HoldReason::ItemUnknown, "the plan".to_owned()));
        };
        let Some(recipient) = world.references.recipients.get(&self.id).or(self.recipient.as_ref()) else {
            return Ok(Finding::Missing(
                HoldReason::ConsigneeUnknown,
                "fulfillment must know the consignee, then let customs look again".to_owned(),
            ));
        };
        let recipient = recipient.clone();
        let Some(exporter) = world.references.exporters.get(&plan.seller_id) else {
            return Ok(Finding::Missing(
                HoldReason::ExporterUnknown,
                format!("the seller registry must publish seller {}", plan.seller_id),
            ));
        };
        let (screening, obstacle) = screen(world, plan, &recipient, exporter);
        self.state.screening = Some(screening);
        self.recipient = Some(recipient);
        if let Some((reason, remedy)) = obstacle {
            return Ok(Finding::Obstacle(reason, remedy));
        }
        if let Some(finding) = declare(world, plan) {
            return Ok(finding);
        }
        self.filing_finding(world, exporter)
    }

    fn filing_finding(&self, world: World<'_>, exporter: &Exporter) -> Result<Finding, MoneyError> {
        let Some(plan) = &self.plan else {
            return Ok(Finding::MustFile);
        };
        let limit = world.policy.export_filing_limit;
        let exemption = export_filing::exemption(plan.destination, values(plan)?, limit)?;
        Ok(match (exemption, &self.state.filing) {
            (Some(exemption), _) => Finding::Clear(exemption),
            (None, Filing::Accepted(itn)) => Finding::Clear(ExportCitation::Filed(itn.clone())),
            (None, _) if exporter.ein.is_none() => Finding::Obstacle(
                HoldReason::ExporterEinMissing,
                format!("seller {} must register its EIN: the export must be filed", plan.seller_id),
            ),
            (None, _) => Finding::MustFile,
        })
    }

    fn conclude(
        &mut self,
        finding: Finding,
        world: World<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), MoneyError> {
        match finding {
            Finding::Clear(citation) => self.clear(&citation, outcome),
            Finding::MustFile => {
                self.state.waiting_since = None;
                self.state.clearance = Clearance::Filing;
                if self.state.filing == Filing::None {
                    self.state.filing = Filing::Requested;
                    outcome.events.push(Event::FilingRequested(self.filing_lines()?));
                }
            }
            Finding::Obstacle(reason, remedy) => self.hold(reason, remedy, world, outcome),
            Finding::Missing(reason, remedy) => {
                let since = *self.state.waiting_since.get_or_insert(world.now);
                if world.now.duration_since(since) >= world.policy.reference_wait {
                    self.hold(reason, remedy, world, outcome);
                }
            }
        }
        Ok(())
    }

    fn clear(&mut self, citation: &ExportCitation, outcome: &mut Outcome) {
        let citation = citation.to_string();
        self.state.clearance = Clearance::Cleared;
        self.state.waiting_since = None;
        self.state.hold = None;
        self.state.export_citation = Some(citation.clone());
        outcome.events.push(Event::Cleared { citation });
    }

    pub(super) fn hold(
        &mut self,
        reason: HoldReason,
        remedy: String,
        world: World<'_>,
        outcome: &mut Outcome,
    ) {
        let hold = Hold { reason, remedy, deadline: world.now + world.policy.hold_deadline };
        self.state.clearance = Clearance::Held;
        self.state.waiting_since = None;
        self.state.hold = Some(hold.clone());
        outcome.events.push(Event::Held(hold));
    }

    fn filing_lines(&self) -> Result<Vec<FilingLine>, MoneyError> {
        let lines = self.plan.iter().flat_map(|plan| &plan.lines);
        lines
            .filter_map(|line| line.declared.as_ref().map(|declared| (line, declared)))
            .map(|(line, declared)| {
                Ok(FilingLine {
                    hs_code: declared.classification.hs_code,
                    quantity: line.quantity,
                    value: line.net()?,
                    origin: declared.origin,
                })
            })
            .collect()
    }
}

/// Screens place and parties. The evidence names lists and entries, nothing of the parties.
pub(super) fn screen(
    world: World<'_>,
    plan: &Plan,
    recipient: &Recipient,
    exporter: &Exporter,
) -> (Screening, Option<(HoldReason, String)>) {
    let (rules, date) = (world.rules, utc_date(world.now));
    let (list, list_date) = rules.denied_parties.identity();
    let place = rules.screen_place(&recipient.address, date);
    let mut hits: Vec<Hit> = rules.denied_parties.screen(recipient.address.name());
    hits.extend(rules.denied_parties.screen(&exporter.legal_name));
    let obstacle = match &place {
        PlaceVerdict::Embargoed(hit) => Some((
            HoldReason::Embargo,
            format!("nothing may be shipped there ({}): cancel the shipment", hit.entry),
        )),
        PlaceVerdict::Undecidable => Some((
            HoldReason::AddressIncomplete,
            "give the region or the postal code: parts of the country are embargoed".to_owned(),
        )),
        PlaceVerdict::Clear => {
            not_served(world, plan).or_else(|| denied(&hits)).or_else(|| recipient_id(world, recipient))
        }
    };
    if let PlaceVerdict::Embargoed(hit) = place {
        hits.push(hit);
    }
    let evidence = Screening { at: world.now, list: list.to_owned(), list_date: list_date.to_owned(), hits };
    (evidence, obstacle)
}

fn not_served(world: World<'_>, plan: &Plan) -> Option<(HoldReason, String)> {
    let refused = world.rules.destinations.serve(plan.destination, utc_date(world.now)).err()?;
    Some((HoldReason::DestinationNotServed, format!("{refused}: cancel the shipment")))
}

fn denied(hits: &[Hit]) -> Option<(HoldReason, String)> {
    let hit = hits.first()?;
    let remedy = format!(
        "a party's name is entry {} of {} ({}): review it; customs looks again when the list or the party changed",
        hit.entry, hit.list, hit.list_date
    );
    Some((HoldReason::DeniedPartyMatch, remedy))
}

fn recipient_id(world: World<'_>, recipient: &Recipient) -> Option<(HoldReason, String)> {
    let (country, date) = (recipient.address.country(), utc_date(world.now));
    match world.rules.recipient_ids.check(country, recipient.tax_id.as_ref(), date) {
        Ok(()) => None,
        Err(RecipientIdProblem::Missing { kind }) => Some((
            HoldReason::RecipientTaxIdMissing,
            format!("the recipient must give the number that {country} asks for: {kind}"),
        )),
        Err(RecipientIdProblem::Malformed { kind }) => Some((
            HoldReason::RecipientTaxIdInvalid,
            format!("the recipient's number has not the form of {country}'s {kind}: correct it"),
        )),
    }
}

/// Sets what each line is declared as; answers the first line for which that cannot be said.
fn declare(world: World<'_>, plan: &mut Plan) -> Option<Finding> {
    let date = utc_date(world.now);
    for line in &mut plan.lines {
        let Some(item) = world.references.items.get(&(plan.seller_id, line.sku.clone())) else {
            return Some(Finding::Missing(
                HoldReason::ItemUnknown,
                format!("the catalogue must publish SKU {} of seller {}", line.sku, plan.seller_id),
            ));
        };
        let classification = match world.rules.classify(item, plan.destination, date) {
            Ok(classification) => classification,
            Err(problem) => {
                let remedy = format!("SKU {} {problem}", line.sku);
                return Some(Finding::Obstacle(HoldReason::HsCodeMissing, remedy));
            }
        };
        line.declared = Some(Declared {
            classification,
            origin: item.origin,
            description: describe(item),
            unit_weight: item.unit_weight,
        });
    }
    None
}

fn describe(item: &Item) -> String {
    let words = item.title.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= MAX_DESCRIPTION {
        return words;
    }
    let mut short: String = words.chars().take(MAX_DESCRIPTION - 1).collect();
    short.truncate(short.rfind(' ').unwrap_or(short.len()));
    short.push('…');
    short
}

/// HS code and value paid of every declared line.
fn values(plan: &Plan) -> Result<Vec<(HsCode, Money)>, MoneyError> {
    let declared = plan.lines.iter().filter_map(|line| Some((line, line.declared.as_ref()?)));
    declared.map(|(line, declared)| Ok((declared.classification.hs_code, line.net()?))).collect()
}
