//! How purchases are paid, on the wire.

use guanxi_events::loyalty::PaymentKind;
use guanxi_proto::loyalty::v1 as wire;

pub(super) fn kind_from_wire(kind: wire::PaymentKind) -> Option<PaymentKind> {
    Some(match kind {
        wire::PaymentKind::Unspecified => return None,
        wire::PaymentKind::Cash => PaymentKind::Cash,
        wire::PaymentKind::Card => PaymentKind::Card,
        wire::PaymentKind::Points => PaymentKind::Points,
        wire::PaymentKind::StoredValue => PaymentKind::StoredValue,
    })
}

pub(super) fn kind_to_wire(kind: PaymentKind) -> wire::PaymentKind {
    match kind {
        PaymentKind::Cash => wire::PaymentKind::Cash,
        PaymentKind::Card => wire::PaymentKind::Card,
        PaymentKind::Points => wire::PaymentKind::Points,
        PaymentKind::StoredValue => wire::PaymentKind::StoredValue,
    }
}
