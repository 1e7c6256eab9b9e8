//! What every event envelope can say of itself, so that `bus` and `messaging` need no list of areas.

use prost::Message;

/// The one envelope message of a topic: a `oneof` of the events, or of the parts of the state, that it tells.
pub trait Event: Message + Default + Clone + Send + Sync + 'static {
    /// Protobuf package and, with the configured prefix before it, the topic: `fbaexport.orders.events.v1`.
    const PACKAGE: &'static str;

    /// Name of the event inside, e.g. `OrderPlaced`; `None` when this build does not know it (a newer sender) or
    /// the envelope is empty.
    fn name(&self) -> Option<&'static str>;

    /// True of a state topic: the newest record of a key is what holds, and stays.
    fn is_state() -> bool {
        Self::PACKAGE.contains(".state.")
    }

    /// CloudEvents type: package, dot, name.
    fn ce_type(&self) -> Option<String> {
        self.name().map(|name| format!("{}.{name}", Self::PACKAGE))
    }
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Name of the event; `None` when this build does not know it.
    pub name: Option<&'static str>,
    /// The message in readable form.
    pub text: String,
    /// The message encoded again: differs from the record where this build dropped something.
    pub canonical: Vec<u8>,
}

impl Inspection {
    fn of<E: Event + std::fmt::Debug>(payload: &[u8]) -> Result<Self, prost::DecodeError> {
        let event = E::decode(payload)?;
        Ok(Self { name: event.name(), text: format!("{event:#?}"), canonical: event.encode_to_vec() })
    }
}

macro_rules! events {
    ($($area:ident $kind:ident $module:ident $envelope:ident { $($variant:ident),+ $(,)? })+) => {
        /// The packages of all topics: of events, of state, of work.
        pub const PACKAGES: &[&str] = &[$(concat!("fbaexport.", stringify!($area), ".", stringify!($kind), ".v1")),+];

        /// Reads a record of the topic of `package` without knowing its type: for people (dead letters) and for the
        /// test of the golden bytes. `None` when there is no such package.
        pub fn inspect(package: &str, payload: &[u8]) -> Option<Result<Inspection, prost::DecodeError>> {
            match package {
                $(concat!("fbaexport.", stringify!($area), ".", stringify!($kind), ".v1") => {
                    Some(Inspection::of::<crate::$area::$kind::v1::$envelope>(payload))
                })+
                _ => None,
            }
        }

        $(
            impl Event for crate::$area::$kind::v1::$envelope {
                const PACKAGE: &'static str = concat!("fbaexport.", stringify!($area), ".", stringify!($kind), ".v1");

                fn name(&self) -> Option<&'static str> {
                    use crate::$area::$kind::v1::$module::Event as Inner;
                    self.event.as_ref().map(|event| match event {
                        $(Inner::$variant(_) => stringify!($variant)),+
                    })
                }
            }

            $(
                impl From<crate::$area::$kind::v1::$variant> for crate::$area::$kind::v1::$envelope {
                    fn from(event: crate::$area::$kind::v1::$variant) -> Self {
                        use crate::$area::$kind::v1::$module::Event as Inner;
                        Self { event: Some(Inner::$variant(event)) }
                    }
                }
            )+
        )+
    };
}

events! {
    clock events clock_event ClockEvent { ClockTicked }
    sellers events sellers_event SellersEvent { SellerRegistered }
    catalog events catalog_event CatalogEvent { ItemListed, ItemDelisted }
    orders events orders_event OrdersEvent { OrderPlaced, OrderCancellationRequested }
    payments events payments_event PaymentsEvent {
        PaymentCaptured, PaymentFailed, RefundSettled, RefundFailed, PayoutSettled, PayoutFailed,
    }
    warehouse events warehouse_event WarehouseEvent {
        StockReceived, ShipmentPacked, ReturnUnitReceived, ReturnUnitInspected,
    }
    carrier events carrier_event CarrierEvent { ParcelScanned }
    brokerage events brokerage_event BrokerageEvent {
        ExportFilingAccepted, ExportFilingRejected, ImportChargesAssessed,
    }
    rates events rates_event RatesEvent { ExchangeRatesPublished }
    enrollment events enrollment_event EnrollmentEvent {
        SellerEnrolled, ExportEnabled, ExportDisabled, AuthorityRevoked, CountryExclusionsReplaced,
        ProductExcluded, ProductExclusionsChanged, ProductIncluded, SellerNotEnrolled,
    }
    enrollment state enrollment_state EnrollmentState { SellerSettings, ExcludedChunk }
    eligibility events eligibility_event EligibilityEvent {
        VerdictChanged, CycleCompleted, ClassificationConfirmed, ClassificationSuggested,
    }
    eligibility state eligibility_state EligibilityState { CurrentVerdict }
    eligibility work eligibility_work EligibilityWork { ShardDue }
    fulfillment events fulfillment_event FulfillmentEvent {
        OrderAccepted, OrderRejected, ShipmentPlanned, ShipmentPaid, ShipmentHeld, HoldResolved,
        ShipmentReleased, ShipmentReadyForCarrier, ShipmentDispatched, ShipmentDelivered, ShipmentLost,
        ShipmentRefused, ShipmentReturned, ShipmentCancelled, OrderCancelled, OrderClosed,
        RefundRequested, NotificationRequested,
    }
    customs events customs_event CustomsEvent {
        ShipmentCleared, ShipmentHeld, ExportFilingRequested, InvoiceIssued, DepositHeld,
        DepositSettled, RefundRequested,
    }
    returns events returns_event ReturnsEvent {
        ReturnAuthorised, ReturnUnitDisposed, UnitRestocked, UnitReimbursed, ReturnClosed,
        RefundRequested, PayoutRequested,
    }
}
