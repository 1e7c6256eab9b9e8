//! Money is neither made nor lost, and currencies never mix.

use kernel::{Currency, Money, MoneyError, Rounding};
use proptest::prelude::*;
use rust_decimal::Decimal;

const EUR: Currency = Currency::constant("EUR");
const JPY: Currency = Currency::constant("JPY");
const KWD: Currency = Currency::constant("KWD");

pub(crate) fn currency() -> impl Strategy<Value = Currency> {
    (0..Currency::all().len()).prop_map(|i| Currency::all().nth(i).unwrap())
}

pub(crate) fn money() -> impl Strategy<Value = Money> {
    (currency(), any::<i64>()).prop_map(|(currency, minor)| Money::new(currency, minor))
}

fn rounding() -> impl Strategy<Value = Rounding> {
    prop_oneof![Just(Rounding::HalfUp), Just(Rounding::HalfEven), Just(Rounding::Down), Just(Rounding::Up)]
}

proptest! {
    /// The parts sum to the whole, none is further than one minor unit from its exact share, and a part without
    /// weight gets nothing.
    #[test]
    fn allocation_sums_exactly_and_is_fair(
        amount in money(),
        weights in proptest::collection::vec(prop_oneof![Just(0), 1_u64..1000, any::<u64>()], 1..20),
    ) {
        prop_assume!(weights.iter().any(|&weight| weight > 0));
        let parts = amount.allocate(&weights).unwrap();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(parts.iter().map(|part| i128::from(part.minor())).sum::<i128>(), i128::from(amount.minor()));
        let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
        for (part, &weight) in parts.iter().zip(&weights) {
            let exact_floor = u128::from(amount.minor().unsigned_abs()) * u128::from(weight) / total;
            let excess = u128::from(part.minor().unsigned_abs()) - exact_floor;
            prop_assert!(excess <= 1);
            prop_assert!(weight > 0 || part.is_zero());
            prop_assert!(part.is_zero() || part.is_negative() == amount.is_negative());
            prop_assert_eq!(part.currency(), amount.currency());
        }
    }

    /// No operation combines two currencies.
    #[test]
    fn currencies_never_mix(a in money(), b in money()) {
        prop_assume!(a.currency() != b.currency());
        let mismatch = MoneyError::CurrencyMismatch { left: a.currency(), right: b.currency() };
        prop_assert_eq!(a.checked_add(b), Err(mismatch));
        prop_assert_eq!(a.checked_sub(b), Err(mismatch));
        prop_assert_eq!(a.max(b), Err(mismatch));
        prop_assert_eq!(a.min(b), Err(mismatch));
    }

    /// What is added can be taken away again.
    #[test]
    fn subtraction_undoes_addition(currency in currency(), a in any::<i32>(), b in any::<i32>()) {
        let (a, b) = (Money::new(currency, a.into()), Money::new(currency, b.into()));
        prop_assert_eq!(a.checked_add(b).unwrap().checked_sub(b).unwrap(), a);
        prop_assert_eq!(a.checked_sub(b).unwrap(), b.checked_sub(a).unwrap().checked_neg().unwrap());
    }

    /// To a decimal and back is the same amount under every rounding.
    #[test]
    fn decimals_keep_every_amount(amount in money(), rounding in rounding()) {
        prop_assert_eq!(Money::from_decimal(amount.currency(), amount.to_decimal(), rounding).unwrap(), amount);
    }

    /// Rounding moves an amount by less than one minor unit, and in its direction.
    #[test]
    fn rounding_is_within_one_minor_unit(currency in currency(), mantissa in any::<i64>(), rounding in rounding()) {
        let exact = Decimal::new(mantissa, 9);
        let rounded = Money::from_decimal(currency, exact, rounding).unwrap().to_decimal();
        let unit = Decimal::new(1, currency.exponent());
        prop_assert!((rounded - exact).abs() < unit);
        match rounding {
            Rounding::Down => prop_assert!(rounded.abs() <= exact.abs()),
            Rounding::Up => prop_assert!(rounded.abs() >= exact.abs()),
            Rounding::HalfUp | Rounding::HalfEven => prop_assert!((rounded - exact).abs() * Decimal::TWO <= unit),
        }
    }
}

