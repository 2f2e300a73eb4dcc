//! Statements, bad debts, and what cannot be booked.

use guanxi_receivables::{
    ledger::Figure,
    queries::{
        BadDebtSums, BadDebtsQuery, Filter, OpenItemsQuery, Reader, Statement, StatementQuery,
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    books::{Books, dec},
    figures::{a_quarter, ask, on},
    past::dates,
    world::World,
};

fn statement(books: &Books, first: Option<Date>, last: Date) -> StatementQuery {
    StatementQuery {
        dates: dates(last, None),
        customer: books.customer,
        first,
        currencies: vec![],
        after: None,
        limit: 100,
    }
}

fn lines(statement: &Statement) -> Vec<(Date, Figure, bool, Decimal, Decimal)> {
    let lines = statement.movements.iter();
    lines
        .map(|line| {
            (
                line.cursor.on,
                line.figure,
                line.reversal,
                line.amount,
                line.balance,
            )
        })
        .collect()
}

#[tokio::test]
async fn a_statement_goes_from_one_balance_to_the_other() {
    let (world, build, books) = a_quarter().await;
    let query = statement(&books, Some(on(2, 1)), on(3, 20));
    let found = ask!(world, build, books, statement(query));
    let eur = |amount: &str| [("EUR".to_owned(), dec(amount))].into();
    assert_eq!(found.opening, eur("600"));
    assert_eq!(found.closing, eur("500"));
    assert_eq!(
        lines(&found),
        [
            (on(2, 5), Figure::Invoiced, false, dec("300"), dec("900")),
            (on(2, 10), Figure::Received, false, dec("-400"), dec("500")),
            (on(2, 20), Figure::Received, false, dec("-300"), dec("200")),
            (on(3, 3), Figure::Received, true, dec("400"), dec("600")),
            (on(3, 15), Figure::Credited, false, dec("-100"), dec("500")),
        ]
    );
    let numbers: Vec<_> = found
        .movements
        .iter()
        .map(|m| m.document_number.as_deref())
        .collect();
    assert_eq!(
        numbers,
        [
            Some("IN-000002"),
            Some("PY-2024-00002"),
            Some("PY-2024-00003"),
            Some("PY-2024-00002"),
            None,
        ]
    );

    let mut query = statement(&books, None, on(2, 10));
    query.limit = 3;
    let page = ask!(world, build, books, statement(query));
    assert_eq!(page.opening, [].into());
    assert_eq!(page.closing, eur("500"));
    assert_eq!(page.movements.len(), 3);
    query.after = page.movements.last().map(|line| line.cursor);
    let rest = ask!(world, build, books, statement(query));
    assert_eq!(rest.closing, eur("500"));
    let last = (on(2, 10), Figure::Received, false, dec("-400"), dec("500"));
    assert_eq!(lines(&rest), [last]);
}

#[tokio::test]
async fn a_bad_debt_shows_what_was_recovered_of_it_from_then_on() {
    let mut world = World::new().await;
    let mut books = Books::new("acme", 1);
    books.called(&mut world, "Lost & Found", None).await;
    books.owner = Some("ann");
    let item = books
        .invoice(&mut world, on(1, 1), &[(on(1, 15), "100")])
        .await;
    let write_off = books.write_off(&mut world, item, on(1, 20), "50").await;
    books.write_off(&mut world, item, on(3, 1), "5").await;
    let given_up = (write_off, item);
    let paid = books.recover(&mut world, given_up, on(2, 2), "20").await;
    books
        .recovery_bounces(&mut world, (write_off, paid), on(4, 1), "20")
        .await;
    let build = world.receivables(100).await;
    let query = |as_of, first, limit| BadDebtsQuery {
        dates: dates(as_of, None),
        filter: Filter::default(),
        first,
        last: None,
        after: None,
        limit,
    };
    let amounts =
        |sums: &BadDebtSums| [sums.written_off, sums.taken_back, sums.recovered, sums.lost];
    let row = |texts: [&str; 4]| texts.map(dec);

    let found = ask!(world, build, books, bad_debts(query(on(1, 31), None, 9)));
    assert_eq!(found.bad_debts.len(), 1);
    assert_eq!(
        amounts(&found.bad_debts[0].sums),
        row(["50", "0", "0", "50"])
    );
    let found = ask!(world, build, books, bad_debts(query(on(3, 31), None, 1)));
    let [bad_debt] = &found.bad_debts[..] else {
        panic!("{found:#?}")
    };
    assert_eq!(amounts(&bad_debt.sums), row(["50", "0", "20", "30"]));
    assert_eq!(bad_debt.customer_name.as_deref(), Some("Lost & Found"));
    assert_eq!(bad_debt.document_number.as_deref(), Some("IN-000001"));
    assert_eq!(bad_debt.reason.as_deref(), Some("insolvent"));
    assert_eq!(bad_debt.requested_by.as_deref(), Some("ann"));
    assert_eq!(bad_debt.approved_by.as_deref(), Some("bob"));
    assert_eq!(bad_debt.owner.as_deref(), Some("ann"));
    // The total is of both pages.
    assert_eq!(amounts(&found.totals[0]), row(["55", "0", "20", "35"]));
    let mut next = query(on(3, 31), None, 1);
    next.after = Some(bad_debt.cursor);
    let found = ask!(world, build, books, bad_debts(next));
    assert_eq!(amounts(&found.bad_debts[0].sums), row(["5", "0", "0", "5"]));
    // The payment bounced: it is owed again, and nothing was recovered.
    let found = ask!(world, build, books, bad_debts(query(on(4, 1), None, 1)));
    assert_eq!(
        amounts(&found.bad_debts[0].sums),
        row(["50", "20", "0", "30"])
    );
    let late = query(on(3, 31), Some(on(2, 1)), 9);
    let found = ask!(world, build, books, bad_debts(late));
    assert_eq!(amounts(&found.totals[0]), row(["5", "0", "0", "5"]));
}

#[tokio::test]
async fn an_event_that_names_what_is_not_there_is_set_aside_and_other_customers_go_on() {
    let mut world = World::new().await;
    let mut bad = Books::new("acme", 1);
    bad.invoice(&mut world, on(1, 1), &[(on(1, 15), "100")])
        .await;
    bad.deallocate(&mut world, 7, on(1, 2)).await;
    bad.payment(&mut world, on(1, 3), "100").await;
    let mut good = Books::new("acme", 2);
    good.invoice(&mut world, on(1, 1), &[(on(1, 15), "20")])
        .await;
    let build = world.receivables(100).await;
    let client = world.client().await;
    let sql = "select coalesce(reason, '') from projections.parked order by position";
    let rows = client.query(sql, &[]).await.unwrap();
    let reasons: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(reasons, ["there is no allocation 7", ""]);
    let sql = format!(
        "select sum(open)::text from {schema}.items",
        schema = build.schema
    );
    let open: String = client.query_one(&sql, &[]).await.unwrap().get(0);
    assert_eq!(open, "120");
}

#[tokio::test]
async fn what_comes_under_a_number_that_is_given_is_set_aside_in_one_batch_and_in_another() {
    let mut world = World::new().await;
    let mut books = Books::new("acme", 1);
    let debit = books
        .invoice(&mut world, on(1, 1), &[(on(1, 15), "100")])
        .await;
    let mut as_before = books.clone();
    let credit = books.payment(&mut world, on(1, 2), "40").await;
    // Another customer's, of whom an allocation comes twice.
    let mut other = Books::new("acme", 2);
    let owed = other
        .invoice(&mut world, on(1, 1), &[(on(1, 15), "7")])
        .await;
    let paid = other.payment(&mut world, on(1, 2), "6").await;
    let mut again = other.clone();
    other
        .allocate(&mut world, (paid, owed), on(1, 2), "1")
        .await;
    books
        .allocate(&mut world, (credit, debit), on(1, 2), "10")
        .await;
    as_before.payment(&mut world, on(1, 3), "5").await;
    again
        .allocate(&mut world, (paid, owed), on(1, 3), "2")
        .await;
    // A third one's, with two payments of one id.
    let mut third = Books::new("acme", 3);
    third.payment(&mut world, on(1, 2), "3").await;
    third.repeat_document();
    third.payment(&mut world, on(1, 3), "4").await;
    for batch in [1, 100] {
        let build = world.receivables(batch).await;
        let client = world.client().await;
        let sql = "select key from projections.parked where build = $1 order by position";
        let parked = client.query(sql, &[&build.id.0]).await.unwrap();
        let parked: Vec<String> = parked.iter().map(|row| row.get(0)).collect();
        let key = |books: &Books| format!("acme/{}", books.customer);
        assert_eq!(
            parked,
            [key(&books), key(&other), key(&third)],
            "{batch} at once"
        );
        let sql = format!(
            "select string_agg(open::text, ' ' order by customer, item) from {}.items",
            build.schema
        );
        let open: String = client.query_one(&sql, &[]).await.unwrap().get(0);
        assert_eq!(open, "90 -30 6 -5 -3", "{batch} at once");
    }
}

#[tokio::test]
async fn what_is_written_of_an_invoice_is_the_same_whichever_event_comes_first() {
    let mut world = World::new().await;
    let mut books = Books::new("acme", 1);
    books
        .invoice(&mut world, on(1, 1), &[(on(1, 31), "100")])
        .await;
    let first = world.receivables(100).await;
    let client = world.client().await;
    let row = async |schema: &str| -> String {
        let sql = format!(
            "select (d - 'recorded_at')::text from (select to_jsonb(d) d from {schema}.documents d) x"
        );
        client.query_one(&sql, &[]).await.unwrap().get(0)
    };
    let before = row(&first.schema).await;
    // The two events change places; nothing else reads this log.
    let swap = "update log_sales.events set position = case position when 1 then -2 else -1 end;
                update log_sales.events set position = -position;";
    client.batch_execute(swap).await.unwrap();
    for batch in [1, 100] {
        let build = world.receivables(batch).await;
        assert_eq!(row(&build.schema).await, before);
    }
}

#[tokio::test]
async fn documents_of_two_kinds_may_have_one_id() {
    let mut world = World::new().await;
    let mut books = Books::new("acme", 1);
    let paid = books.payment(&mut world, on(1, 2), "40").await;
    books.repeat_document();
    let owed = books
        .invoice(&mut world, on(1, 3), &[(on(1, 31), "100")])
        .await;
    let voided = books
        .invoice(&mut world, on(1, 4), &[(on(1, 31), "7")])
        .await;
    books.repeat_document();
    let kept = books.payment(&mut world, on(1, 5), "6").await;
    assert_eq!(books.document_of(paid), books.document_of(owed));
    assert_eq!(books.document_of(voided), books.document_of(kept));
    books.bounce(&mut world, paid, on(1, 6)).await;
    books.void(&mut world, voided, on(1, 7)).await;
    let query = statement(&books, None, on(1, 31));
    let open = OpenItemsQuery {
        dates: dates(on(1, 31), None),
        filter: Filter::default(),
        limits: vec![30],
        buckets: vec![],
        kinds: vec![],
        after: None,
        limit: 100,
    };
    for batch in [1, 100] {
        let build = world.receivables(batch).await;
        let client = world.client().await;
        let sql = format!(
            "select string_agg(concat_ws(' ', kind, number, amount, ended_on), ', '
                               order by document, dated) from {}.documents",
            build.schema
        );
        let documents: String = client.query_one(&sql, &[]).await.unwrap().get(0);
        assert_eq!(
            documents,
            "payment PY-2024-00001 40 2024-01-06, instalment IN-000001 100, \
             instalment IN-000002 7 2024-01-07, payment PY-2024-00002 6",
            "{batch} at once"
        );
        let found = ask!(world, build, books, statement(query));
        let numbers = found.movements.iter().map(|line| {
            let number = line.document_number.as_deref().unwrap();
            (number, line.amount)
        });
        assert_eq!(
            numbers.collect::<Vec<_>>(),
            [
                ("PY-2024-00001", dec("-40")),
                ("IN-000001", dec("100")),
                ("IN-000002", dec("7")),
                ("PY-2024-00002", dec("-6")),
                ("PY-2024-00001", dec("40")),
                ("IN-000002", dec("-7")),
            ]
        );
        let (listed, _) = ask!(world, build, books, open_items(open));
        let listed = listed.iter().map(|item| {
            let number = item.document_number.as_deref().unwrap();
            (number, item.open)
        });
        assert_eq!(
            listed.collect::<Vec<_>>(),
            [("PY-2024-00002", dec("-6")), ("IN-000001", dec("100"))]
        );
        let sql = format!(
            "select string_agg(open::text, ' ' order by item) from {}.items",
            build.schema
        );
        let open: String = client.query_one(&sql, &[]).await.unwrap().get(0);
        assert_eq!(open, "0 100 0 -6", "{batch} at once");
    }
}
