//! Countries as sources name them: in English, in Spanish, by habit.

use std::collections::HashMap;

use kernel::Country;

/// Names that are no country's English short name; `language` is `en` or `es`.
const ALIASES: &str = include_str!("../../../../data/sample/country_names.csv");

/// Names of countries in one language.
pub(crate) struct CountryNames {
    by_name: HashMap<String, Country>,
}

impl CountryNames {
    /// English: ISO short names and what shops write instead.
    pub(crate) fn english() -> anyhow::Result<Self> {
        let mut names = Self::listed("en")?;
        names.by_name.extend(Country::all().map(|country| (country.name().to_lowercase(), country)));
        Ok(names)
    }

    /// Spanish, as the DataCo file spells them.
    pub(crate) fn spanish() -> anyhow::Result<Self> {
        Self::listed("es")
    }

    /// The country of a name, whatever its case; `None` when the name is no country's.
    pub(crate) fn get(&self, name: &str) -> Option<Country> {
        self.by_name.get(&name.trim().to_lowercase()).copied()
    }

    fn listed(language: &str) -> anyhow::Result<Self> {
        let mut by_name = HashMap::new();
        for record in csv::Reader::from_reader(ALIASES.as_bytes()).into_records() {
            let record = record?;
            if &record[0] == language {
                by_name.insert(record[1].to_lowercase(), Country::parse(&record[2])?);
            }
        }
        Ok(Self { by_name })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn shop_spellings_are_known_and_groups_of_countries_are_none() {
        let names = CountryNames::english().unwrap();
        for (name, code) in
            [("EIRE", "IE"), ("RSA", "ZA"), ("USA", "US"), ("Channel Islands", "JE"), ("germany", "DE")]
        {
            assert_eq!(names.get(name).unwrap().as_str(), code, "{name}");
        }
        assert_eq!(names.get("European Community"), None);
        assert_eq!(names.get("Unspecified"), None);
    }

    #[test]
    fn spanish_names_keep_their_accents_and_oddities() {
        let names = CountryNames::spanish().unwrap();
        for (name, code) in
            [("SudAfrica", "ZA"), ("Myanmar (Birmania)", "MM"), ("Canada", "CA"), ("Irán", "IR")]
        {
            assert_eq!(names.get(name).unwrap().as_str(), code, "{name}");
        }
    }
}
