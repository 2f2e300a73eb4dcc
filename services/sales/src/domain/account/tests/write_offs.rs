//! S-25: bad debts.

use guanxi_events::sales::account::{TakenBack, WriteOffNo};

use super::*;

fn owing() -> Vec<AccountEvent> {
    vec![invoiced(1, 1, "2017-01-01", "2017-02-01", "100.00")]
}

fn request(amount: Option<&str>) -> Command {
    Command::RequestWriteOff {
        item: ItemNo(1),
        amount: amount.map(eur),
        reason: "insolvent".into(),
    }
}

fn by_bob(history: Vec<AccountEvent>, command: Command) -> Outcome<Account> {
    account()
        .by("bob")
        .dated("2017-06-02T10:00:00Z")
        .given(history)
        .when(command)
}

fn written_off(amount: Option<&str>) -> Vec<AccountEvent> {
    let mut history = after(owing(), vec![("2017-06-01", request(amount))]);
    let approve = Command::ApproveWriteOff(WriteOffNo(1));
    let events = by_bob(history.clone(), approve).decision().events;
    history.extend(events.into_iter().map(|(event, _)| event));
    history
}

#[test]
fn nothing_is_given_up_until_somebody_else_approves() {
    let requested = after(owing(), vec![("2017-06-01", request(Some("60.00")))]);
    assert_eq!(open(&requested, 1), dec("100.00"));
    let approve = || Command::ApproveWriteOff(WriteOffNo(1));
    on_day(requested, "2017-06-02", approve()).then_refused("OWN_REQUEST");
    let history = written_off(Some("60.00"));
    assert_eq!(open(&history, 1), dec("40.00"));
    let Some(AccountEvent::WrittenOff(done)) = history.last() else {
        panic!("{history:?}")
    };
    assert_eq!(
        (done.on, done.approved_by.as_str()),
        (day("2017-06-01"), "bob")
    );
    by_bob(history, approve()).then_refused("WRITE_OFF_DECIDED");
}

#[test]
fn a_rejected_write_off_is_decided() {
    let requested = after(owing(), vec![("2017-06-01", request(None))]);
    let reject = Command::RejectWriteOff {
        write_off: WriteOffNo(1),
        reason: "sue them".into(),
    };
    let history = after(requested, vec![("2017-06-02", reject)]);
    assert_eq!(open(&history, 1), dec("100.00"));
    by_bob(history, Command::ApproveWriteOff(WriteOffNo(1))).then_refused("WRITE_OFF_DECIDED");
}

#[test]
fn what_was_paid_meanwhile_cannot_be_given_up() {
    let requested = after(
        owing(),
        vec![
            ("2017-06-01", request(Some("60.00"))),
            ("2017-06-01", Command::Receive(receive(1, "50.00"))),
        ],
    );
    by_bob(requested, Command::ApproveWriteOff(WriteOffNo(1))).then_refused("EXCEEDS_OPEN");
    on_day(owing(), "2017-06-01", request(Some("100.01"))).then_refused("EXCEEDS_OPEN");
}

#[test]
fn a_recovery_first_takes_its_write_off_back() {
    let history = written_off(None);
    let recover = |n, amount| Command::Recover {
        write_off: WriteOffNo(1),
        payment: receive(n, amount),
    };
    let history = after(history, vec![("2017-09-01", recover(1, "30.00"))]);
    assert_eq!(
        [open(&history, 1), open(&history, 2)],
        [dec("0.00"), dec("0.00")]
    );
    let ledger_now = ledger(&history);
    let WriteOffState::Done { left } = ledger_now.write_offs[&WriteOffNo(1)].state else {
        panic!("{ledger_now:?}")
    };
    assert_eq!(left.amount, dec("70.00"));
    // What is paid beyond the write-off is kept on account.
    let history = after(history, vec![("2017-09-02", recover(2, "75.00"))]);
    assert_eq!(
        [open(&history, 1), open(&history, 3)],
        [dec("0.00"), dec("-5.00")]
    );
    on_day(history, "2017-09-03", recover(3, "1.00")).then_refused("NOTHING_WRITTEN_OFF");
}

