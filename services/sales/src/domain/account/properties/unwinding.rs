//! No document ever gets stuck: whatever happened, each step can be taken back.

use super::*;

/// Takes everything back until nothing is open and nothing is settled.
pub(super) fn everything(game: &mut Game) {
    game.today += 30.days();
    let today = game.today;
    let mut allocations: Vec<_> = game.ledger.allocations.keys().copied().collect();
    // Not in the order in which they were made.
    allocations.sort_by_key(|no| no.0.wrapping_mul(2_654_435_761));
    for allocation in allocations {
        take_back(
            game,
            Command::Deallocate {
                allocation,
                on: None,
            },
        );
    }
    let done: Vec<WriteOffNo> = game
        .ledger
        .write_offs
        .iter()
        .filter(
            |(_, it)| matches!(it.state, WriteOffState::Done { left } if !left.amount.is_zero()),
        )
        .map(|(no, _)| *no)
        .collect();
    for write_off in done {
        let back = Command::TakeBackWriteOff {
            write_off,
            amount: None,
            on: None,
            reason: "all over".into(),
        };
        take_back(game, back);
    }
    let items: Vec<_> = game
        .ledger
        .items
        .iter()
        .map(|(no, it)| (*no, it.clone()))
        .collect();
    for (item, it) in items.into_iter().filter(|(_, it)| it.is_open()) {
        let reason = "all over".to_owned();
        let command = match it.kind {
            Kind::Instalment { invoice, .. } => {
                if game.ledger.items[&item].is_open() {
                    let events = void_invoice(&game.ledger, invoice, today);
                    game.happened(events.unwrap_or_else(|refusal| panic!("{refusal}")));
                }
                continue;
            }
            Kind::CreditNote { note, .. } => {
                let events = void_credit_note(&game.ledger, note, today, Currency::EUR);
                game.happened(events.unwrap_or_else(|refusal| panic!("{refusal}")));
                continue;
            }
            Kind::Fee => Command::WaiveFee { item, reason },
            Kind::Payment { payment, .. } => Command::Bounce { payment, reason },
            Kind::Refund(refund) => Command::ReturnRefund { refund, reason },
        };
        take_back(game, command);
    }
    assert!(game.ledger.debits.is_empty() && game.ledger.credits.is_empty());
    assert_eq!(game.ledger.owed, Decimal::ZERO);
    let figures = Figures::of(&game.history);
    figures.agree_with(&game.ledger);
    figures.agree_on_what_is_settled(&game.ledger);
    figures.agree_on_what_is_recovered(&game.ledger);
    for day in figures.days() {
        figures.add_up_on(day);
        figures.nothing_is_used_twice_on(day);
    }
}

fn take_back(game: &mut Game, command: Command) {
    let told = format!("{command:?}");
    match game.ask(command, game.today, "anna") {
        Ok(events) => game.happened(events),
        Err(refusal) => panic!("{told} got stuck: {refusal}"),
    }
}
