#![allow(clippy::unwrap_used)]
use jiff::civil::date;

use super::*;
use crate::domain::policies::Policies;

fn judge(declared: &Hazards) -> Vec<(&'static str, Confidence)> {
    let day = date(2026, 10, 1);
    let numbers = Policies::read(&Tables::shipped()).unwrap().at(day);
    let rules = HazardTable::read(&Tables::shipped()).unwrap().at(day, numbers);
    rules.judge(declared).into_iter().map(|(class, confidence, _)| (class, confidence)).collect()
}

fn lithium_ion(packaging: BatteryPackaging, energy_mwh: Option<i64>) -> Hazards {
    Hazards { packaging, composition: "lithium_ion".to_owned(), energy_mwh, ..Hazards::default() }
}

#[test]
fn nothing_declared_is_no_hazard_by_itself() {
    assert_eq!(judge(&Hazards::default()), []);
    assert_eq!(judge(&Hazards { regulation: "not_applicable".to_owned(), ..Hazards::default() }), []);
}

#[test]
fn a_declared_dangerous_good_stays() {
    for regulation in ["transportation", "ghs", "storage", "waste", "GHS "] {
        let declared = Hazards { regulation: regulation.to_owned(), ..Hazards::default() };
        assert_eq!(judge(&declared), [(DANGEROUS, Certain)], "{regulation}");
    }
}

#[test]
fn an_unclear_regulation_needs_review() {
    for regulation in ["unknown", "other", "something new"] {
        let declared = Hazards { regulation: regulation.to_owned(), ..Hazards::default() };
        assert_eq!(judge(&declared), [(DANGEROUS, Possible)], "{regulation}");
    }
}

#[test]
fn any_united_nations_number_but_lithium_inside_is_dangerous() {
    let declared = |un: &str| Hazards { un_number: un.to_owned(), ..Hazards::default() };
    assert_eq!(judge(&declared("UN1993")), [(DANGEROUS, Certain)]);
    assert_eq!(judge(&declared("UN3480")), [(STANDALONE, Certain)]);
    assert_eq!(judge(&declared("un3090")), [(STANDALONE, Certain)]);
    assert_eq!(judge(&declared("UN3481")), [(INSIDE, Certain), (LARGE, Possible)]);
}

#[test]
fn standalone_lithium_stays_whatever_its_size() {
    let declared = lithium_ion(BatteryPackaging::BatteriesOnly, Some(1));
    assert_eq!(judge(&declared), [(STANDALONE, Certain)]);
}

#[test]
fn standalone_alkaline_may_go_and_an_unnamed_battery_needs_review() {
    let only = |composition: &str| Hazards {
        packaging: BatteryPackaging::BatteriesOnly,
        composition: composition.to_owned(),
        ..Hazards::default()
    };
    assert_eq!(judge(&only("alkaline")), []);
    assert_eq!(judge(&only("")), [(STANDALONE, Possible)]);
    assert_eq!(judge(&only("unobtainium")), [(DANGEROUS, Possible)]);
}

#[test]
fn lithium_ion_in_equipment_may_go_up_to_100_watt_hours() {
    let inside = |energy| judge(&lithium_ion(BatteryPackaging::InEquipment, energy));
    assert_eq!(inside(Some(100_000)), [(INSIDE, Certain)]);
    assert_eq!(inside(Some(100_001)), [(INSIDE, Certain), (LARGE, Certain)]);
    assert_eq!(inside(None), [(INSIDE, Certain), (LARGE, Possible)]);
}

#[test]
fn lithium_metal_in_equipment_may_go_up_to_two_grams() {
    let inside = |lithium_mg| {
        judge(&Hazards {
            packaging: BatteryPackaging::WithEquipment,
            composition: "lithium_metal".to_owned(),
            lithium_mg,
            ..Hazards::default()
        })
    };
    assert_eq!(inside(Some(2_000)), [(INSIDE, Certain)]);
    assert_eq!(inside(Some(2_001)), [(INSIDE, Certain), (LARGE, Certain)]);
    assert_eq!(inside(None), [(INSIDE, Certain), (LARGE, Possible)]);
}

#[test]
fn lithium_of_unknown_packaging_needs_review() {
    let declared = lithium_ion(BatteryPackaging::Unknown, Some(10_000));
    assert_eq!(judge(&declared), [(STANDALONE, Possible), (INSIDE, Certain)]);
}

#[test]
fn transport_regulation_of_small_lithium_inside_is_no_further_hazard() {
    let declared = Hazards {
        regulation: "transportation".to_owned(),
        un_number: "UN3481".to_owned(),
        ..lithium_ion(BatteryPackaging::InEquipment, Some(10_000))
    };
    assert_eq!(judge(&declared), [(INSIDE, Certain)]);
    let chemical = Hazards { regulation: "ghs".to_owned(), ..declared };
    assert_eq!(judge(&chemical), [(DANGEROUS, Certain), (INSIDE, Certain)]);
}

#[test]
fn lead_acid_batteries_and_used_oil_stay() {
    let battery = Hazards { composition: "lead_acid".to_owned(), ..Hazards::default() };
    assert_eq!(judge(&battery), [(DANGEROUS, Certain)]);
    assert_eq!(judge(&Hazards { used_oil: true, ..Hazards::default() }), [(USED_OIL, Certain)]);
}

#[test]
fn lithium_before_the_limits_were_set_needs_review() {
    let day = date(2015, 1, 1);
    let numbers = Policies::read(&Tables::shipped()).unwrap().at(day);
    let rules = HazardTable::read(&Tables::shipped()).unwrap().at(day, numbers);
    let hazards = rules.judge(&lithium_ion(BatteryPackaging::InEquipment, Some(1)));
    assert!(hazards.iter().any(|(class, confidence, _)| (*class, *confidence) == (LARGE, Possible)));
}
