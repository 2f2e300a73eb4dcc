//! What others learn of an invoice: that it is paid in full, and that it is not any more.

use guanxi_events::sales::{
    CreditNoteId, OrderId,
    account::{AllocationNo, InvoiceSettled, InvoiceUnsettled},
};

use super::*;

fn order() -> OrderId {
    OrderId(Uuid::from_u128(400))
}

/// 100.00 for the order in two instalments; of the first 2.00 may be kept back.
fn billed() -> Vec<AccountEvent> {
    let posting = InvoicePosting {
        invoice: invoice(1),
        order: Some(order()),
        on: day("2017-01-01"),
        currency: Currency::EUR,
        rate: None,
        instalments: vec![
            Due {
                due: day("2017-02-01"),
                amount: dec("60.00"),
                discount: Some(EarlyDiscount {
                    until: day("2017-01-11"),
                    amount: dec("2.00"),
                }),
            },
            Due {
                due: day("2017-03-01"),
                amount: dec("40.00"),
                discount: None,
            },
        ],
        owner: None,
        team: None,
    };
    post_invoice(&Ledger::default(), &posting, Currency::EUR).unwrap()
}

fn credited(given: Vec<AccountEvent>, amount: &str) -> Vec<AccountEvent> {
    let note = CreditNotePosting {
        credit_note: CreditNoteId(Uuid::from_u128(500)),
        invoices: vec![invoice(1)],
        on: day("2017-01-05"),
        amount: eur(amount),
        rate: None,
    };
    let events = post_credit_note(&ledger(&given), &note, None, Currency::EUR).unwrap();
    [given, events].concat()
}

fn paid(given: Vec<AccountEvent>) -> Vec<AccountEvent> {
    let history = after(
        given,
        vec![("2017-01-10", Command::Receive(receive(1, "58.00")))],
    );
    after(
        history,
        vec![("2017-01-20", Command::Receive(receive(2, "20.00")))],
    )
}

#[test]
fn an_invoice_is_settled_with_the_last_of_it_and_says_what_was_really_paid() {
    let history = paid(billed());
    assert!(!history.iter().any(is_settled), "20.00 are open");
    let history = credited(history, "20.00");
    let told = InvoiceSettled {
        invoice: invoice(1),
        order: Some(order()),
        on: day("2017-01-20"),
        total: eur("100.00"),
        credited: dec("20.00"),
        kept_back: dec("2.00"),
    };
    assert_eq!(told.paid(), eur("78.00"));
    assert_eq!(history.last(), Some(&told.into()));
}

fn is_settled(event: &AccountEvent) -> bool {
    matches!(event, AccountEvent::InvoiceSettled(_))
}

#[test]
fn a_payment_that_bounces_lets_its_invoice_be_settled_no_more_from_that_day_on() {
    let bounce = Command::Bounce {
        payment: payment(2),
        reason: "no funds".into(),
    };
    let history = after(
        credited(paid(billed()), "20.00"),
        vec![("2017-02-03", bounce)],
    );
    let told = InvoiceUnsettled {
        invoice: invoice(1),
        order: Some(order()),
        on: day("2017-02-03"),
        total: eur("100.00"),
        credited: dec("20.00"),
    };
    assert_eq!(history.last(), Some(&told.into()));
}

#[test]
fn an_allocation_that_is_corrected_had_never_settled_the_invoice() {
    let off = Command::Deallocate {
        allocation: AllocationNo(2),
        on: None,
    };
    let history = after(credited(paid(billed()), "20.00"), vec![("2017-02-03", off)]);
    let Some(AccountEvent::InvoiceUnsettled(told)) = history.last() else {
        panic!("{history:?}")
    };
    assert_eq!(told.on, day("2017-01-20"));
}

#[test]
fn a_written_off_invoice_is_not_settled_until_it_is_recovered() {
    let request = Command::RequestWriteOff {
        item: ItemNo(2),
        amount: None,
        reason: "insolvent".into(),
    };
    let history = after(paid(billed()), vec![("2017-04-01", request)]);
    let approve = account()
        .by("bob")
        .dated("2017-04-02T10:00:00Z")
        .given(history.clone())
        .when(Command::ApproveWriteOff(WriteOffNo(1)));
    let approved = approve
        .decision()
        .events
        .into_iter()
        .map(|(event, _)| event);
    let history: Vec<AccountEvent> = history.into_iter().chain(approved).collect();
    assert_eq!(ledger(&history).open_of(invoice(1)), dec("0.00"));
    assert!(!history.iter().any(is_settled));
    let recover = Command::Recover {
        write_off: WriteOffNo(1),
        payment: receive(3, "20.00"),
    };
    let history = after(history, vec![("2017-06-01", recover)]);
    let Some(AccountEvent::InvoiceSettled(told)) = history.last() else {
        panic!("{history:?}")
    };
    assert_eq!((told.on, told.paid()), (day("2017-06-01"), eur("98.00")));
}

#[test]
fn an_invoice_of_nothing_is_settled_as_it_is_posted_and_not_any_more_when_it_is_voided() {
    let posting = InvoicePosting {
        invoice: invoice(1),
        order: None,
        on: day("2017-01-01"),
        currency: Currency::EUR,
        rate: None,
        instalments: vec![],
        owner: None,
        team: None,
    };
    let history = post_invoice(&Ledger::default(), &posting, Currency::EUR).unwrap();
    assert!(history.iter().any(is_settled));
    let voided = void_invoice(&ledger(&history), invoice(1), day("2017-01-03")).unwrap();
    assert!(matches!(
        voided.as_slice(),
        [
            AccountEvent::InvoiceVoided(_),
            AccountEvent::InvoiceUnsettled(_)
        ]
    ));
    let history = [history, voided].concat();
    let again = void_invoice(&ledger(&history), invoice(1), day("2017-01-04"));
    assert_eq!(again.unwrap_err().code, "VOIDED_ALREADY");
}
