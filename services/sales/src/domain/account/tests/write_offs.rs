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