#[test]
fn a_write_off_is_taken_back_wholly_or_partly() {
    let back = |amount: Option<&str>, on: Option<&str>| Command::TakeBackWriteOff {
        write_off: WriteOffNo(1),
        amount: amount.map(eur),
        on: on.map(day),
        reason: "they live".into(),
    };
    let history = written_off(None);
    let part = after(
        history.clone(),
        vec![("2017-09-01", back(Some("25.00"), Some("2017-09-01")))],
    );
    assert_eq!(open(&part, 1), dec("25.00"));
    on_day(part, "2017-09-02", back(Some("75.01"), None)).then_refused("EXCEEDS_OPEN");
    let whole = after(history, vec![("2017-09-01", back(None, None))]);
    let Some(AccountEvent::WriteOffTakenBack(taken)) = whole.last() else {
        panic!("{whole:?}")
    };
    assert_eq!(
        (taken.on, taken.because),
        (day("2017-06-01"), TakenBack::Correction)
    );
    assert_eq!(open(&whole, 1), dec("100.00"));
}

/// 60 of the 100 are given up, and a payment of 80 recovers them.
fn recovered() -> Vec<AccountEvent> {
    let recover = Command::Recover {
        write_off: WriteOffNo(1),
        payment: receive(1, "80.00"),
    };
    after(written_off(Some("60.00")), vec![("2017-07-01", recover)])
}

fn bounces() -> Command {
    Command::Bounce {
        payment: payment(1),
        reason: "no funds".into(),
    }
}

#[test]
fn a_recovery_whose_payment_bounces_is_none_and_the_debt_is_owed_again() {
    let history = after(recovered(), vec![("2017-08-01", bounces())]);
    let back = history.iter().find_map(|event| match event {
        AccountEvent::RecoveryTakenBack(back) => Some(back),
        _ => None,
    });
    let back = back.unwrap();
    assert_eq!(
        (back.write_off, back.payment, back.on, back.booked),
        (
            WriteOffNo(1),
            payment(1),
            day("2017-08-01"),
            booked("60.00")
        )
    );
    assert_eq!(back.because, TakenBack::Bounced);
    assert_eq!(open(&history, 1), dec("100.00"));
    assert!(ledger(&history).recoveries.is_empty());
    // It is not a bad debt until somebody gives it up anew.
    let again = Command::TakeBackWriteOff {
        write_off: WriteOffNo(1),
        amount: None,
        on: None,
        reason: "twice".into(),
    };
    by_bob(history, again).then_refused("NOTHING_WRITTEN_OFF");
}

#[test]
fn what_a_payment_still_settles_of_the_debit_stays_recovered() {
    // The other 20 of the payment are used for what was not given up.
    let more = Command::Allocate {
        from: Source::Payment(payment(1)),
        to: Use::OldestFirst,
        how: How::default(),
    };
    let history = after(recovered(), vec![("2017-07-02", more)]);
    let off = |allocation| Command::Deallocate {
        allocation: guanxi_events::sales::account::AllocationNo(allocation),
        on: None,
    };
    let history = after(history, vec![("2017-07-03", off(1))]);
    let ledger = ledger(&history);
    let recovery = ledger.recoveries.values().next().unwrap();
    assert_eq!(recovery.left, booked("20.00"));
    let history = after(history, vec![("2017-07-04", off(2))]);
    let taken: Vec<_> = (history.iter())
        .filter_map(|event| match event {
            AccountEvent::RecoveryTakenBack(back) => Some((back.on, back.booked)),
            _ => None,
        })
        .collect();
    // A correction has the recovery's own date.
    assert_eq!(
        taken,
        [
            (day("2017-07-01"), booked("40.00")),
            (day("2017-07-01"), booked("20.00"))
        ]
    );
}
