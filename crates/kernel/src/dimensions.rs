//! The three sides of a box and what carriers derive from them.

use std::fmt;
use std::num::NonZeroU32;

use rust_decimal::Decimal;

use crate::length::UM_PER_IN;
use crate::{Length, ParseError, Weight, text_form};

/// The sides of a box, sorted when made: longest ≥ median ≥ shortest.
///
/// Text form: `300 x 200 x 100 mm`, longest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimensions {
    longest: Length,
    median: Length,
    shortest: Length,
}

impl Dimensions {
    /// A box with these sides, in any order.
    #[must_use]
    pub fn new(a: Length, b: Length, c: Length) -> Self {
        let mut sides = [a, b, c];
        sides.sort_unstable();
        let [shortest, median, longest] = sides;
        Self { longest, median, shortest }
    }

    /// The longest side.
    #[must_use]
    pub const fn longest(&self) -> Length {
        self.longest
    }

    /// The side between the longest and the shortest.
    #[must_use]
    pub const fn median(&self) -> Length {
        self.median
    }

    /// The shortest side.
    #[must_use]
    pub const fn shortest(&self) -> Length {
        self.shortest
    }

    /// Once around the box across its longest side, in micrometres: 2 × (median + shortest).
    #[must_use]
    pub const fn girth_micrometres(&self) -> i64 {
        2 * (self.median.micrometres() + self.shortest.micrometres())
    }

    /// Girth in inches, to 28 digits.
    #[must_use]
    pub fn girth_in(&self) -> Decimal {
        Decimal::from(self.girth_micrometres()) / Decimal::from(UM_PER_IN)
    }

    /// Longest side + girth in inches, to 28 digits: the measure of carriers' and size tiers' limits.
    #[must_use]
    pub fn length_plus_girth_in(&self) -> Decimal {
        Decimal::from(self.longest.micrometres() + self.girth_micrometres()) / Decimal::from(UM_PER_IN)
    }

    /// Volume in cubic inches, to 28 digits.
    #[must_use]
    pub fn volume_in3(&self) -> Decimal {
        self.longest.to_in_decimal() * self.median.to_in_decimal() * self.shortest.to_in_decimal()
    }

    /// Volume in cubic centimetres, exactly.
    #[must_use]
    pub fn volume_cm3(&self) -> Decimal {
        self.longest.to_cm_decimal() * self.median.to_cm_decimal() * self.shortest.to_cm_decimal()
    }

    /// The weight a carrier charges for the room a box takes: cubic inches / divisor pounds (139 for most, 166 for
    /// some), half-up to the milligram; `None` above [`Weight::MAX`]. Carriers that round sides or pounds first say
    /// so in their tables; their callers round.
    #[must_use]
    pub fn dimensional_weight(&self, divisor_in3_per_lb: NonZeroU32) -> Option<Weight> {
        // mg = µm³ / 25,400³ / divisor × 453,592.37, kept in integers (< 2^120) so that halves are exact.
        let volume_um3: i128 = [self.longest, self.median, self.shortest]
            .map(|side| i128::from(side.micrometres()))
            .iter()
            .product();
        let numerator = volume_um3.checked_mul(45_359_237)?;
        let denominator = i128::from(UM_PER_IN).pow(3) * i128::from(divisor_in3_per_lb.get()) * 100;
        let milligrams = (numerator + denominator / 2) / denominator;
        Weight::from_milligrams(i64::try_from(milligrams).ok()?).ok()
    }

    /// Parses the text form; the sides may come in any order.
    ///
    /// # Errors
    /// When the text is not three lengths in millimetres joined by ` x `.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_sides(text).ok_or_else(|| {
            ParseError::malformed("dimensions", text, "three sides, such as 300 x 200 x 100 mm")
        })
    }

    fn parse_sides(text: &str) -> Option<Self> {
        let mut sides =
            text.strip_suffix(" mm")?.split(" x ").map(|side| Length::parse(&format!("{side} mm")).ok());
        let (a, b, c) = (sides.next()??, sides.next()??, sides.next()??);
        sides.next().is_none().then(|| Self::new(a, b, c))
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [longest, median, shortest] =
            [self.longest, self.median, self.shortest].map(Length::to_mm_decimal);
        write!(f, "{longest} x {median} x {shortest} mm")
    }
}

impl fmt::Debug for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

text_form!(Dimensions);
