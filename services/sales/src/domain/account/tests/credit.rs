//! S-10: the credit limit.

use guanxi_events::sales::{
    OrderId,
    account::{CreditFigures, CreditLimitSet},
};

use super::*;

fn limited(limit: &str) -> Vec<AccountEvent> {
    let set = Command::SetLimit {
        limit: Some(eur(limit)),
        reason: "new customer".into(),
    };
    after(vec![], vec![("2017-01-01", set)])
}

fn context(manages: bool) -> Context {
    let actor = guanxi_decider::Actor {
        person: "anna".parse().unwrap(),
        may_backdate: false,
        manages,
    };
    let now = "2017-06-01T12:00:00Z".parse().unwrap();
    let home = guanxi_decider::Home::default();
    Context::new("acme".parse().unwrap(), CUSTOMER, actor, now, home)
}

fn commit_order(
    history: &[AccountEvent],
    order: u128,
    unbilled: &str,
    grant: Option<&Grant>,
    manages: bool,
) -> Result<Option<AccountEvent>, Refusal> {
    let ledger = ledger(history);
    let order = OrderId(Uuid::from_u128(order));
    let valued = (Currency::EUR, None);
    let Some((mut set, adds)) = commitment(&ledger, order, valued, dec(unbilled), Currency::EUR)?
    else {
        return Ok(None);
    };
    let (credit, above) = granted(&ledger, adds, grant, &context(manages))?;
    set.credit = Some(credit);
    set.granted = above;
    Ok(Some(set.into()))
}

#[test]
fn what_is_owed_and_what_is_ordered_count_and_the_figures_are_named() {
    let mut history = limited("10000.00");
    history.push(invoiced(1, 1, "2017-01-01", "2017-02-01", "4800.00"));
    history.extend(commit_order(&history, 1, "5000.00", None, false).unwrap());
    let refusal = commit_order(&history, 2, "400.00", None, false).unwrap_err();
    assert_eq!(refusal.code, "CREDIT_LIMIT_EXCEEDED");
    assert_eq!(
        refusal.message,
        "credit limit 10000.00 EUR, exposure 9800.00 EUR, this adds 400.00 EUR"
    );
    assert_eq!(refusal.figures["above"], "200.00 EUR");
    // Up to the limit itself is within it.
    let within = commit_order(&history, 2, "200.00", None, false).unwrap();
    let Some(AccountEvent::CommitmentSet(set)) = within else {
        panic!("{within:?}")
    };
    let credit = set.credit.unwrap();
    assert_eq!(
        (credit.limit, credit.exposure, credit.adds),
        (Some(eur("10000.00")), eur("9800.00"), eur("200.00"))
    );
}

#[test]
fn free_credits_count_against_what_is_owed() {
    let mut history = limited("100.00");
    let paid = Command::Receive(receive(1, "50.00"));
    history = after(history, vec![("2017-02-01", paid)]);
    assert!(commit_order(&history, 1, "150.00", None, false).is_ok());
    assert!(commit_order(&history, 1, "150.01", None, false).is_err());
}

#[test]
fn only_a_manager_goes_above_the_limit_and_it_is_on_record() {
    let history = limited("100.00");
    let grant = Grant {
        reason: "a good customer".into(),
    };
    let refusal = commit_order(&history, 1, "130.00", Some(&grant), false).unwrap_err();
    assert_eq!(refusal.code, "OVERRIDE_NOT_ALLOWED");
    let granted = commit_order(&history, 1, "130.00", Some(&grant), true).unwrap();
    let Some(AccountEvent::CommitmentSet(set)) = granted else {
        panic!("{granted:?}")
    };
    let above = set.granted.unwrap();
    assert_eq!(
        (above.by.as_str(), above.reason.as_str(), above.above),
        ("anna", "a good customer", eur("30.00"))
    );
}

#[test]
fn what_asks_for_no_more_credit_is_accepted_above_the_limit() {
    let mut history = limited("100.00");
    history.extend(commit_order(&history, 1, "90.00", None, false).unwrap());
    let lower = Command::SetLimit {
        limit: Some(eur("10.00")),
        reason: "late payer".into(),
    };
    history = after(history, vec![("2017-02-01", lower)]);
    let Some(AccountEvent::CreditLimitSet(CreditLimitSet { credit, .. })) = history.last() else {
        panic!("{history:?}")
    };
    assert!(credit.over(), "lowering the limit only flags: {credit:?}");
    assert!(commit_order(&history, 1, "89.00", None, false).is_ok());
    assert!(commit_order(&history, 1, "90.01", None, false).is_err());
}

