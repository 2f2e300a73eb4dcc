//! Random histories of an order: deliver, bill, credit, return, cancel, reopen, change and hold in
//! any order, and what must be true whatever happened.

use guanxi_events::DomainEvent;
use proptest::prelude::*;

use super::{
    sale::Sale,
    tests::{cancel_rest, goods, place, words},
    *,
};

mod run;

use run::{Op, Run};

fn any_op() -> impl Strategy<Value = Op> {
    let line = 0_usize..5;
    let some = prop_oneof![1 => 1_i64..120_000, 3 => (1_i64..8).prop_map(|n| n * 10_000)];
    prop_oneof![
        4 => (line.clone(), some.clone()).prop_map(|(l, q)| Op::Deliver(l, q)),
        1 => Just(Op::DeliverAll),
        4 => (line.clone(), some.clone()).prop_map(|(l, q)| Op::Bill(l, q)),
        1 => Just(Op::BillAll),
        2 => (0_usize..6).prop_map(Op::Unbill),
        3 => (line.clone(), some.clone()).prop_map(|(l, q)| Op::Credit(l, q)),
        1 => (0_usize..6).prop_map(Op::Uncredit),
        2 => (line.clone(), some.clone()).prop_map(|(l, q)| Op::Ask(l, q)),
        1 => (0_usize..4).prop_map(Op::Drop),
        3 => (0_usize..4, 1_i64..=100).prop_map(|(n, share)| Op::Receive(n, share)),
        1 => prop::option::of(line.clone()).prop_map(Op::Cancel),
        1 => Just(Op::Reopen),
        1 => Just(Op::Hold),
        2 => Just(Op::Release),
        1 => (line, some, prop::option::of(0_i64..100_000)).prop_map(|(l, q, p)| Op::Change(l, q, p)),
    ]
}

/// Three lines of goods, cheap ones too so that roundings show, and postage or a discount.
fn any_order() -> impl Strategy<Value = Place> {
    let rates = prop::sample::select(vec!["0", "7", "19", "8.875"]);
    let quantity = prop_oneof![1_i64..100_000, (1_i64..8).prop_map(|n| n * 10_000)];
    let price = prop_oneof![0_i64..100, 0_i64..100_000];
    let discount = prop_oneof![2 => Just(0_i64), 1 => 0_i64..=10_000];
    let line = (quantity, price, discount, rates);
    (
        prop::collection::vec(line, 3),
        -5_i64..10,
        0_i64..=50,
        any::<bool>(),
    )
        .prop_map(|(lines, extra, tolerance, prices_include_tax)| {
            let mut lines: Vec<SaleLineInput> = lines
                .into_iter()
                .map(|(quantity, price, discount, rate)| SaleLineInput {
                    quantity: Decimal::new(quantity, 4),
                    unit_price: Decimal::new(price, 4),
                    discount_percent: Decimal::new(discount, 2),
                    tax_rate: rate.parse().unwrap(),
                    ..goods("1", "1")
                })
                .collect();
            // Never less than nothing in all.
            lines.push(goods("1", "10"));
            lines.push(words("extra", &extra.to_string()));
            Place {
                prices_include_tax,
                over_delivery_percent: tolerance.into(),
                confirm: true,
                ..place(lines)
            }
        })
}

fn any_history() -> impl Strategy<Value = Vec<Op>> {
    prop::collection::vec(any_op(), 1..40)
}

proptest! {
    #[test]
    fn whatever_happens_an_order_stays_honest(
        order in any_order(),
        strict in any::<bool>(),
        history in any_history(),
    ) {
        let mut run = Run::start(order, strict);
        run.holds()?;
        for op in &history {
            run.step(op)?;
            run.holds()?;
        }
    }

    #[test]
    fn in_the_end_what_is_billed_and_not_credited_is_what_was_kept(
        order in any_order(),
        strict in any::<bool>(),
        history in any_history(),
    ) {
        let mut run = Run::start(order, strict);
        for op in &history {
            run.step(op)?;
        }
        run.finish()?;
        let sale = run.world.sale();
        prop_assert!(matches!(sale.status(), Status::Completed | Status::Cancelled), "{sale:?}");
        prop_assert_eq!(run.world.committed(), Decimal::ZERO);
        for line in &sale.lines {
            prop_assert_eq!(line.to_credit(), Decimal::ZERO);
            let paid_for = line.billed.quantity - line.credited.quantity;
            if !line.is_goods() {
                prop_assert!(paid_for <= line.stands());
            } else if strict {
                prop_assert_eq!(paid_for, line.kept(), "{:?}", line);
            } else {
                prop_assert!(paid_for <= line.kept(), "{:?}", line);
            }
        }
        // Crediting everything takes exactly what was billed.
        for (number, line) in sale.numbered_lines() {
            let rest = LineQuantity { line: number, quantity: line.creditable() };
            if !rest.quantity.is_zero() {
                run.change(|world| world.credited(900, &[rest]));
            }
        }
        for line in &run.world.sale().lines {
            prop_assert_eq!(line.credited, line.billed);
        }
    }

    #[test]
    fn a_snapshot_and_the_log_give_the_state_back(order in any_order(), history in any_history()) {
        let mut run = Run::start(order, false);
        for op in &history {
            run.step(op)?;
        }
        let state = Some(run.world.sale());
        let snapshot = serde_json::to_vec(&state).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<Option<Sale>>(&snapshot).unwrap(), &state);
        let read = run.world.order.iter().map(|event| {
            OrderEvent::decode(&event.event_type(), &event.encode().unwrap()).unwrap()
        });
        prop_assert_eq!(read.fold(None, |state, event| Order::evolve(state, &event)), state);
    }

    #[test]
    fn any_part_of_a_log_in_any_order_can_be_folded(
        order in any_order(),
        history in any_history(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
    ) {
        let mut run = Run::start(order, false);
        for op in &history {
            run.step(op)?;
        }
        let mut state = None;
        let mut placed = false;
        for pick in &picks {
            let event = pick.get(&run.world.order);
            placed |= matches!(event, OrderEvent::Placed(_));
            state = Order::evolve(state, event);
            prop_assert_eq!(state.is_some(), placed);
            if let Some(sale) = &state {
                let _ = (sale.status(), sale.gross(), sale.unbilled_gross());
            }
        }
    }

    #[test]
    fn a_whole_order_can_always_be_cancelled_where_nothing_happened(order in any_order()) {
        let run = Run::start(order, true);
        let cancelled = run.world.after(cancel_rest());
        prop_assert_eq!(cancelled.status(), Status::Cancelled);
        prop_assert_eq!(cancelled.sale().gross(), Decimal::ZERO);
    }
}