#[test]
fn leftover_units_go_to_the_largest_remainders_then_to_the_first() {
    let parts = |cents, weights: &[u64]| -> Vec<i64> {
        Money::usd(cents).allocate(weights).unwrap().iter().map(Money::minor).collect()
    };
    assert_eq!(parts(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(parts(-100, &[1, 1, 1]), [-34, -33, -33]);
    assert_eq!(parts(100, &[1, 2, 3]), [17, 33, 50]);
    assert_eq!(parts(5, &[0, 1, 0]), [0, 5, 0]);
    assert_eq!(parts(1, &[1, 1]), [1, 0]);
    assert_eq!(parts(0, &[3, 4]), [0, 0]);
}

#[test]
fn allocating_over_no_weight_is_an_error() {
    assert_eq!(Money::usd(1).allocate(&[]), Err(MoneyError::NoWeight));
    assert_eq!(Money::usd(1).allocate(&[0, 0]), Err(MoneyError::NoWeight));
}

#[test]
fn extreme_amounts_are_errors_never_wraps() {
    let out_of_range = Err(MoneyError::OutOfRange { currency: Currency::USD });
    assert_eq!(Money::usd(i64::MAX).checked_add(Money::usd(1)), out_of_range);
    assert_eq!(Money::usd(i64::MIN).checked_sub(Money::usd(1)), out_of_range);
    assert_eq!(Money::usd(i64::MIN).checked_neg(), out_of_range);
    assert_eq!(Money::usd(i64::MAX).checked_mul_qty(2), out_of_range);
    assert_eq!(Money::usd(i64::MAX).times(Decimal::TWO, Rounding::HalfUp), out_of_range);
    assert_eq!(Money::from_decimal(Currency::USD, Decimal::MAX, Rounding::HalfUp), out_of_range);
    assert_eq!(Money::usd(i64::MIN).allocate(&[1]).unwrap(), [Money::usd(i64::MIN)]);
}

#[test]
fn percent_takes_a_rate_as_tariffs_write_it() {
    let duty = Money::new(EUR, 134_500).percent("6.5".parse().unwrap(), Rounding::HalfUp).unwrap();
    assert_eq!(duty, Money::new(EUR, 8_743), "87.425 rounds half up");
    assert_eq!(
        Money::new(EUR, 134_500).percent("6.5".parse().unwrap(), Rounding::HalfEven).unwrap().minor(),
        8_742
    );
    assert_eq!(Money::usd(1_000).times("0.05".parse().unwrap(), Rounding::HalfUp).unwrap(), Money::usd(50));
}

#[test]
fn conversion_goes_through_the_dollar_and_keeps_the_targets_digits() {
    let (eur, jpy) = ("0.92".parse().unwrap(), "150".parse().unwrap());
    let to_yen = Money::new(EUR, 9_200).convert(JPY, eur, jpy, Rounding::HalfUp).unwrap();
    assert_eq!(to_yen, Money::new(JPY, 15_000));
    let to_dollars =
        Money::new(JPY, 15_000).convert(Currency::USD, jpy, Decimal::ONE, Rounding::HalfUp).unwrap();
    assert_eq!(to_dollars, Money::usd(10_000));
    let bad = Money::usd(1).convert(EUR, Decimal::ONE, Decimal::ZERO, Rounding::HalfUp);
    assert_eq!(bad, Err(MoneyError::BadRate { currency: EUR }));
}

#[test]
fn amounts_are_written_with_their_currencys_digits() {
    for (money, text) in [
        (Money::usd(1_234), "USD 12.34"),
        (Money::usd(-5), "USD -0.05"),
        (Money::new(JPY, 500), "JPY 500"),
        (Money::new(KWD, 1), "KWD 0.001"),
    ] {
        assert_eq!(money.to_string(), text);
        assert_eq!(Money::parse(text).unwrap(), money);
    }
    for text in [
        "",
        "USD",
        "USD 12.3",
        "USD 12.340",
        "JPY 5.0",
        "usd 1.00",
        "USD +1.00",
        "USD 1e2",
        "USD  1.00",
        "USD 01.00",
    ] {
        assert!(Money::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_sum_starts_at_zero_of_its_currency() {
    assert_eq!(Money::sum(EUR, []).unwrap(), Money::zero(EUR));
    assert_eq!(Money::sum(EUR, [Money::new(EUR, 1), Money::new(EUR, 2)]).unwrap(), Money::new(EUR, 3));
    assert!(Money::sum(EUR, [Money::usd(1)]).is_err());
}
