//! Identifiers that we give: UUIDs that cannot be mistaken for each other.

/// Declares UUID newtypes: `new(Uuid)`, `as_uuid()`, the text form of the UUID (lower case, hyphens) and serde as a
/// string. Services use it for ids of their own.
///
/// ```
/// kernel::typed_uuid! {
///     /// One reservation of stock.
///     ReservationId
/// }
/// let id: ReservationId = "0190a5b0-0000-7000-8000-000000000001".parse()?;
/// assert_eq!(id.to_string(), "0190a5b0-0000-7000-8000-000000000001");
/// # Ok::<(), kernel::ParseError>(())
/// ```
#[macro_export]
macro_rules! typed_uuid {
    ($($(#[$doc:meta])+ $name:ident),+ $(,)?) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::reexport::Uuid);

        impl $name {
            /// The id with this UUID.
            #[must_use]
            pub const fn new(uuid: $crate::reexport::Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID, as tables keep it.
            #[must_use]
            pub const fn as_uuid(&self) -> $crate::reexport::Uuid {
                self.0
            }

            /// Parses the hyphenated or simple form of a UUID.
            ///
            /// # Errors
            /// When the text is not a UUID.
            pub fn parse(text: &str) -> ::std::result::Result<Self, $crate::ParseError> {
                $crate::reexport::Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| $crate::ParseError::malformed(stringify!($name), text, "a UUID"))
            }
        }

        impl ::std::convert::From<$crate::reexport::Uuid> for $name {
            fn from(uuid: $crate::reexport::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl ::std::convert::From<$name> for $crate::reexport::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        $crate::text_form!($name);
    )+};
}

typed_uuid! {
    /// A shipment: what one center sends to one buyer for one order.
    ShipmentId,
    /// A parcel of a shipment.
    ParcelId,
    /// A quote of duties, taxes and fees.
    QuoteId,
    /// A seller's authority to sign export documents on its behalf.
    AuthorityId,
    /// A return merchandise authorisation.
    RmaId,
    /// A reimbursement to a seller.
    ReimbursementId,
    /// A refund to a buyer.
    RefundId,
    /// A payout to a seller or a carrier.
    PayoutId,
    /// A monthly eligibility cycle.
    CycleId,
    /// A report that was asked for.
    ReportId,
    /// A product's evaluation that a seller asked for.
    ReviewId,
    /// An event on a topic (`ce_id`).
    EventId,
    /// A commercial invoice.
    InvoiceId,
}
