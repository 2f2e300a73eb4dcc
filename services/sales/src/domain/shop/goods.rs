//! What the shop knows from the start, and its orders and returns.

use guanxi_events::sales::{
    CustomerCopied, LineQuantity, OrderId, ProductCreated, ProductDetails, RefundAs, ReturnId,
    ReturnLine,
};
use iso_currency::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Shop;
use crate::domain::{
    customer_copy::CustomerCopy,
    order::{
        self, Order, Place, Sale,
        tests::{CUSTOMER, GOODS, goods, place},
    },
    order_return::{self, GoodsReturn, OrderReturn},
    product::Product,
    sale_lines::SaleLineInput,
};

pub(crate) fn order(n: u128) -> OrderId {
    OrderId(Uuid::from_u128(1_000 + n))
}

pub(crate) fn returned(n: u128) -> ReturnId {
    ReturnId(Uuid::from_u128(300 + n))
}

/// Goods with a tax.
pub(crate) fn taxed(quantity: &str, unit_price: &str, rate: &str) -> SaleLineInput {
    SaleLineInput {
        tax_rate: rate.parse().unwrap(),
        ..goods(quantity, unit_price)
    }
}

/// An order of these lines, confirmed as it is placed.
pub(crate) fn confirmed(lines: Vec<SaleLineInput>) -> Place {
    Place {
        confirm: true,
        ..place(lines)
    }
}

pub(crate) fn confirmed_in(currency: Currency, lines: Vec<SaleLineInput>) -> Place {
    Place {
        currency,
        ..confirmed(lines)
    }
}

/// A return of the first order whose goods are on the counter.
pub(crate) fn at_the_counter(lines: &[LineQuantity]) -> order_return::Request {
    order_return::Request {
        order: order(1),
        lines: lines
            .iter()
            .map(|line| ReturnLine {
                line: line.line,
                quantity: line.quantity,
                reason: "broken".into(),
            })
            .collect(),
        refund: RefundAs::CreditNote,
        at_once: true,
    }
}

impl Shop {
    /// A customer, and goods to sell.
    pub(crate) fn open() -> Self {
        let product = ProductCreated {
            details: ProductDetails {
                sku: "GTX-PRO".into(),
                name: "GTX Pro".into(),
                unit: "piece".into(),
                ..ProductDetails::default()
            },
        };
        let customer = CustomerCopied {
            name: "Cancity".into(),
            ..CustomerCopied::default()
        };
        Self::empty()
            .given::<CustomerCopy>(CUSTOMER, customer)
            .given::<Product>(GOODS, product)
    }

    /// The shop with the first order: these lines, confirmed.
    #[track_caller]
    pub(crate) fn with_order(lines: Vec<SaleLineInput>) -> Self {
        Self::open().ordered(1, confirmed(lines))
    }

    #[track_caller]
    pub(crate) fn ordered(mut self, n: u128, place: Place) -> Self {
        self.orders(n, order::Command::Place(Box::new(place)));
        self
    }

    /// A command to the `n`th order.
    #[track_caller]
    pub(crate) fn orders(&mut self, n: u128, command: order::Command) {
        self.does::<Order>(order(n), &command);
    }

    /// The `n`th order.
    pub(crate) fn sale(&self, n: u128) -> Sale {
        self.state::<Order>(order(n)).unwrap()
    }

    /// What the account says that the `n`th order will still be billed.
    pub(crate) fn committed(&self, n: u128) -> Decimal {
        let ledger = self.ledger();
        let commitment = ledger.commitments.get(&order(n));
        commitment.map_or(Decimal::ZERO, |commitment| commitment.unbilled.amount)
    }

    /// The `n`th return of the first order is asked for, approved and received at the counter.
    #[track_caller]
    pub(crate) fn came_back(self, n: u128, lines: &[LineQuantity]) -> Self {
        self.came_back_as(n, lines, RefundAs::CreditNote)
    }

    /// The same, and the customer wants the value as money.
    #[track_caller]
    pub(crate) fn came_back_for_money(self, n: u128, lines: &[LineQuantity]) -> Self {
        self.came_back_as(n, lines, RefundAs::Payment)
    }

    #[track_caller]
    fn came_back_as(mut self, n: u128, lines: &[LineQuantity], refund: RefundAs) -> Self {
        let manages = std::mem::replace(&mut self.actor.manages, true);
        let request = order_return::Request {
            refund,
            ..at_the_counter(lines)
        };
        self.does::<OrderReturn>(returned(n), &order_return::Command::Request(request));
        self.actor.manages = manages;
        self
    }

    pub(crate) fn goods_return(&self, n: u128) -> GoodsReturn {
        self.state::<OrderReturn>(returned(n)).unwrap()
    }
}
