//! An account that random wishes are tried on.

use super::*;

/// An account in the course of a history; the clock goes on, dates go back and forth.
pub(super) struct Game {
    pub(super) history: Vec<AccountEvent>,
    pub(super) ledger: Ledger,
    pub(super) today: Date,
    next: u128,
    surroundings: Context,
}

fn first_day() -> Date {
    "2026-01-01".parse().unwrap()
}

impl Game {
    pub(super) fn new() -> Self {
        Self {
            history: Vec::new(),
            ledger: Ledger::default(),
            today: first_day(),
            next: 1,
            surroundings: surroundings(),
        }
    }

    fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    pub(super) fn happened(&mut self, events: Vec<AccountEvent>) {
        for event in events {
            self.ledger = Account::evolve(std::mem::take(&mut self.ledger), &event);
            self.history.push(event);
        }
    }

    /// Asks the decider, with the surroundings that it reads.
    pub(super) fn ask(
        &self,
        command: Command,
        on: Date,
        person: &str,
    ) -> Result<Vec<AccountEvent>, Refusal> {
        let mut context = self.surroundings.clone();
        context.now = format!("{}T23:00:00Z", self.today).parse().unwrap();
        context.requested_at = Some(format!("{on}T10:00:00Z").parse().unwrap());
        context.actor.person = person.parse().unwrap();
        let decision = Account::decide(&self.ledger, &command, &context)?;
        Ok(decision
            .events
            .into_iter()
            .map(|(event, _)| event)
            .collect())
    }

    pub(super) fn attempt(&mut self, op: &Op, back: i64) {
        let on = (self.today - back.days()).max(first_day());
        let done = self.play(op, on);
        match done {
            Ok(events) => self.happened(events),
            Err(refusal) => assert!(
                EXPECTED.contains(&refusal.code),
                "{op:?} was refused with {refusal}"
            ),
        }
    }

    fn play(&mut self, op: &Op, on: Date) -> Result<Vec<AccountEvent>, Refusal> {
        let command = match op {
            Op::Invoice {
                currency,
                parts,
                discount,
            } => return self.invoice(*currency, parts, *discount, on),
            Op::CreditNote { invoice, amount } => return self.credit_note(*invoice, *amount, on),
            Op::Void(invoice) => {
                let invoice = some_of(self.ledger.invoices.keys(), *invoice);
                return match invoice {
                    Some(invoice) => void_invoice(&self.ledger, invoice, on),
                    None => Ok(Vec::new()),
                };
            }
            Op::WriteOff { debit, amount } => return self.write_off(*debit, *amount, on),
            op => match self.command(op) {
                Some(command) => command,
                None => return Ok(Vec::new()),
            },
        };
        self.ask(command, on, "anna")
    }

    fn command(&mut self, op: &Op) -> Option<Command> {
        let reason = || "because".to_owned();
        Some(match op {
            Op::Reschedule { invoice, parts } => {
                let invoice = some_of(self.ledger.invoices.keys(), *invoice)?;
                let open = self.ledger.open_instalments(invoice);
                let currency = self.ledger.items[open.first()?].currency;
                let due = |days: i64| self.today + days.days();
                let mut left = self.ledger.open_of(invoice);
                let mut instalments = Vec::new();
                for part in 1..*parts {
                    let amount = Money::rounded(left / Decimal::from(2), currency);
                    if amount.amount.is_zero() || amount.amount == left {
                        break;
                    }
                    left -= amount.amount;
                    instalments.push((due(part * 10), amount));
                }
                let last = Money {
                    amount: left,
                    currency,
                };
                instalments.push((due(*parts * 10), last));
                Command::Reschedule {
                    invoice,
                    instalments,
                }
            }
            Op::Fee(amount) => Command::ChargeFee {
                amount: money(*amount, Currency::EUR),
                due: None,
                reason: reason(),
            },
            Op::Waive(item) => Command::WaiveFee {
                item: some_of(self.ledger.items.keys(), *item)?,
                reason: reason(),
            },
            Op::Receive {
                currency,
                amount,
                keep,
                small,
            } => {
                let mut payment = self.payment(money(*amount, CURRENCIES[*currency]));
                payment.use_for = if *keep { Use::Keep } else { Use::OldestFirst };
                payment.how.write_off_small_rests = *small;
                Command::Receive(payment)
            }
            Op::Allocate { from, to, amount } => {
                let from = some_of(self.ledger.credits.iter(), *from)?;
                let (_, to) = some_of(self.ledger.debits.iter(), *to)?;
                let (credit, debit) = (&self.ledger.items[&from], &self.ledger.items[&to]);
                let rate = rate_to_base(credit.currency) / rate_to_base(debit.currency);
                Command::Allocate {
                    from: Source::Item(from),
                    to: Use::For(vec![Wish {
                        to: Target::Item(to),
                        amount: amount.map(|amount| money(amount, debit.currency)),
                    }]),
                    how: How {
                        rate: (credit.currency != debit.currency).then_some(rate.round_dp(8)),
                        ..How::default()
                    },
                }
            }
            Op::Deallocate { allocation, later } => {
                let allocation = some_of(self.ledger.allocations.keys(), *allocation)?;
                let since = self.ledger.allocations[&allocation].on;
                Command::Deallocate {
                    allocation,
                    on: later.map(|days| (since + days.days()).min(self.today)),
                }
            }
            Op::Bounce(payment) => Command::Bounce {
                payment: some_of(self.ledger.payments.keys(), *payment)?,
                reason: reason(),
            },
            Op::Reinstate(payment) => Command::Reinstate {
                payment: some_of(self.ledger.payments.keys(), *payment)?,
                reason: reason(),
            },
            Op::Refund { credit, amount } => {
                let from = some_of(self.ledger.credits.iter(), *credit)?;
                let currency = self.ledger.items[&from].currency;
                Command::Refund {
                    from: Source::Item(from),
                    amount: amount.map(|amount| money(amount, currency)),
                    payout: Payout {
                        refund: RefundId(self.id()),
                        method: PaymentMethod::BankTransfer,
                        reference: None,
                    },
                    grant: None,
                }
            }
            Op::ReturnRefund(refund) => Command::ReturnRefund {
                refund: some_of(self.ledger.refunds.keys(), *refund)?,
                reason: reason(),
            },
            Op::TakeBack { write_off, amount } => {
                let write_off = some_of(self.ledger.write_offs.keys(), *write_off)?;
                let item = self.ledger.write_offs[&write_off].item;
                let currency = self.ledger.items[&item].currency;
                Command::TakeBackWriteOff {
                    write_off,
                    amount: amount.map(|amount| money(amount, currency)),
                    on: None,
                    reason: reason(),
                }
            }
            Op::Recover { write_off, amount } => {
                let write_off = some_of(self.ledger.write_offs.keys(), *write_off)?;
                let item = self.ledger.write_offs[&write_off].item;
                let currency = self.ledger.items[&item].currency;
                Command::Recover {
                    write_off,
                    payment: self.payment(money(*amount, currency)),
                }
            }
            Op::Invoice { .. } | Op::CreditNote { .. } | Op::Void(_) | Op::WriteOff { .. } => {
                return None;
            }
        })
    }

