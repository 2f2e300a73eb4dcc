//! A story as the events of accounts, in the words of the log: what the plain calculation reads.

use std::{collections::HashMap, fmt::Write, sync::Arc};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::*;

/// One JSON object a line.
pub(super) fn events(story: &Story) -> String {
    let mut lines = String::new();
    for (key, buyer) in &story.buyers {
        let mut account = Account::default();
        for step in &buyer.steps {
            account.take_in(step);
        }
        for (kind, data) in account.events {
            let kind = format!("sales.account_{kind}");
            let event = json!({ "account": key, "type": kind, "data": data });
            writeln!(lines, "{event}").unwrap();
        }
    }
    lines
}

#[derive(Default)]
struct Account {
    events: Vec<(&'static str, Value)>,
    items: u32,
    /// Number, date and what is open by key.
    known: HashMap<Arc<str>, (u32, Date, Decimal)>,
    /// By credit.
    allocations: HashMap<Arc<str>, Vec<Allocation>>,
    allocated: u32,
    write_offs: u32,
}

/// Its number, the debit and how much.
type Allocation = (u32, Arc<str>, Decimal);

fn booked(amount: Decimal) -> Value {
    json!({ "amount": amount, "base": amount })
}

impl Account {
    fn take_in(&mut self, step: &Step) {
        let on = step.at.date();
        match &step.deed {
            Deed::Sold(sale) => self.invoice(&sale.document, on, sale.due, sale.total),
            Deed::Charged(note) => self.invoice(&note.document, on, note.due, note.total),
            Deed::Returned(back) if back.total.is_zero() => {}
            Deed::Returned(back) => {
                let (_, _, open) = self.known[&back.sale];
                self.credit_note(&back.key, on, back.total);
                self.allocate(&back.key, &back.sale, back.total.min(open));
            }
            Deed::Credited(note) => self.credit_note(&note.document, on, note.total),
            Deed::Paid(payment) => {
                let item = self.item(&payment.key, on, payment.amount);
                let data = json!({
                    "payment": payment.key, "item": item, "on": on, "currency": "GBP",
                    "booked": booked(payment.amount),
                });
                self.events.push(("payment_received", data));
                self.allocate(&payment.key, &payment.invoice, payment.amount);
            }
            Deed::Bounced { payment } => self.bounce(payment, on),
            Deed::Netted(used) => self.allocate(&used.credit, &used.invoice, used.amount),
            Deed::PaidOut { credit, amount } => {
                let refund: Arc<str> = format!("{credit}/out").into();
                let item = self.item(&refund, on, *amount);
                let data = json!({
                    "refund": refund, "item": item, "on": on, "currency": "GBP",
                    "booked": booked(*amount),
                });
                self.events.push(("refunded", data));
                self.allocate(credit, &refund, *amount);
            }
            Deed::DebtCharged { document, amount } => {
                let item = self.item(document, on, *amount);
                let data = json!({
                    "item": item, "on": on, "due": on, "currency": "GBP",
                    "booked": booked(*amount),
                });
                self.events.push(("fee_charged", data));
            }
            Deed::WrittenOff { debt, amount, .. } => {
                self.write_offs += 1;
                let (item, ..) = self.known[debt];
                let data = json!({
                    "write_off": self.write_offs, "item": item, "on": on,
                    "booked": booked(*amount),
                });
                self.events.push(("written_off", data));
            }
        }
    }

    fn item(&mut self, key: &Arc<str>, on: Date, amount: Decimal) -> u32 {
        self.items += 1;
        self.known.insert(key.clone(), (self.items, on, amount));
        self.items
    }

    fn invoice(&mut self, key: &Arc<str>, on: Date, due: Date, total: Decimal) {
        let item = self.item(key, on, total);
        let whole = json!({ "item": item, "due": due, "booked": booked(total) });
        let instalments: Vec<Value> = (!total.is_zero()).then_some(whole).into_iter().collect();
        let data = json!({
            "invoice": key, "on": on, "currency": "GBP", "instalments": instalments,
        });
        self.events.push(("invoice_posted", data));
    }

    fn credit_note(&mut self, key: &Arc<str>, on: Date, total: Decimal) {
        let item = self.item(key, on, total);
        let data = json!({
            "credit_note": key, "item": item, "on": on, "currency": "GBP", "booked": booked(total),
        });
        self.events.push(("credit_note_posted", data));
    }

    fn allocate(&mut self, credit: &Arc<str>, debit: &Arc<str>, amount: Decimal) {
        if amount.is_zero() {
            return;
        }
        let ((from, credited, _), (to, debited, _)) = (self.known[credit], self.known[debit]);
        self.allocated += 1;
        for key in [credit, debit] {
            self.known.get_mut(key).unwrap().2 -= amount;
        }
        let used = (self.allocated, debit.clone(), amount);
        self.allocations
            .entry(credit.clone())
            .or_default()
            .push(used);
        let data = json!({
            "allocation": self.allocated, "from": from, "to": to, "on": credited.max(debited),
            "taken": booked(amount), "settled": booked(amount),
        });
        self.events.push(("allocated", data));
    }

    fn bounce(&mut self, payment: &Arc<str>, on: Date) {
        for (allocation, debit, amount) in self.allocations.remove(payment).unwrap() {
            self.known.get_mut(&debit).unwrap().2 += amount;
            let data = json!({ "allocation": allocation, "on": on, "because": "bounced" });
            self.events.push(("deallocated", data));
        }
        let data = json!({ "payment": payment, "on": on });
        self.events.push(("payment_bounced", data));
    }
}
