//! Which events of the loyalty service the model is made from, and whom they concern.

use guanxi_events::{
    DecodeError, DomainEvent, Recorded,
    loyalty::{
        CustomerCopyEvent, MemberEvent, PointsEvent, ProgramEvent, PurchaseEvent, RedemptionEvent,
    },
};
use guanxi_projection::Key;

/// An event that may change the model.
#[derive(Debug)]
pub(crate) enum Source {
    /// Something happened to an account.
    Points(PointsEvent),
    /// Something happened to the member whose account it is.
    Member(MemberEvent),
    /// A program and its rules.
    Program(ProgramEvent),
    /// What a purchase is called.
    Purchase(PurchaseEvent),
    /// What points were redeemed for.
    Redemption(RedemptionEvent),
    /// What is known of a customer.
    Customer(CustomerCopyEvent),
}

/// Reads an event; `None` for one of a stream that changes nothing here.
pub(crate) fn source(event: &Recorded) -> Result<Option<Source>, DecodeError> {
    let (kind, data) = (&event.event_type, &event.data);
    let category = &event.stream.category;
    Ok(if *category == PointsEvent::CATEGORY {
        Some(Source::Points(PointsEvent::decode(kind, data)?))
    } else if *category == MemberEvent::CATEGORY {
        Some(Source::Member(MemberEvent::decode(kind, data)?))
    } else if *category == ProgramEvent::CATEGORY {
        Some(Source::Program(ProgramEvent::decode(kind, data)?))
    } else if *category == PurchaseEvent::CATEGORY {
        Some(Source::Purchase(PurchaseEvent::decode(kind, data)?))
    } else if *category == RedemptionEvent::CATEGORY {
        Some(Source::Redemption(RedemptionEvent::decode(kind, data)?))
    } else if *category == CustomerCopyEvent::CATEGORY {
        Some(Source::Customer(CustomerCopyEvent::decode(kind, data)?))
    } else {
        None
    })
}

/// A member and its account have one id and one key. Programs, purchases, redemptions and customers
/// have that of their own stream: they are rows of their own, joined by the query, whichever comes
/// first.
pub(crate) fn key(event: &Recorded) -> Option<Key> {
    let category = &event.stream.category;
    if *category == PointsEvent::CATEGORY || *category == MemberEvent::CATEGORY {
        let key = format!("{}/{}", event.stream.tenant, event.stream.id);
        return Some(Key::new(key));
    }
    let followed = [
        ProgramEvent::CATEGORY,
        PurchaseEvent::CATEGORY,
        RedemptionEvent::CATEGORY,
        CustomerCopyEvent::CATEGORY,
    ];
    followed
        .contains(category)
        .then(|| Key::stream(&event.stream))
}