    fn payment(&mut self, amount: Money) -> Receive {
        Receive {
            payment: PaymentId(self.id()),
            amount,
            method: PaymentMethod::BankTransfer,
            reference: None,
            order: None,
            use_for: Use::Keep,
            how: How::default(),
        }
    }

    fn invoice(
        &mut self,
        currency: usize,
        parts: &[i64],
        discount: bool,
        on: Date,
    ) -> Result<Vec<AccountEvent>, Refusal> {
        let currency = CURRENCIES[currency];
        let instalments = parts.iter().zip(1_i64..).map(|(amount, n)| {
            let amount = money(*amount, currency).amount;
            let off = Money::rounded(amount / Decimal::from(10), currency).amount;
            Due {
                due: on + (n * 20).days(),
                amount,
                discount: discount.then_some(EarlyDiscount {
                    until: on + 5.days(),
                    amount: off,
                }),
            }
        });
        let posting = InvoicePosting {
            invoice: InvoiceId(self.id()),
            order: None,
            on,
            currency,
            rate: (currency != Currency::EUR).then(|| rate_to_base(currency)),
            instalments: instalments.collect(),
            owner: None,
            team: None,
        };
        post_invoice(&self.ledger, &posting, Currency::EUR)
    }

    fn credit_note(
        &mut self,
        invoice: usize,
        amount: i64,
        on: Date,
    ) -> Result<Vec<AccountEvent>, Refusal> {
        let Some(invoice) = some_of(self.ledger.invoices.keys(), invoice) else {
            return Ok(Vec::new());
        };
        let first = self.ledger.invoices[&invoice].items[0];
        let item = self.ledger.items[&first].clone();
        let posting = CreditNotePosting {
            credit_note: CreditNoteId(self.id()),
            invoices: vec![invoice],
            on,
            amount: money(amount, item.currency),
            rate: item.rate,
        };
        post_credit_note(&self.ledger, &posting, None, Currency::EUR)
    }

    /// Requested by one, approved by another.
    fn write_off(
        &mut self,
        debit: usize,
        amount: Option<i64>,
        on: Date,
    ) -> Result<Vec<AccountEvent>, Refusal> {
        let Some((_, item)) = some_of(self.ledger.debits.iter(), debit) else {
            return Ok(Vec::new());
        };
        let currency = self.ledger.items[&item].currency;
        let request = Command::RequestWriteOff {
            item,
            amount: amount.map(|amount| money(amount, currency)),
            reason: "insolvent".into(),
        };
        let requested = self.ask(request, on, "anna")?;
        self.happened(requested);
        let (no, _) = self.ledger.write_offs.get_max().unwrap();
        self.ask(Command::ApproveWriteOff(*no), self.today, "bob")
    }
}

/// What the account's decider reads: the customer, the rates, the policy.
fn surroundings() -> Context {
    let actor = Actor {
        person: "anna".parse().unwrap(),
        may_backdate: true,
        manages: true,
    };
    let tenant = "acme".parse().unwrap();
    let now = "2026-01-01T12:00:00Z".parse().unwrap();
    let mut context = Context::new(tenant, CUSTOMER, actor, now, Home::default());
    let named = CustomerCopied {
        name: "Silk Road".into(),
        ..CustomerCopied::default()
    };
    told::<CustomerCopy>(&mut context, CUSTOMER, vec![named.into()]);
    let rules = ReceivablesPolicySet {
        version: 1,
        rules: ReceivablesRules {
            tolerances: CURRENCIES.map(|currency| money(2, currency)).to_vec(),
        },
    };
    told::<ReceivablesPolicy>(&mut context, RECEIVABLES_POLICY, vec![rules.into()]);
    for currency in CURRENCIES {
        told::<ExchangeRates>(&mut context, book_rates(currency), rates(currency));
    }
    context
}

fn told<D: Decider>(context: &mut Context, id: Uuid, events: Vec<D::Event>) {
    let state = events.iter().fold(D::State::default(), D::evolve);
    context.add(D::Event::CATEGORY, id, Arc::new(state));
}
