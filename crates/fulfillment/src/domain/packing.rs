//! The center packed a shipment.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{LineNo, ShipmentId, TrackingNumber};

use super::order::{Context, Fault, Order, Outcome};
use super::parcel::Parcel;
use super::shipment::{Shipment, Stage};

/// A parcel as packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackedParcel {
    /// Number on its label.
    pub(crate) tracking: TrackingNumber,
    /// Line and units.
    pub(crate) contents: Vec<(LineNo, u32)>,
}

impl Order {
    /// The shipment stands packed at the dock. A hold does not undo that; it only keeps it from leaving.
    ///
    /// # Errors
    /// When the shipment was not released, was packed otherwise before, or the parcels do not hold just its units.
    pub(crate) fn pack(
        &mut self,
        shipment: ShipmentId,
        parcels: &[PackedParcel],
        context: &Context<'_>,
    ) -> Result<Outcome, Fault> {
        let position = self.position(shipment)?;
        let shipment = &mut self.shipments[position];
        match shipment.stage {
            Stage::Planned => {
                let problem = format!("shipment {} was not released for packing", shipment.id);
                return Err(Fault::WrongState(problem));
            }
            Stage::Cancelled => {
                self.record("PACKED_AFTER_CANCELLATION", Some(position), String::new(), context);
                return Ok(Outcome::Late);
            }
            Stage::Released => {}
            _ => return already_packed(shipment, parcels),
        }
        check_contents(shipment, parcels, context.policy.shipment_max_parcels)?;
        shipment.parcels =
            parcels.iter().map(|parcel| Parcel::packed(parcel.tracking, parcel.contents.clone())).collect();
        self.enter(position, Stage::Packed, context);
        self.record("SHIPMENT_PACKED", Some(position), format!("{} parcels", parcels.len()), context);
        self.advance(position, context);
        Ok(Outcome::Applied)
    }
}

fn already_packed(shipment: &Shipment, parcels: &[PackedParcel]) -> Result<Outcome, Fault> {
    let known: BTreeSet<_> = shipment.tracking_numbers().collect();
    if known == parcels.iter().map(|parcel| parcel.tracking).collect() {
        return Ok(Outcome::AlreadyApplied);
    }
    Err(Fault::WrongState(format!("shipment {} was packed before, in other parcels", shipment.id)))
}

fn check_contents(shipment: &Shipment, parcels: &[PackedParcel], max_parcels: u32) -> Result<(), Fault> {
    let invalid = |problem: String| Err(Fault::Invalid(format!("shipment {}: {problem}", shipment.id)));
    if parcels.is_empty() || u32::try_from(parcels.len()).map_or(true, |count| count > max_parcels) {
        return invalid(format!("{} parcels; 1 to {max_parcels} are allowed", parcels.len()));
    }
    let labels: BTreeSet<_> = parcels.iter().map(|parcel| parcel.tracking).collect();
    if labels.len() < parcels.len() {
        return invalid("two parcels have the same tracking number".to_owned());
    }
    let mut packed: BTreeMap<LineNo, u64> = BTreeMap::new();
    for (line_no, units) in parcels.iter().flat_map(|parcel| &parcel.contents) {
        *packed.entry(*line_no).or_default() += u64::from(*units);
    }
    let planned: BTreeMap<LineNo, u64> =
        shipment.lines.iter().map(|line| (line.line_no, u64::from(line.quantity.get()))).collect();
    if packed != planned {
        return invalid(format!("units by line {packed:?} were packed, {planned:?} were planned"));
    }
    Ok(())
}
