//! What may be delivered, billed, credited and returned of an order, line by line: the questions
//! that deliveries, invoices, credit notes and returns ask.

use std::collections::BTreeMap;

use guanxi_decider::Refusal;
use guanxi_events::sales::{LinePart, LineQuantity};
use rust_decimal::Decimal;

use super::{
    line::OrderLine,
    sale::{Sale, Status},
};

/// What bounds a quantity, and how a refusal names it.
struct Bound<'a> {
    /// The refusal's code.
    code: &'static str,
    /// `delivered`, `billed` …
    done: &'static str,
    /// How much of the line is left for it.
    left: &'a dyn Fn(u32, &OrderLine) -> Decimal,
}

impl Sale {
    /// The parts to be billed next: everything that can be (`None`), or what is asked for. The
    /// parts of a line add up to it, the last one takes the remainder.
    ///
    /// # Errors
    /// `ORDER_NOT_CONFIRMED`, `ORDER_CANCELLED`, `ORDER_ON_HOLD`; `NOTHING_TO_BILL`;
    /// `BILLED_TOO_MUCH` with the figures, `LINE_UNKNOWN`.
    pub fn billable(&self, asked: Option<&[LineQuantity]>) -> Result<Vec<LinePart>, Refusal> {
        self.goes_on()?;
        let left = |_: u32, line: &OrderLine| line.to_bill();
        let quantities = match asked {
            Some(asked) => self.within(
                asked,
                &Bound {
                    code: "BILLED_TOO_MUCH",
                    done: "billed",
                    left: &left,
                },
            )?,
            None => self.all_left(&left),
        };
        if quantities.is_empty() {
            return Err(Refusal::precondition(
                "NOTHING_TO_BILL",
                format!("it is {}: nothing is left to bill", self.status().name()),
            ));
        }
        Ok(self.parts(&quantities, |number, line, quantity| {
            line.bill(number, quantity, self.pricing())
        }))
    }

    /// The parts to be credited next. Crediting all that was billed takes exactly what was billed.
    ///
    /// # Errors
    /// `CREDITED_TOO_MUCH` with the figures, `LINE_UNKNOWN`, `NOTHING_TO_CREDIT`.
    pub fn creditable(&self, asked: &[LineQuantity]) -> Result<Vec<LinePart>, Refusal> {
        let left = |_: u32, line: &OrderLine| line.creditable();
        let quantities = self.within(
            asked,
            &Bound {
                code: "CREDITED_TOO_MUCH",
                done: "credited",
                left: &left,
            },
        )?;
        if quantities.is_empty() {
            return Err(Refusal::precondition(
                "NOTHING_TO_CREDIT",
                "no line is asked to be credited",
            ));
        }
        Ok(self.parts(&quantities, |number, line, quantity| {
            line.credit(number, quantity, self.pricing())
        }))
    }

    /// The invoice of these parts may be voided: what is left of the others covers what was
    /// credited.
    ///
    /// # Errors
    /// `BILLED_IS_CREDITED` with the figures: the credit note must be voided first.
    pub fn unbillable(&self, parts: &[LinePart]) -> Result<(), Refusal> {
        for (number, line) in self.numbered_lines() {
            let mut rest = line.billed;
            for part in parts.iter().filter(|part| part.line == number) {
                rest.take(part);
            }
            let credited = line.credited;
            let covered = if rest.quantity == credited.quantity {
                rest == credited
            } else {
                rest.quantity > credited.quantity
                    && rest.net.abs() >= credited.net.abs()
                    && rest.tax.abs() >= credited.tax.abs()
            };
            if !covered {
                return Err(Refusal::precondition(
                    "BILLED_IS_CREDITED",
                    format!(
                        "of line {number}, {} is credited, and without this invoice {} is billed: \
                         void the credit note first",
                        credited.quantity.normalize(),
                        rest.quantity.normalize(),
                    ),
                )
                .figure("line", number)
                .figure("credited", credited.quantity.normalize())
                .figure("billed", rest.quantity.normalize()));
            }
        }
        Ok(())
    }

    /// What is delivered next: all that is left (`None`), or what is asked for, as far as the
    /// tolerance goes.
    pub(super) fn deliverable(
        &self,
        asked: Option<&[LineQuantity]>,
    ) -> Result<Vec<LineQuantity>, Refusal> {
        self.goes_on()?;
        let quantities = match asked {
            None => self.all_left(&|_, line| line.to_deliver()),
            Some(asked) => {
                let limit = |_: u32, line: &OrderLine| {
                    line.deliverable(self.over_delivery_percent)
                        .saturating_sub(line.delivered)
                        .max(Decimal::ZERO)
                };
                self.with_goods(asked)?;
                self.within(
                    asked,
                    &Bound {
                        code: "DELIVERED_TOO_MUCH",
                        done: "delivered",
                        left: &limit,
                    },
                )?
            }
        };
        if quantities.is_empty() {
            return Err(Refusal::precondition(
                "NOTHING_TO_DELIVER",
                format!("it is {}: nothing is left to deliver", self.status().name()),
            ));
        }
        Ok(quantities)
    }

