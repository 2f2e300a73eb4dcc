//! Every cell of the table that stands in the documentation of invoices.

use super::*;

const TABLE: &str = include_str!("../transitions.md");

fn table() -> Vec<Vec<&'static str>> {
    let lines = TABLE.lines().filter(|line| !line.starts_with("|--"));
    lines
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// How an invoice comes to be in each state of the table.
fn shop(state: &str) -> Shop {
    let before = Shop::with_order(lines());
    let after: Vec<Command> = match state {
        "none" => vec![],
        "requested" => vec![request(of_order(None))],
        "issued" => vec![issue(of_order(None))],
        "mailed" => vec![issue(of_order(None)), mail()],
        "arrived" => vec![issue(of_order(None)), Command::Arrived],
        "withdrawn" => vec![request(of_order(None)), withdraw()],
        "voided" => vec![issue(of_order(None)), void_invoice()],
        other => panic!("no invoice is known to be {other}"),
    };
    after.iter().fold(before, |mut shop, command| {
        shop.invoices(1, command);
        shop
    })
}

fn command(name: &str) -> Command {
    match name {
        "request" => request(of_order(None)),
        "issue" => issue_requested(),
        "issue at once" => issue(of_order(None)),
        "withdraw" => withdraw(),
        "mail" => mail(),
        "arrived" => Command::Arrived,
        "void" => void_invoice(),
        other => panic!("nobody knows how to {other}"),
    }
}

/// `yes`, `nothing` or the code.
fn told(shop: &Shop, name: &str) -> String {
    match shop.ask::<Invoice>(invoice(1), &command(name)) {
        Ok(decision) if decision.events.is_empty() => {
            assert!(decision.elsewhere.is_empty(), "{decision:?}");
            "nothing".to_owned()
        }
        Ok(_) => "yes".to_owned(),
        Err(refusal) => refusal.code.to_owned(),
    }
}

#[test]
fn every_command_in_every_state_does_what_the_table_says() {
    let table = table();
    let (head, rows) = table.split_first().unwrap();
    let mut wrong = Vec::new();
    for row in rows {
        let shop = shop(row[0]);
        for (name, wanted) in head.iter().zip(row).skip(1) {
            let told = told(&shop, name);
            if told != *wanted {
                wrong.push(format!("{}, {name}: {told}, not {wanted}", row[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((rows.len(), head.len()), (7, 8));
    assert!(rows.iter().all(|row| row.len() == head.len()));
}

#[test]
fn a_refusal_says_what_stands_in_the_way() {
    let told = |state, name| {
        let refusal = shop(state).ask::<Invoice>(invoice(1), &command(name));
        refusal.unwrap_err().message
    };
    assert!(told("issued", "issue").contains("IN-2026-00001"));
    assert!(told("issued", "request").contains("IN-2026-00001"));
    assert!(told("withdrawn", "issue").contains("because"));
    assert!(told("voided", "mail").contains("2026-01-15: because"));
}

#[test]
fn what_was_mailed_and_who_has_it_since_when_is_kept() {
    let mut shop = shop("issued").on("2026-01-16");
    shop.invoices(1, &mail());
    shop = shop.on("2026-01-20");
    shop.invoices(1, &Command::Arrived);
    let bill = shop.bill(1);
    let mailed = bill.mailed.unwrap();
    assert_eq!(
        (mailed.on, mailed.carrier.as_str()),
        (day("2026-01-16"), "SF Express")
    );
    assert_eq!(mailed.tracking_number.as_deref(), Some("SF-1"));
    assert_eq!(bill.arrived, Some(day("2026-01-20")));
    assert_eq!(bill.status, Status::Issued);
}

#[test]
fn nothing_happens_to_an_invoice_before_its_own_day() {
    let mut shop = shop("issued");
    shop.dated = Some("2026-01-14T12:00:00Z".parse().unwrap());
    for name in ["mail", "arrived", "void"] {
        let refusal = shop.refuses_invoice(1, &command(name), "DATED_BEFORE_THE_DOCUMENT");
        assert_eq!(refusal.figures["on"], "2026-01-14");
        assert_eq!(refusal.figures["document"], "2026-01-15");
    }
}
