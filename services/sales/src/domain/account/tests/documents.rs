//! S-21, S-22: invoices, credit notes and fees on the account.

use guanxi_events::sales::{CreditNoteId, OrderId, account::AllocationNo};

use super::*;

fn order() -> OrderId {
    OrderId(Uuid::from_u128(400))
}

fn posting(amount: &str) -> InvoicePosting {
    InvoicePosting {
        invoice: invoice(1),
        order: Some(order()),
        on: day("2017-02-01"),
        currency: Currency::EUR,
        rate: None,
        instalments: vec![Due {
            due: day("2017-03-01"),
            amount: dec(amount),
            discount: None,
        }],
        owner: None,
        team: None,
    }
}

fn credit_note(amount: &str) -> CreditNotePosting {
    CreditNotePosting {
        credit_note: CreditNoteId(Uuid::from_u128(500)),
        invoices: vec![invoice(1)],
        on: day("2017-03-10"),
        amount: eur(amount),
        rate: None,
    }
}

fn with(history: Vec<AccountEvent>, more: Vec<AccountEvent>) -> Vec<AccountEvent> {
    [history, more].concat()
}

#[test]
fn a_down_payment_is_used_for_its_order_and_what_is_above_the_total_stays_credit() {
    let down = Receive {
        order: Some(order()),
        use_for: Use::Keep,
        ..receive(1, "120.00")
    };
    let given = after(vec![], vec![("2017-01-01", Command::Receive(down))]);
    let events = post_invoice(&ledger(&given), &posting("100.00"), Currency::EUR).unwrap();
    let history = with(given, events);
    assert_eq!(
        [open(&history, 1), open(&history, 2)],
        [dec("-20.00"), dec("0.00")]
    );
}

#[test]
fn a_credit_note_goes_to_its_invoice_first_and_the_excess_is_free_credit() {
    let given = vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")];
    let history = after(
        given,
        vec![("2017-03-01", Command::Receive(receive(1, "70.00")))],
    );
    let events = post_credit_note(
        &ledger(&history),
        &credit_note("40.00"),
        None,
        Currency::EUR,
    );
    let history = with(history, events.unwrap());
    assert_eq!(
        [open(&history, 1), open(&history, 3)],
        [dec("0.00"), dec("-10.00")]
    );
}

#[test]
fn an_invoice_is_voided_only_when_nothing_is_settled_of_it() {
    let given = vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")];
    let paid = after(
        given.clone(),
        vec![("2017-03-01", Command::Receive(receive(1, "70.00")))],
    );
    let refusal = void_invoice(&ledger(&paid), invoice(1), day("2017-04-01")).unwrap_err();
    assert_eq!(
        (refusal.code, refusal.figures["settled_by"].as_str()),
        ("INVOICE_SETTLED", "allocation 1")
    );
    let freed = after(
        paid,
        vec![(
            "2017-04-01",
            Command::Deallocate {
                allocation: AllocationNo(1),
                on: None,
            },
        )],
    );
    let events = void_invoice(&ledger(&freed), invoice(1), day("2017-04-01")).unwrap();
    let history = with(freed, events);
    assert_eq!(open(&history, 1), dec("0.00"));
    let again = void_invoice(&ledger(&history), invoice(1), day("2017-04-02"));
    assert_eq!(again.unwrap_err().code, "VOIDED_ALREADY");
    let early = void_invoice(&ledger(&given), invoice(1), day("2017-01-31"));
    assert_eq!(early.unwrap_err().code, "DATED_BEFORE_THE_DOCUMENT");
}

#[test]
fn a_new_plan_keeps_what_is_paid_and_comes_to_what_is_open() {
    let given = after(
        vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")],
        vec![("2017-02-10", Command::Receive(receive(1, "40.00")))],
    );
    let plan = |parts: &[(&str, &str)]| Command::Reschedule {
        invoice: invoice(1),
        instalments: parts.iter().map(|(due, a)| (day(due), eur(a))).collect(),
    };
    let refusal = on_day(
        given.clone(),
        "2017-03-05",
        plan(&[("2017-06-01", "100.00")]),
    )
    .then_refused("PLAN_IS_NOT_WHAT_IS_OPEN");
    assert_eq!(refusal.figures["open"], "60.00");
    let new = plan(&[("2017-06-01", "30.00"), ("2017-07-01", "30.00")]);
    let history = after(given, vec![("2017-03-05", new)]);
    assert_eq!(
        [open(&history, 1), open(&history, 3), open(&history, 4)],
        [dec("0.00"), dec("30.00"), dec("30.00")]
    );
    let ledger = ledger(&history);
    assert_eq!(ledger.invoices[&invoice(1)].version, 2);
    assert_eq!(ledger.open_of(invoice(1)), dec("60.00"));
    assert_eq!(ledger.paid_of(invoice(1)), dec("40.00"));
}

#[test]
fn the_base_values_of_instalments_add_up_to_that_of_the_invoice() {
    let mut posting = posting("33.33");
    posting.currency = Currency::USD;
    posting.rate = Some(dec("0.9137"));
    posting.instalments = ["33.33", "33.33", "33.34"]
        .map(|amount| Due {
            due: day("2017-03-01"),
            amount: dec(amount),
            discount: None,
        })
        .to_vec();
    let events = post_invoice(&Ledger::default(), &posting, Currency::EUR).unwrap();
    // 100.00 USD at 0.9137.
    assert_eq!(ledger(&events).owed, dec("91.37"));
}

#[test]
fn a_fee_is_waived_only_when_nothing_is_settled_of_it() {
    let fee = Command::ChargeFee {
        amount: eur("15.00"),
        due: None,
        reason: "reminder".into(),
    };
    let history = after(vec![], vec![("2017-05-01", fee)]);
    let waive = || Command::WaiveFee {
        item: ItemNo(1),
        reason: "goodwill".into(),
    };
    let paid = after(
        history.clone(),
        vec![("2017-05-02", Command::Receive(receive(1, "5.00")))],
    );
    on_day(paid, "2017-05-03", waive()).then_refused("FEE_SETTLED");
    let waived = after(history, vec![("2017-05-03", waive())]);
    assert_eq!(open(&waived, 1), dec("0.00"));
    let instalment = vec![invoiced(1, 1, "2017-02-01", "2017-03-01", "100.00")];
    on_day(instalment, "2017-05-03", waive()).then_refused("NOT_A_FEE");
}
