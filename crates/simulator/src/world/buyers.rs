//! Buyers' names and addresses for sources that name only a country: invented names, real cities and postal codes.

use std::collections::BTreeMap;

use kernel::{Address, AddressParts, Country, Currency, TaxId};

use crate::chance::Chance;

/// Countries and territories whose customs ask the recipient for a tax or personal number, with the form of the
/// number: `#` is a digit. Source: fba-export.md §2.4 and `recipient_id_required` (as of 2016, hints of forms ours).
const TAX_ID_FORMS: [(Country, &str); 14] = [
    (Country::constant("AR"), "20########5"),
    (Country::constant("BO"), "#######"),
    (Country::constant("BR"), "###########"),
    (Country::constant("CL"), "########5"),
    (Country::constant("CN"), "3702831990########"),
    (Country::constant("DO"), "402########"),
    (Country::constant("EC"), "17########"),
    (Country::constant("IL"), "#########"),
    (Country::constant("PE"), "########"),
    (Country::constant("QA"), "288########"),
    (Country::constant("ZA"), "900101#######"),
    (Country::constant("KR"), "P############"),
    (Country::constant("TW"), "A1########"),
    (Country::constant("TR"), "1##########"),
];

/// A city of a country.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) currency: Currency,
    pub(crate) city: String,
    pub(crate) region: String,
    pub(crate) postal_code: String,
    pub(crate) name_set: String,
    pub(crate) dial: String,
}

/// Names of one language, and how a street is written there.
#[derive(Debug, Clone)]
pub(crate) struct NameSet {
    pub(crate) first: Vec<String>,
    pub(crate) second: Vec<String>,
    /// `{n}` stands for the number of the house.
    pub(crate) street: String,
}

/// Who lives where.
#[derive(Debug, Clone, Default)]
pub struct BuyerBook {
    places: BTreeMap<Country, Vec<Place>>,
    names: BTreeMap<String, NameSet>,
}

impl BuyerBook {
    /// A book of these places and names.
    ///
    /// # Errors
    /// When a place has names that are not in the book.
    pub(crate) fn new(
        places: BTreeMap<Country, Vec<Place>>,
        names: BTreeMap<String, NameSet>,
    ) -> anyhow::Result<Self> {
        for place in places.values().flatten() {
            anyhow::ensure!(
                names.get(&place.name_set).is_some_and(|set| !set.first.is_empty() && !set.second.is_empty()),
                "place {}: no names for the set {:?}",
                place.city,
                place.name_set
            );
        }
        Ok(Self { places, names })
    }

    /// The currency that is paid in a country.
    pub fn currency(&self, country: Country) -> Option<Currency> {
        self.places.get(&country)?.first().map(|place| place.currency)
    }

    /// True when customs of the country ask the recipient for a number.
    pub fn asks_for_tax_id(country: Country) -> bool {
        TAX_ID_FORMS.iter().any(|(asking, _)| *asking == country)
    }

    /// Name and address of a buyer in a country; `None` when no place there is known.
    pub fn address(&self, chance: Chance, country: Country, buyer: &str) -> Option<Address> {
        let place = chance.pick(self.places.get(&country)?, "place", buyer)?;
        let names = self.names.get(&place.name_set)?;
        let first = chance.pick(&names.first, "first name", buyer)?;
        let second = chance.pick(&names.second, "second name", buyer)?;
        let house = 1 + chance.below(240, "house", buyer);
        Address::new(AddressParts {
            name: format!("{first} {second}"),
            lines: vec![names.street.replace("{n}", &house.to_string())],
            city: place.city.clone(),
            region: place.region.clone(),
            postal_code: place.postal_code.clone(),
            country,
            phone: format!("{} {:07}", place.dial, chance.below(10_000_000, "phone", buyer)),
            email: format!("buyer-{:012x}@mail.example", chance.bits("mail", buyer) >> 16),
        })
        .ok()
    }

    /// A number of the form that the country asks for; `None` when it asks for none.
    pub fn tax_id(chance: Chance, country: Country, buyer: &str) -> Option<TaxId> {
        let (_, form) = TAX_ID_FORMS.iter().find(|(asking, _)| *asking == country)?;
        let mut digits = format!("{:020}", chance.bits("tax id", buyer)).into_bytes().into_iter().rev();
        let number: String =
            form.chars().map(|c| if c == '#' { digits.next().map_or('0', char::from) } else { c }).collect();
        TaxId::parse(&number).ok()
    }
}
