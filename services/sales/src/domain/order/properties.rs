//! Random histories of an order: deliver, bill, credit, return, cancel, reopen, change and hold in
//! any order, and what must be true whatever happened.

use std::collections::BTreeMap;

use guanxi_events::{DomainEvent, sales::LinePart};
use proptest::prelude::*;

use super::{
    line::{OrderLine, Share},
    sale::Sale,
    tests::{World, cancel_rest, deliver_all, goods, place, words},
    *,
};

/// What happens next; lines by index, quantities in ten thousandths.
#[derive(Debug, Clone)]
enum Op {
    Deliver(usize, i64),
    DeliverAll,
    Bill(usize, i64),
    BillAll,
    Unbill(usize),
    Credit(usize, i64),
    Uncredit(usize),
    Ask(usize, i64),
    Drop(usize),
    /// The `n`th open return arrives, with so many per cent of what it asks for.
    Receive(usize, i64),
    Cancel(Option<usize>),
    Reopen,
    Hold,
    Release,
    /// Another quantity, and perhaps another price.
    Change(usize, i64, Option<i64>),
}

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

/// The order, and what was written of it kept apart.
struct Run {
    world: World,
    /// Whether only what is to be credited is credited.
    strict: bool,
    invoices: BTreeMap<u128, Vec<LinePart>>,
    credit_notes: BTreeMap<u128, Vec<LinePart>>,
    returns: Vec<u128>,
    voided: bool,
    next: u128,
}

impl Run {
    fn start(order: Place, strict: bool) -> Self {
        Self {
            world: World::default().after(Command::Place(Box::new(order))),
            strict,
            invoices: BTreeMap::new(),
            credit_notes: BTreeMap::new(),
            returns: Vec::new(),
            voided: false,
            next: 0,
        }
    }