    /// What a return asks for can come back.
    ///
    /// # Errors
    /// `RETURNED_TOO_MUCH` with the figures, `LINE_UNKNOWN`.
    pub fn may_come_back(&self, asked: &[LineQuantity]) -> Result<Vec<LineQuantity>, Refusal> {
        let left = |number: u32, _: &OrderLine| self.returnable(number);
        self.within(
            asked,
            &Bound {
                code: "RETURNED_TOO_MUCH",
                done: "returned",
                left: &left,
            },
        )
    }

    /// What is left of the lines with these numbers (all when there are none) to be cancelled.
    pub(super) fn cancellable(&self, numbers: &[u32]) -> Result<Vec<LineQuantity>, Refusal> {
        let mut quantities = self.all_left(&|_, line| line.to_cancel());
        if !numbers.is_empty() {
            for number in numbers {
                self.known(*number)?;
            }
            quantities.retain(|quantity| numbers.contains(&quantity.line));
        }
        if quantities.is_empty() {
            return Err(Refusal::precondition(
                "NOTHING_TO_CANCEL",
                format!(
                    "it is {}: what is delivered or billed is not cancelled but returned and \
                     credited",
                    self.status().name()
                ),
            ));
        }
        Ok(quantities)
    }

    /// Goods move and invoices are issued only while it is confirmed and not on hold.
    fn goes_on(&self) -> Result<(), Refusal> {
        match self.status() {
            Status::Draft => Err(Refusal::precondition(
                "ORDER_NOT_CONFIRMED",
                "it is a draft: confirm it first",
            )),
            Status::Cancelled => Err(cancelled()),
            _ => match &self.held {
                Some(reason) => Err(Refusal::precondition(
                    "ORDER_ON_HOLD",
                    format!("it is on hold ({reason}): release it first"),
                )
                .figure("reason", reason)),
                None => Ok(()),
            },
        }
    }

    fn all_left(&self, left: &dyn Fn(u32, &OrderLine) -> Decimal) -> Vec<LineQuantity> {
        self.numbered_lines()
            .map(|(line, of)| LineQuantity {
                line,
                quantity: left(line, of),
            })
            .filter(|part| part.quantity > Decimal::ZERO)
            .collect()
    }

    /// What is asked for by line, each line once and within its bound; every line that is not is
    /// named.
    fn within(&self, asked: &[LineQuantity], bound: &Bound) -> Result<Vec<LineQuantity>, Refusal> {
        let mut sums: BTreeMap<u32, Decimal> = BTreeMap::new();
        for part in asked {
            self.known(part.line)?;
            let sum = sums.entry(part.line).or_default();
            *sum = sum.saturating_add(part.quantity);
        }
        let mut reasons = Vec::new();
        let mut first = None;
        for (number, quantity) in &sums {
            let left = self
                .line(*number)
                .map_or(Decimal::ZERO, |line| (bound.left)(*number, line));
            if *quantity > left {
                reasons.push((
                    bound.code,
                    format!(
                        "of line {number}, {} is to be {}, and {} can be",
                        quantity.normalize(),
                        bound.done,
                        left.normalize()
                    ),
                ));
                first.get_or_insert((*number, *quantity, left));
            }
        }
        if let Some((line, quantity, left)) = first {
            return Err(Refusal::preconditions(bound.code, reasons)
                .figure("line", line)
                .figure("asked", quantity.normalize())
                .figure("left", left.normalize()));
        }
        Ok(sums
            .into_iter()
            .map(|(line, quantity)| LineQuantity { line, quantity })
            .collect())
    }

    fn known(&self, number: u32) -> Result<&OrderLine, Refusal> {
        self.line(number).ok_or_else(|| {
            Refusal::precondition(
                "LINE_UNKNOWN",
                format!("it has {} lines, and no line {number}", self.lines.len()),
            )
            .figure("line", number)
            .figure("lines", self.lines.len())
        })
    }

    fn with_goods(&self, asked: &[LineQuantity]) -> Result<(), Refusal> {
        for part in asked {
            if !self.known(part.line)?.is_goods() {
                return Err(Refusal::precondition(
                    "LINE_WITHOUT_GOODS",
                    format!(
                        "line {} has no goods: it is billed, not delivered",
                        part.line
                    ),
                )
                .figure("line", part.line));
            }
        }
        Ok(())
    }

    fn parts(
        &self,
        quantities: &[LineQuantity],
        part: impl Fn(u32, &OrderLine, Decimal) -> LinePart,
    ) -> Vec<LinePart> {
        quantities
            .iter()
            .filter_map(|asked| {
                let line = self.line(asked.line)?;
                Some(part(asked.line, line, asked.quantity))
            })
            .collect()
    }
}

pub(super) fn cancelled() -> Refusal {
    Refusal::precondition(
        "ORDER_CANCELLED",
        "it is cancelled: reopen it first, or place another",
    )
}
