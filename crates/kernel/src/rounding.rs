//! How an exact decimal becomes a whole number of units. There is no default: every caller says which.

use rust_decimal::{Decimal, RoundingStrategy};

/// A rounding rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest; a half away from zero. What most customs tariffs and invoices do.
    HalfUp,
    /// To the nearest; a half to the even neighbour.
    HalfEven,
    /// Towards zero: in favour of who pays.
    Down,
    /// Away from zero: in favour of who collects.
    Up,
}

impl Rounding {
    /// The value with `digits` digits after the decimal point.
    #[must_use]
    pub fn apply(self, value: Decimal, digits: u32) -> Decimal {
        let strategy = match self {
            Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
            Self::Down => RoundingStrategy::ToZero,
            Self::Up => RoundingStrategy::AwayFromZero,
        };
        value.round_dp_with_strategy(digits, strategy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_treats_halves_and_signs_as_it_says() {
        let half = Decimal::new(25, 1);
        for (rule, positive, negative) in [
            (Rounding::HalfUp, 3, -3),
            (Rounding::HalfEven, 2, -2),
            (Rounding::Down, 2, -2),
            (Rounding::Up, 3, -3),
        ] {
            assert_eq!(rule.apply(half, 0), Decimal::from(positive), "{rule:?}");
            assert_eq!(rule.apply(-half, 0), Decimal::from(negative), "{rule:?}");
        }
    }
}