    fn fresh(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    fn change(&mut self, change: impl FnOnce(World) -> World) {
        self.world = change(std::mem::take(&mut self.world));
    }

    fn command(&mut self, command: Command) {
        if self.world.ask(command.clone()).result.is_ok() {
            self.change(|world| world.after(command));
        }
    }

    fn step(&mut self, op: &Op) -> Result<(), TestCaseError> {
        let sale = self.world.sale();
        match op {
            Op::Deliver(line, quantity) => self.command(Command::Deliver {
                lines: Some(vec![of(*line, *quantity)]),
                reference: None,
            }),
            Op::DeliverAll => self.command(deliver_all()),
            Op::Cancel(line) => self.command(Command::CancelRest {
                lines: line.iter().map(|line| number(*line)).collect(),
                reason: "because".into(),
            }),
            Op::Reopen => self.command(Command::Reopen {
                reason: "because".into(),
                grant: None,
            }),
            Op::Hold => self.command(Command::Hold {
                reason: "because".into(),
            }),
            Op::Release => self.command(Command::Release),
            Op::Change(line, quantity, price) => {
                let lines = changed(&sale, *line, *quantity, *price);
                self.command(Command::ChangeLines { lines, grant: None });
            }
            Op::Bill(line, quantity) => self.bill(Some(&[of(*line, *quantity)]))?,
            Op::BillAll => self.bill(None)?,
            Op::Unbill(nth) => {
                let Some(n) = self.invoices.keys().nth(*nth).copied() else {
                    return Ok(());
                };
                if sale.unbillable(&self.invoices[&n]).is_ok() {
                    self.voided = true;
                    self.invoices.remove(&n);
                    self.change(|world| world.unbilled(n));
                }
            }
            Op::Credit(line, quantity) => self.credit(*line, *quantity)?,
            Op::Uncredit(nth) => {
                if let Some(n) = self.credit_notes.keys().nth(*nth).copied() {
                    self.credit_notes.remove(&n);
                    self.change(|world| world.uncredited(n));
                }
            }
            Op::Ask(line, quantity) => {
                let asked = [of(*line, *quantity)];
                let free = sale.returnable(number(*line));
                let told = sale.may_come_back(&asked);
                prop_assert_eq!(told.is_ok(), asked[0].quantity <= free);
                if told.is_ok() {
                    let n = self.fresh();
                    self.returns.push(n);
                    self.change(|world| world.asked_back(n, &asked));
                }
            }
            Op::Drop(nth) => {
                if *nth < self.returns.len() {
                    let n = self.returns.remove(*nth);
                    self.change(|world| world.kept_after_all(n));
                }
            }
            Op::Receive(nth, share) => {
                if *nth < self.returns.len() {
                    let n = self.returns.remove(*nth);
                    let id = guanxi_events::sales::ReturnId(uuid::Uuid::from_u128(300 + n));
                    let mut came = sale.open_returns[&id].clone();
                    for part in &mut came {
                        part.quantity = part.quantity * Decimal::new(*share, 2);
                    }
                    self.change(|world| world.came_back(n, &came));
                }
            }
        }
        Ok(())
    }

    fn bill(&mut self, asked: Option<&[LineQuantity]>) -> Result<(), TestCaseError> {
        let sale = self.world.sale();
        let told = sale.billable(asked);
        if let (Ok(parts), Some([asked])) = (&told, asked) {
            prop_assert!(asked.quantity <= sale.line(asked.line).unwrap().to_bill());
            prop_assert_eq!(parts.len(), 1);
        }
        let Ok(parts) = told else { return Ok(()) };
        for part in &parts {
            let minus = sale.line(part.line).unwrap().line.unit_price < Decimal::ZERO;
            let straight = |amount: Decimal| amount.is_zero() || minus == amount.is_sign_negative();
            prop_assert!(straight(part.net) && straight(part.tax), "{part:?}");
        }
        let n = self.fresh();
        self.invoices.insert(n, parts);
        self.change(|world| world.billed(n, asked));
        Ok(())
    }

    fn credit(&mut self, line: usize, quantity: i64) -> Result<(), TestCaseError> {
        let sale = self.world.sale();
        let mut asked = of(line, quantity);
        let of_line = sale.line(asked.line).unwrap();
        if self.strict {
            asked.quantity = asked.quantity.min(of_line.to_credit());
            if asked.quantity.is_zero() {
                return Ok(());
            }
        }
        let told = sale.creditable(&[asked]);
        prop_assert_eq!(told.is_ok(), asked.quantity <= of_line.creditable());
        if let Ok(parts) = told {
            let n = self.fresh();
            self.credit_notes.insert(n, parts);
            self.change(|world| world.credited(n, &[asked]));
        }
        Ok(())
    }

    /// What must be true at any time.
    fn holds(&self) -> Result<(), TestCaseError> {
        let sale = self.world.sale();
        for (number, line) in sale.numbered_lines() {
            let most = line.ordered() * (Decimal::ONE_HUNDRED + sale.over_delivery_percent)
                / Decimal::ONE_HUNDRED;
            prop_assert!(line.delivered <= most, "{line:?}");
            prop_assert!(line.is_goods() || line.delivered.is_zero());
            prop_assert!(line.returned + sale.asked_back(number) <= line.delivered);
            prop_assert!(line.all_cancelled() <= line.ordered());
            prop_assert!(line.delivered <= line.stands() || line.all_cancelled().is_zero());
            prop_assert!(
                line.billed.quantity <= line.ordered().max(line.delivered) - line.cancelled
            );
            prop_assert!(within(line.credited, line.billed), "{line:?}");
            prop_assert_eq!(line.billed, sum(&self.invoices, number));
            prop_assert_eq!(line.credited, sum(&self.credit_notes, number));
            self.adds_up(&sale, line)?;
        }
        prop_assert_eq!(self.world.committed(), sale.unbilled_gross());
        prop_assert!(
            sale.lines
                .iter()
                .all(|line| !line.stands().is_sign_negative())
        );
        Ok(())
    }

    /// Where a line is wholly billed, its parts come to the line.
    fn adds_up(&self, sale: &Sale, line: &OrderLine) -> Result<(), TestCaseError> {
        let pricing = sale.pricing();
        if line.billed.quantity == line.comes_to() && !self.voided {
            let whole = pricing.amounts(&line.line, line.comes_to());
            prop_assert_eq!((line.billed.net, line.billed.tax), (whole.net, whole.tax));
        }
        let worth = line.worth(pricing);
        if line.billed.quantity == line.comes_to() {
            prop_assert_eq!((line.billed.net, line.billed.tax), (worth.net, worth.tax));
        }
        Ok(())
    }

    /// Everything that is left happens: the goods come, everything is billed, what came back is
    /// credited.
    fn finish(&mut self) -> Result<(), TestCaseError> {
        self.command(Command::Release);
        for n in std::mem::take(&mut self.returns) {
            self.change(|world| world.kept_after_all(n));
        }
        self.command(deliver_all());
        // Crediting what came back may free what is still to come for billing, once.
        for _ in 0..2 {
            self.bill(None)?;
            let sale = self.world.sale();
            for (number, line) in sale.numbered_lines() {
                let due = LineQuantity {
                    line: number,
                    quantity: line.to_credit(),
                };
                if !due.quantity.is_zero() {
                    let n = self.fresh();
                    self.credit_notes
                        .insert(n, sale.creditable(&[due]).unwrap());
                    self.change(|world| world.credited(n, &[due]));
                }
            }
        }
        self.holds()
    }
}

fn number(line: usize) -> u32 {
    u32::try_from(line + 1).unwrap()
}

fn of(line: usize, quantity: i64) -> LineQuantity {
    LineQuantity {
        line: number(line),
        quantity: Decimal::new(quantity, 4),
    }
}

fn changed(sale: &Sale, line: usize, quantity: i64, price: Option<i64>) -> Vec<SaleLineInput> {
    let mut lines: Vec<SaleLineInput> = sale
        .sale_lines()
        .map(|line| SaleLineInput {
            product: line.product,
            text: line.text.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount_percent: line.discount_percent,
            tax_rate: line.tax_rate,
        })
        .collect();
    lines[line].quantity = Decimal::new(quantity, 4);
    if let Some(price) = price {
        lines[line].unit_price = Decimal::new(price, 4);
    }
    lines
}

fn sum(documents: &BTreeMap<u128, Vec<LinePart>>, line: u32) -> Share {
    let mut sum = Share::default();
    for part in documents
        .values()
        .flatten()
        .filter(|part| part.line == line)
    {
        sum.add(part);
    }
    sum
}

fn within(part: Share, whole: Share) -> bool {
    let amounts = part.net.abs() <= whole.net.abs() && part.tax.abs() <= whole.tax.abs();
    let all = part.quantity != whole.quantity || part == whole;
    part.quantity >= Decimal::ZERO && part.quantity <= whole.quantity && amounts && all
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
