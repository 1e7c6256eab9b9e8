//! Weights and sides as catalogues write them: `40 x 29.8 x 8 cm`, `6.1 x 1.1 x 0.1 inches; 1.06 ounces`,
//! `9.84"L x 7.48"W x 1.57"H`, `998 g`, `1.2 Kg`, `0.5 Kilograms`.

use kernel::{Dimensions, Length, ParseError, Weight};
use rust_decimal::Decimal;

/// Reads text from the left; whatever does not fit leaves it where it was.
struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// An unsigned decimal number; commas between thousands are left out.
    fn number(&mut self) -> Option<Decimal> {
        self.blanks();
        let end =
            self.rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(self.rest.len());
        let digits = self.rest[..end].trim_end_matches(['.', ',']);
        let number = digits.replace(',', "").parse().ok()?;
        self.rest = &self.rest[digits.len()..];
        Some(number)
    }

    /// Letters and the inch mark right here, as written.
    fn word(&mut self) -> &'a str {
        self.blanks();
        let end = self.rest.find(|c: char| !c.is_alphabetic() && c != '"').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn skips(&mut self, text: &str) -> bool {
        self.blanks();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// How a unit makes a length of a number.
type ToLength = fn(Decimal) -> Result<Length, ParseError>;

fn length_unit(word: &str) -> Option<ToLength> {
    match word.to_lowercase().as_str() {
        "cm" | "centimeters" | "centimetres" => Some(Length::from_cm_decimal),
        "mm" | "millimeters" | "millimetres" => Some(Length::from_mm_decimal),
        "inches" | "in" | "\"" => Some(Length::from_in_decimal),
        _ => None,
    }
}

/// Three sides with a unit at the beginning of `text`, and the text after them. `None` when there are only two, the unit
/// is unknown, or a side is zero.
pub(crate) fn dimensions(text: &str) -> Option<(Dimensions, &str)> {
    let mut scan = Scan { rest: text };
    let mut sides = [Decimal::ZERO; 3];
    let mut unit = None;
    for (at, side) in sides.iter_mut().enumerate() {
        if at > 0 && !scan.skips("x") {
            return None;
        }
        *side = scan.number()?;
        // 9.84"L: every side has the inch mark and a letter that names it.
        if scan.skips("\"") {
            unit = length_unit("\"");
            let named = scan.rest.starts_with(['L', 'W', 'H', 'D']);
            scan.rest = &scan.rest[usize::from(named)..];
        }
    }
    let to_length = match unit {
        Some(unit) => unit,
        None => length_unit(scan.word())?,
    };
    let [a, b, c] = sides.map(|side| to_length(side).ok().filter(|length| *length != Length::ZERO));
    Some((Dimensions::new(a?, b?, c?), scan.rest))
}

/// A weight with its unit at the beginning of `text`. `None` when the unit is unknown or it is zero.
pub(crate) fn weight(text: &str) -> Option<Weight> {
    let mut scan = Scan { rest: text };
    let number = scan.number()?;
    let weight = match scan.word().to_lowercase().as_str() {
        "g" | "grams" | "gram" => Weight::from_kg_decimal(number / Decimal::ONE_THOUSAND),
        "kg" | "kilograms" | "kilogram" => Weight::from_kg_decimal(number),
        "ounces" | "ounce" | "oz" => Weight::from_oz_decimal(number),
        "pounds" | "pound" | "lb" | "lbs" => Weight::from_lb_decimal(number),
        _ => return None,
    };
    weight.ok().filter(|weight| *weight != Weight::ZERO)
}

/// What follows a label in run-on text such as `Item Weight998 g Manufacturer…`.
pub(crate) fn after<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.find(label).map(|at| &text[at + label.len()..])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sides(text: &str) -> Option<String> {
        dimensions(text).map(|(sides, _)| sides.to_string())
    }

    #[test]
    fn sides_are_read_in_every_spelling_of_the_sources() {
        assert_eq!(sides("40 x 29.8 x 8 cm Manufacturer").unwrap(), "400 x 298 x 80 mm");
        assert_eq!(sides("20 x 12 x 12 Centimeters").unwrap(), "200 x 120 x 120 mm");
        assert_eq!(sides("10 x 20 x 30 mm").unwrap(), "30 x 20 x 10 mm");
        assert_eq!(sides("9.84\"L x 7.48\"W x 1.57\"H").unwrap(), "249.936 x 189.992 x 39.878 mm");
        assert_eq!(sides("4.72\"D x 11.8\"W x 15\"H").unwrap(), "381 x 299.72 x 119.888 mm");
    }

    #[test]
    fn two_sides_zero_sides_and_unknown_units_are_no_dimensions() {
        for text in
            ["1.02\"W x 4.33\"H", "60L x 60W centimetres", "1 x 2 x 0 cm", "1 x 2 x 3 furlongs", "", "x x x"]
        {
            assert_eq!(sides(text), None, "{text}");
        }
    }

    #[test]
    fn a_weight_may_follow_the_sides() {
        let (_, rest) = dimensions("6.1 x 1.1 x 0.1 inches; 1.06 ounces").unwrap();
        assert_eq!(weight(rest.trim_start_matches(';')).unwrap().milligrams(), 30_050);
    }

    #[test]
    fn weights_are_read_in_every_unit() {
        assert_eq!(weight("998 g Manufacturer").unwrap().milligrams(), 998_000);
        assert_eq!(weight("1.2 Kg").unwrap().milligrams(), 1_200_000);
        assert_eq!(weight("0.5 Kilograms").unwrap().milligrams(), 500_000);
        assert_eq!(weight("1,060 Grams").unwrap().milligrams(), 1_060_000);
        assert_eq!(weight("2 Pounds").unwrap().milligrams(), 907_185);
        assert_eq!(weight("0 g"), None);
        assert_eq!(weight("3 stone"), None);
    }

    #[test]
    fn a_label_in_run_on_text_is_found() {
        let text = "Technical Details Item Weight998 g Manufacturer";
        assert_eq!(weight(after(text, "Item Weight").unwrap()).unwrap().milligrams(), 998_000);
        assert_eq!(after(text, "Shipping Weight"), None);
    }
}