#[test]
fn without_a_limit_nothing_is_refused_and_the_same_again_changes_nothing() {
    let history = limited("100.00");
    let none = Command::SetLimit {
        limit: None,
        reason: "trusted".into(),
    };
    let history = after(history, vec![("2017-02-01", none.clone())]);
    let mut more = history.clone();
    more.extend(commit_order(&history, 1, "1000000.00", None, false).unwrap());
    assert_eq!(
        commit_order(&more, 1, "1000000.00", None, false).unwrap(),
        None
    );
    on_day(history, "2017-02-02", none).then_nothing();
}

#[test]
fn a_commitment_ends_when_nothing_is_left_to_bill() {
    let mut history = limited("100.00");
    history.extend(commit_order(&history, 1, "90.00", None, false).unwrap());
    assert_eq!(ledger(&history).exposure(), dec("90.00"));
    history.extend(commit_order(&history, 1, "0.00", None, false).unwrap());
    assert_eq!(ledger(&history).exposure(), dec("0.00"));
    assert!(ledger(&history).commitments.is_empty());
}

#[test]
fn credit_is_limited_in_the_base_currency() {
    let dollars = Money {
        amount: dec("100.00"),
        currency: Currency::USD,
    };
    let set = Command::SetLimit {
        limit: Some(dollars),
        reason: "no".into(),
    };
    account()
        .when(set)
        .then_refused("LIMIT_NOT_IN_BASE_CURRENCY");
}

#[test]
fn facts_that_add_to_what_is_owed_are_flagged_with_the_figures() {
    let given = limited("110.00");
    let flagged = |credit: Option<CreditFigures>, exposure: &str, adds: &str| {
        let credit = credit.unwrap();
        assert!(credit.over(), "{credit:?}");
        assert_eq!((credit.exposure, credit.adds), (eur(exposure), eur(adds)));
    };
    let mut history = given;
    history.push(invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00"));
    let fee = Command::ChargeFee {
        amount: eur("15.00"),
        due: None,
        reason: "reminder".into(),
    };
    let charged = after(history.clone(), vec![("2017-03-01", fee)]);
    let Some(AccountEvent::FeeCharged(fee)) = charged.last() else {
        panic!("{charged:?}")
    };
    flagged(fee.credit, "100.00", "15.00");
    let note = CreditNotePosting {
        credit_note: guanxi_events::sales::CreditNoteId(Uuid::from_u128(500)),
        invoices: vec![],
        on: day("2017-03-02"),
        amount: eur("30.00"),
        rate: None,
    };
    let noted = post_credit_note(&ledger(&charged), &note, None, Currency::EUR).unwrap();
    let noted = [charged, noted].concat();
    let day = day("2017-03-03");
    let voided = void_credit_note(&ledger(&noted), note.credit_note, day, Currency::EUR);
    let [AccountEvent::CreditNoteVoided(voided)] = &voided.unwrap()[..] else {
        panic!("it is voided")
    };
    flagged(voided.credit, "85.00", "30.00");
}

#[test]
fn a_write_off_that_is_taken_back_says_what_is_owed_by_then() {
    use guanxi_events::sales::account::{WriteOffNo, WrittenOff};
    let mut history = limited("50.00");
    history.push(invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00"));
    let done = WrittenOff {
        write_off: WriteOffNo(1),
        item: ItemNo(1),
        on: day("2017-03-01"),
        booked: booked("70.00"),
        approved_by: "bob".parse().unwrap(),
    };
    history.push(done.into());
    let back = Command::TakeBackWriteOff {
        write_off: WriteOffNo(1),
        amount: None,
        on: None,
        reason: "solvent".into(),
    };
    let history = after(history, vec![("2017-04-01", back)]);
    let Some(AccountEvent::WriteOffTakenBack(back)) = history.last() else {
        panic!("{history:?}")
    };
    let credit = back.credit.unwrap();
    assert!(credit.over());
    assert_eq!((credit.exposure, credit.adds), (eur("30.00"), eur("70.00")));
}
