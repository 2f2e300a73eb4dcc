//! Random histories of one order through the real deciders of orders, invoices, credit notes,
//! returns and the account: what must be true whatever happens, and that nothing gets stuck.

use guanxi_events::{
    DomainEvent,
    sales::{CreditNoteEvent, InvoiceEvent},
};
use proptest::prelude::*;

use crate::domain::{
    credit_note::CreditNote,
    invoice::Invoice,
    order::Status,
    shop::{Shop, credit_note, invoice},
};

mod ends;
mod rules;
mod run;
mod steps;

use run::Run;
use steps::{any_history, any_order};

proptest! {
    #[test]
    fn whatever_happens_order_documents_and_account_agree(
        order in any_order(),
        history in any_history(),
    ) {
        let mut run = Run::start(order);
        run.holds()?;
        for step in &history {
            run.step(step)?;
            run.holds()?;
        }
    }

    #[test]
    fn any_history_can_be_brought_to_its_end(order in any_order(), history in any_history()) {
        let mut run = Run::start(order);
        for step in &history {
            run.step(step)?;
        }
        run.finish()?;
        run.holds()?;
        let sale = run.shop.sale(1);
        prop_assert!(
            matches!(sale.status(), Status::Completed | Status::Cancelled),
            "{sale:?}"
        );
        prop_assert_eq!(run.shop.committed(1), rust_decimal::Decimal::ZERO);
        for n in run.invoices() {
            prop_assert_eq!(run.shop.open_of(n), rust_decimal::Decimal::ZERO);
        }
        prop_assert!(sale.lines.iter().all(|line| line.to_credit().is_zero()), "{sale:?}");
    }

    #[test]
    fn any_history_can_be_taken_back_step_by_step(order in any_order(), history in any_history()) {
        let mut run = Run::start(order);
        for step in &history {
            run.step(step)?;
        }
        run.unwind()?;
        run.holds()?;
        let sale = run.shop.sale(1);
        prop_assert!(sale.invoices().is_empty());
        for line in &sale.lines {
            prop_assert!(line.billed.quantity.is_zero() && line.billed.net.is_zero(), "{line:?}");
            prop_assert!(line.credited.quantity.is_zero() && line.credited.tax.is_zero());
        }
        let ledger = run.shop.ledger();
        prop_assert!(ledger.debits.is_empty(), "{ledger:?}");
        prop_assert!(run.all_credits_are_payments());
    }

    #[test]
    fn a_snapshot_and_the_log_give_documents_back(order in any_order(), history in any_history()) {
        let mut run = Run::start(order);
        for step in &history {
            run.step(step)?;
        }
        for n in run.all_invoices() {
            let state = run.shop.state::<Invoice>(invoice(n));
            gives_back::<Invoice, InvoiceEvent>(&run.shop, invoice(n).into(), &state)?;
        }
        for n in run.all_notes() {
            let state = run.shop.state::<CreditNote>(credit_note(n));
            gives_back::<CreditNote, CreditNoteEvent>(&run.shop, credit_note(n).into(), &state)?;
        }
    }
}

/// As JSON, and as what was written in the log; the number is dealt by the log alone.
fn gives_back<D, E>(shop: &Shop, id: uuid::Uuid, state: &D::State) -> Result<(), TestCaseError>
where
    D: guanxi_decider::Decider<Event = E>,
    D::State: PartialEq,
    E: DomainEvent,
{
    let snapshot = serde_json::to_vec(state).unwrap();
    prop_assert_eq!(
        &serde_json::from_slice::<D::State>(&snapshot).unwrap(),
        state
    );
    let read = shop
        .events::<E>(id)
        .into_iter()
        .map(|event| E::decode(&event.event_type(), &event.encode().unwrap()).unwrap());
    let folded = read.fold(D::State::default(), |state, event| D::evolve(state, &event));
    let numbered = shop.numbered::<D>(id, folded);
    prop_assert_eq!(&numbered, state);
    Ok(())
}
