//! A wholesaler that never was, in the shape of the public file and always the same for a seed.
//! It has every quirk that the rules are about.

use jiff::{ToSpan, civil::DateTime};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;

use super::file::Row;

const CUSTOMERS: u32 = 60;
const COUNTRIES: [&str; 4] = ["United Kingdom", "Germany", "EIRE", "France"];
const COLOURS: [&str; 8] = [
    "RED", "BLUE", "IVORY", "GREEN", "PINK", "SILVER", "BLACK", "SPOTTY",
];
const THINGS: [(&str, i64); 10] = [
    ("LANTERN", 339),
    ("TEA TOWEL", 125),
    ("CAKE STAND", 1_275),
    ("DOORMAT", 795),
    ("HAND WARMER", 210),
    ("LUNCH BOX", 165),
    ("BUNTING", 495),
    ("CANDLE", 42),
    ("MUG", 255),
    ("HAMMOCK", 2_495),
];

/// The first and the last day of business.
const FIRST: DateTime = DateTime::constant(2010, 12, 1, 0, 0, 0, 0);
const DAYS: i64 = 373;

/// Something to bill.
#[derive(Clone)]
struct Item {
    code: String,
    description: String,
    quantity: i32,
    price: Decimal,
}

/// A sale of which something may come back.
struct Past {
    customer: String,
    items: Vec<Item>,
}

/// Generates the lines of so many documents; 100 have every quirk. The public file has 25 900.
pub fn wholesaler(seed: u64, documents: u32) -> Vec<Row> {
    let mut maker = Maker {
        random: StdRng::seed_from_u64(seed),
        past: Vec::new(),
        rows: Vec::new(),
    };
    let minutes = DAYS * 24 * 60;
    let mut times: Vec<i64> = (0..documents)
        .map(|_| {
            let day = maker.random.random_range(0..minutes) / (24 * 60);
            day * 24 * 60 + maker.random.random_range(7 * 60..20 * 60)
        })
        .collect();
    times.sort_unstable();
    for (index, minute) in (0..documents).zip(times) {
        let at = FIRST.saturating_add(minute.minutes());
        maker.document(index, at, index == documents / 2);
    }
    maker.rows
}

struct Maker {
    random: StdRng,
    past: Vec<Past>,
    rows: Vec<Row>,
}

impl Maker {
    /// The kinds take turns, so that a small file has all of them.
    fn document(&mut self, index: u32, at: DateTime, half: bool) {
        let number = 536_365 + index * 3;
        match index % 25 {
            _ if half => self.bad_debt(number, at),
            6 | 12 | 18 | 24 => self.cancellation(number, at, index / 6),
            10 => self.stock_adjustment(number, at),
            _ => self.sale(number, at),
        }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.random.random_ratio(percent, 100)
    }

    fn write(&mut self, document: &str, at: DateTime, customer: &str, items: &[Item]) {
        let country = customer.parse().unwrap_or(0_usize) / 7 % COUNTRIES.len();
        for item in items {
            self.rows.push(Row {
                // The heading is line 1.
                line: self.rows.len() as u64 + 2,
                document: document.to_owned(),
                code: item.code.clone(),
                description: item.description.clone(),
                quantity: item.quantity,
                at,
                price: item.price,
                customer: customer.to_owned(),
                country: COUNTRIES[country].to_owned(),
            });
        }
    }

    fn goods(&mut self) -> Item {
        let thing = self.random.random_range(0..THINGS.len());
        let colour = self.random.random_range(0..COLOURS.len());
        let (name, pennies) = THINGS[thing];
        let code = format!("{}{}", 20_000 + thing * 7, char::from(b'A' + colour as u8));
        // Another price for many, and sometimes none.
        let quantity = self.random.random_range(1..40);
        let pennies = match quantity {
            _ if self.chance(2) => 0,
            24.. => pennies * 85 / 100,
            _ => pennies,
        };
        Item {
            code: if self.chance(5) {
                code.to_lowercase()
            } else {
                code
            },
            description: format!("{} {name}", COLOURS[colour]),
            quantity,
            price: Decimal::new(pennies, 2),
        }
    }

    fn sale(&mut self, number: u32, at: DateTime) {
        let mut items: Vec<Item> = (0..self.random.random_range(1..9))
            .map(|_| self.goods())
            .collect();
        if self.chance(5) {
            let again = items[0].clone();
            items.push(again);
        }
        if self.chance(10) {
            items.push(bill("POST", "POSTAGE", 1, 1_800));
        }
        if self.chance(4) {
            items.push(bill("M", "Manual", 1, 1_150));
        }
        if self.chance(3) {
            items.push(Item {
                price: Decimal::new(1, 3),
                ..bill("PADS", "PADS TO MATCH ALL CUSHIONS", 1, 0)
            });
        }
        let customer = match self.random.random_range(0..CUSTOMERS + 6) {
            known @ 0..CUSTOMERS => (12_346 + known).to_string(),
            _ => String::new(),
        };
        self.write(&number.to_string(), at, &customer, &items);
        items.retain(|item| item.code != "PADS");
        self.past.push(Past { customer, items });
    }

    /// Something of an earlier sale comes back, with a quirk in turn.
    fn cancellation(&mut self, number: u32, at: DateTime, turn: u32) {
        let past = self.random.random_range(0..self.past.len());
        let (mut customer, mut items) = (
            self.past[past].customer.clone(),
            self.past[past].items.clone(),
        );
        items.truncate(2);
        match turn % 9 {
            0 => items[0].quantity += 30,
            1 => items[0].price += Decimal::new(15, 2),
            2 => items[0].price /= Decimal::TWO,
            3 => items.push(Item {
                code: "99999Z".to_owned(),
                ..self.goods()
            }),
            4 => items = vec![bill("D", "Discount", 1, 2_750)],
            5 => items.push(bill("M", "Manual", 1, 999)),
            6 => items[0].quantity = 1,
            7 => {
                customer.clear();
                items = vec![bill("AMAZONFEE", "AMAZON FEE", 1, 21_976)];
            }
            _ => {}
        }
        for item in &mut items {
            item.quantity = -item.quantity;
            item.price = item.price.round_dp(2);
        }
        self.write(&format!("C{number}"), at, &customer, &items);
    }

    fn stock_adjustment(&mut self, number: u32, at: DateTime) {
        let lost = Item {
            quantity: -17,
            price: Decimal::ZERO,
            description: "damaged".to_owned(),
            ..self.goods()
        };
        self.write(&number.to_string(), at, "", &[lost]);
    }

    /// One debt, written off twice.
    fn bad_debt(&mut self, number: u32, at: DateTime) {
        for (number, sign) in (number..).zip([1, -1, -1]) {
            let entry = bill("B", "Adjust bad debt", 1, sign * 110_620);
            self.write(&format!("A{number}"), at, "", &[entry]);
        }
    }
}

fn bill(code: &str, description: &str, quantity: i32, pennies: i64) -> Item {
    Item {
        code: code.to_owned(),
        description: description.to_owned(),
        quantity,
        price: Decimal::new(pennies, 2),
    }
}
