//! What a customer bought and has not returned yet.

use std::{collections::HashMap, sync::Arc};

use rust_decimal::Decimal;

use super::story::pennies;

/// The goods of one order line of which some may still come back.
#[derive(Debug, Clone)]
struct Lot {
    sale: Arc<str>,
    /// The order line's number, from 1.
    line: u32,
    bought: u32,
    returned: u32,
    price: Decimal,
    /// What was credited of it.
    credited: Decimal,
}

/// Goods that come back, of one order line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The document of the order.
    pub(super) sale: Arc<str>,
    /// The order line's number, from 1.
    pub(super) line: u32,
    pub(super) quantity: u32,
    /// What they had cost; the last piece of a line takes the remainder.
    pub(super) total: Decimal,
}

/// The purchases of one customer, by article.
#[derive(Debug, Default)]
pub(super) struct Purchases(HashMap<Arc<str>, Vec<Lot>>);

impl Purchases {
    /// Goods were bought.
    pub(super) fn bought(
        &mut self,
        article: &Arc<str>,
        sale: &Arc<str>,
        line: u32,
        quantity: u32,
        price: Decimal,
    ) {
        self.0.entry(article.clone()).or_default().push(Lot {
            sale: sale.clone(),
            line,
            bought: quantity,
            returned: 0,
            price,
            credited: Decimal::ZERO,
        });
    }

    /// Whether anything of the article was ever bought.
    pub(super) fn ever(&self, article: &str) -> bool {
        self.0.contains_key(article)
    }

    /// Takes back as much as there is: what was bought at the same price first, for that is most
    /// likely what comes back, then what was bought last.
    pub(super) fn take_back(
        &mut self,
        article: &str,
        mut quantity: u32,
        price: Decimal,
    ) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let Some(lots) = self.0.get_mut(article) else {
            return pieces;
        };
        for at_the_price in [true, false] {
            let some = lots.iter_mut().rev();
            for lot in some.filter(|lot| (lot.price == price) == at_the_price) {
                let part = quantity.min(lot.bought - lot.returned);
                if part > 0 {
                    quantity -= part;
                    pieces.push(lot.take_back(part));
                }
            }
        }
        pieces
    }
}

impl Lot {
    fn take_back(&mut self, quantity: u32) -> Piece {
        self.returned += quantity;
        let total = if self.returned == self.bought {
            pennies(Decimal::from(self.bought) * self.price) - self.credited
        } else {
            pennies(Decimal::from(quantity) * self.price)
        };
        self.credited += total;
        Piece {
            sale: self.sale.clone(),
            line: self.line,
            quantity,
            total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pieces: &[Piece]) -> Vec<(&str, u32, u32, Decimal)> {
        let all = pieces.iter();
        all.map(|piece| (&*piece.sale, piece.line, piece.quantity, piece.total))
            .collect()
    }

    fn purchases(lots: &[(&str, u32, u32, Decimal)]) -> Purchases {
        let mut purchases = Purchases::default();
        for &(sale, line, quantity, price) in lots {
            purchases.bought(&"85123A".into(), &sale.into(), line, quantity, price);
        }
        purchases
    }

    #[test]
    fn what_was_bought_at_the_same_price_comes_back_before_what_was_bought_last() {
        let (two, three) = (Decimal::TWO, Decimal::from(3));
        let lots = [("1", 1, 5, two), ("2", 4, 5, two), ("3", 1, 5, three)];
        let mut purchases = purchases(&lots);
        let first = purchases.take_back("85123A", 6, two);
        assert_eq!(taken(&first), [("2", 4, 5, Decimal::TEN), ("1", 1, 1, two)]);
        let second = purchases.take_back("85123A", 20, two);
        assert_eq!(
            taken(&second),
            [
                ("1", 1, 4, Decimal::from(8)),
                ("3", 1, 5, Decimal::from(15))
            ],
            "no more than there is"
        );
        assert!(purchases.take_back("85123A", 1, two).is_empty());
        assert!(purchases.ever("85123A") && !purchases.ever("22423"));
    }

    #[test]
    fn the_last_piece_of_a_line_takes_the_remainder() {
        // 3 at 0.015 come to 0.05; two pieces of one at 0.02 leave 0.01.
        let mut purchases = purchases(&[("1", 1, 3, Decimal::new(15, 3))]);
        let mut one = || purchases.take_back("85123A", 1, Decimal::new(15, 3));
        let totals: Vec<Decimal> = (0..3).flat_map(|_| one()).map(|p| p.total).collect();
        let pennies = |many| Decimal::new(many, 2);
        assert_eq!(totals, [pennies(2), pennies(2), pennies(1)]);
    }
}
