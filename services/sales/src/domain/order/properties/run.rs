//! A history of an order as it unfolds, beside plain sums of what was written of it.

use std::collections::BTreeMap;

use guanxi_events::sales::LinePart;
use proptest::prelude::*;

use crate::domain::order::{
    line::{OrderLine, Share},
    sale::Sale,
    tests::{World, deliver_all},
    *,
};

/// What happens next; lines by index, quantities in ten thousandths.
#[derive(Debug, Clone)]
pub(super) enum Op {
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

/// The order, and what was written of it kept apart.
pub(super) struct Run {
    pub(super) world: World,
    /// Whether only what is to be credited is credited.
    strict: bool,
    invoices: BTreeMap<u128, Vec<LinePart>>,
    credit_notes: BTreeMap<u128, Vec<LinePart>>,
    returns: Vec<u128>,
    voided: bool,
    next: u128,
}

impl Run {
    pub(super) fn start(order: Place, strict: bool) -> Self {
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

    pub(super) fn change(&mut self, change: impl FnOnce(World) -> World) {
        self.world = change(std::mem::take(&mut self.world));
    }

    fn command(&mut self, command: Command) {
        if self.world.ask(command.clone()).result.is_ok() {
            self.change(|world| world.after(command));
        }
    }

    pub(super) fn step(&mut self, op: &Op) -> Result<(), TestCaseError> {
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
                        part.quantity *= Decimal::new(*share, 2);
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
    pub(super) fn holds(&self) -> Result<(), TestCaseError> {
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
    pub(super) fn finish(&mut self) -> Result<(), TestCaseError> {
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
