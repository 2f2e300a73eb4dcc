//! S-23: payments that bounce, refunds, and their inverses.

use guanxi_events::sales::{RefundId, account::AllocationNo};

use super::*;

fn bounce() -> Command {
    Command::Bounce {
        payment: payment(1),
        reason: "no funds".into(),
    }
}

fn payout(n: u128) -> Payout {
    Payout {
        refund: RefundId(Uuid::from_u128(300 + n)),
        method: PaymentMethod::BankTransfer,
        reference: None,
    }
}

fn paid() -> Vec<AccountEvent> {
    after(
        vec![invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00")],
        vec![("2017-01-10", Command::Receive(receive(1, "130.00")))],
    )
}

#[test]
fn a_bounced_payment_leaves_everything_open_from_its_own_day_on() {
    let events = on_day(paid(), "2017-03-01", bounce()).decision().events;
    let AccountEvent::Deallocated(taken) = &events[0].0 else {
        panic!("{events:?}")
    };
    assert_eq!(
        (taken.allocation, taken.on),
        (AllocationNo(1), day("2017-03-01"))
    );
    let AccountEvent::PaymentBounced(bounced) = &events[1].0 else {
        panic!("{events:?}")
    };
    assert_eq!(bounced.on, day("2017-03-01"));
    // It owes 100.00 instead of being owed 30.00.
    assert_eq!(
        (bounced.credit.exposure, bounced.credit.adds),
        (eur("-30.00"), eur("130.00"))
    );
    let history = after(paid(), vec![("2017-03-01", bounce())]);
    assert_eq!(
        [open(&history, 1), open(&history, 2)],
        [dec("100.00"), dec("0.00")]
    );
    on_day(history, "2017-03-02", bounce()).then_refused("BOUNCED_ALREADY");
}

#[test]
fn a_payment_cannot_bounce_before_it_was_received() {
    on_day(paid(), "2017-01-09", bounce()).then_refused("DATED_BEFORE_THE_DOCUMENT");
}

#[test]
fn what_was_paid_after_a_bounce_counts_from_the_bounce_on() {
    let history = after(
        paid(),
        vec![
            ("2017-03-01", bounce()),
            // Received before the bounce, recorded after it.
            ("2017-02-01", Command::Receive(receive(2, "100.00"))),
        ],
    );
    let [
        ..,
        AccountEvent::Allocated(allocated),
        AccountEvent::InvoiceSettled(_),
    ] = &history[..]
    else {
        panic!("{history:?}")
    };
    assert_eq!(allocated.on, day("2017-03-01"));
}

#[test]
fn a_payment_that_had_not_bounced_is_there_again_and_free() {
    let history = after(
        paid(),
        vec![
            ("2017-03-01", bounce()),
            (
                "2017-03-05",
                Command::Reinstate {
                    payment: payment(1),
                    reason: "wrong customer".into(),
                },
            ),
        ],
    );
    assert_eq!(
        [open(&history, 1), open(&history, 2)],
        [dec("100.00"), dec("-130.00")]
    );
    let Some(AccountEvent::PaymentReinstated(back)) = history.last() else {
        panic!("{history:?}")
    };
    assert_eq!(
        back.on,
        day("2017-03-01"),
        "a correction has the original's date"
    );
    let again = Command::Reinstate {
        payment: payment(1),
        reason: "twice".into(),
    };
    on_day(history, "2017-03-06", again).then_refused("NOT_BOUNCED");
}

#[test]
fn never_more_than_the_free_credit_is_paid_out() {
    let refund = |amount: Option<&str>| Command::Refund {
        from: Source::Payment(payment(1)),
        amount: amount.map(eur),
        payout: payout(1),
        grant: None,
    };
    on_day(paid(), "2017-02-01", refund(Some("30.01"))).then_refused("EXCEEDS_OPEN");
    let history = after(paid(), vec![("2017-02-01", refund(None))]);
    assert_eq!(
        [open(&history, 2), open(&history, 3)],
        [dec("0.00"), dec("0.00")]
    );
    on_day(history, "2017-02-02", refund(None)).then_refused("REFUND_EXISTS");
}

#[test]
fn a_refund_that_comes_back_is_credit_again() {
    let history = after(
        paid(),
        vec![
            (
                "2017-02-01",
                Command::Refund {
                    from: Source::Payment(payment(1)),
                    amount: None,
                    payout: payout(1),
                    grant: None,
                },
            ),
            (
                "2017-02-05",
                Command::ReturnRefund {
                    refund: payout(1).refund,
                    reason: "account closed".into(),
                },
            ),
        ],
    );
    assert_eq!(
        [open(&history, 2), open(&history, 3)],
        [dec("-30.00"), dec("0.00")]
    );
}

#[test]
fn when_a_payment_bounces_after_a_part_was_paid_out_that_part_is_owed() {
    let history = after(
        paid(),
        vec![
            (
                "2017-02-01",
                Command::Refund {
                    from: Source::Payment(payment(1)),
                    amount: None,
                    payout: payout(1),
                    grant: None,
                },
            ),
            ("2017-03-01", bounce()),
        ],
    );
    assert_eq!(
        [open(&history, 1), open(&history, 2), open(&history, 3)],
        [dec("100.00"), dec("0.00"), dec("30.00")]
    );
}
