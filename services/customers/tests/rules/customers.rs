//! C-01: registering and editing customers.

use std::collections::BTreeSet;

use guanxi_customers::domain::{
    Customer, Pool,
    customer::{Command, FirstHolder, Holder, normalised_tax_id},
};
use guanxi_decider::{Decider, Numbered, UniqueKey, testing::Scenario};
use guanxi_events::customers::{
    Changed, CustomerChange, CustomerEvent, CustomerField, CustomerKind, CustomerProfile,
    CustomerProfileChanged, PoolClosed, PoolEntry,
};

use crate::fixtures::{
    ACME, GLOBEX, NOON, POOL, at, company, opened, person, registered, registered_as, strict,
};

fn register(profile: CustomerProfile) -> Command {
    Command::Register {
        profile: Box::new(profile),
        holder: FirstHolder::Registrant,
    }
}

fn update<const N: usize>(profile: CustomerProfile, fields: [CustomerField; N]) -> Command {
    Command::Update {
        profile: Box::new(profile),
        fields: BTreeSet::from(fields),
    }
}

fn with_tax_id(tax_id: &str) -> CustomerProfile {
    CustomerProfile {
        tax_id: Some(tax_id.to_owned()),
        ..company("Acme")
    }
}

fn tax_key(value: &str) -> Vec<UniqueKey> {
    vec![UniqueKey {
        kind: "tax_id",
        value: value.to_owned(),
    }]
}

#[test]
fn whoever_registers_a_customer_owns_it() {
    Scenario::<Customer>::new(ACME)
        .by("bob")
        .when(register(company("Acme")))
        .then([registered("bob")]);
}

#[test]
fn a_customer_draws_its_number_from_the_series_cu() {
    let decision = Scenario::<Customer>::new(ACME)
        .when(register(company("Acme")))
        .decision();
    assert_eq!(decision.events[0].1, ["CU"]);
    let state = Customer::evolve(Default::default(), &decision.events[0].0);
    let number = |series| Numbered { series, number: 7 };
    assert_eq!(
        Customer::numbered(state.clone(), number("CU")).number,
        Some(7)
    );
    assert_eq!(Customer::numbered(state, number("QT")).number, None);
}

#[test]
fn an_agent_registers_for_no_one_else_but_managers_and_the_importer_do() {
    let for_bob = || Command::Register {
        profile: Box::new(company("Acme")),
        holder: FirstHolder::Person(person("bob")),
    };
    let anna = || Scenario::<Customer>::new(ACME);
    anna().when(for_bob()).then_refused("NOT_OWNER");
    anna().by("bob").when(for_bob()).then([registered("bob")]);
    anna()
        .by_manager()
        .when(for_bob())
        .then([registered("bob")]);
    anna()
        .by_importer()
        .when(for_bob())
        .then([registered("bob")]);
}

#[test]
fn a_customer_may_be_registered_right_into_an_open_pool() {
    let into_pool = || Command::Register {
        profile: Box::new(company("Acme")),
        holder: FirstHolder::Pool(POOL),
    };
    let decision = Scenario::<Customer>::new(ACME)
        .reading::<Pool>(POOL, [opened(strict())])
        .when(into_pool())
        .decision();
    let (entered, numbers) = &decision.events[1];
    let CustomerEvent::EnteredPool(entered) = entered else {
        panic!("{entered:?}");
    };
    assert_eq!(decision.events[0].0, registered_as(company("Acme"), None));
    assert_eq!(decision.events[0].1, ["CU"]);
    assert!(numbers.is_empty());
    assert_eq!(
        (
            entered.pool,
            entered.entry,
            entered.entered_at,
            entered.pool_version
        ),
        (POOL, PoolEntry::Imported, at(NOON), 1)
    );

    let closed = PoolClosed {
        reason: "merged".to_owned(),
    };
    Scenario::<Customer>::new(ACME)
        .reading::<Pool>(POOL, [opened(strict()), closed.into()])
        .when(into_pool())
        .then_refused("POOL_CLOSED");
    Scenario::<Customer>::new(ACME)
        .when(into_pool())
        .then_refused("NOT_FOUND");
}

#[test]
fn an_id_is_registered_once() {
    Scenario::<Customer>::new(ACME)
        .given([registered("anna")])
        .when(register(company("Acme")))
        .then_refused("CUSTOMER_EXISTS");
}

#[test]
fn nothing_is_done_to_a_customer_that_does_not_exist() {
    for command in [
        update(company("Acme"), [CustomerField::Name]),
        Command::SetPrimaryContact { contact: None },
        Command::Transfer {
            to: person("bob"),
            reason: None,
        },
        Command::Claim {
            pool: POOL,
            by: person("anna"),
        },
        Command::Assign {
            pool: POOL,
            to: person("bob"),
            reason: None,
        },
        Command::Release {
            pool: POOL,
            entry: PoolEntry::Released,
            reason: None,
        },
    ] {
        Scenario::<Customer>::new(ACME)
            .when(command)
            .then_refused("NOT_FOUND");
    }
}

#[test]
fn all_fields_that_contradict_each_other_are_named_at_once() {
    let profile = CustomerProfile {
        birthday: Some("2027-01-01".parse().unwrap()),
        founded_year: Some(2027),
        parent: Some(ACME),
        referrer: Some(ACME),
        tax_id: Some("1-2-3".to_owned()),
        ..company("Acme")
    };
    Scenario::<Customer>::new(ACME)
        .when(register(profile))
        .then_invalid([
            "profile.birthday",
            "profile.birthday",
            "profile.founded_year",
            "profile.parent_id",
            "profile.referrer_id",
            "profile.tax_id",
        ]);
    let person = CustomerProfile {
        founded_year: Some(1990),
        employees: Some(3),
        ..CustomerProfile::named(CustomerKind::Person, "Wu Mei")
    };
    Scenario::<Customer>::new(ACME)
        .when(register(person))
        .then_invalid(["profile.founded_year", "profile.employees"]);
}

#[test]
fn a_tax_id_is_compared_without_case_width_and_punctuation() {
    assert_eq!(normalised_tax_id("de 123.456-7"), "DE1234567");
    assert_eq!(normalised_tax_id("ＤＥ１２３４５６７"), "DE1234567");
}

#[test]
fn a_tax_id_is_claimed_given_back_and_left_alone_when_only_its_spelling_changes() {
    let decision = Scenario::<Customer>::new(ACME)
        .when(register(with_tax_id("de 123")))
        .decision();
    assert_eq!(decision.claims, tax_key("DE123"));

    let edit = |profile| {
        Scenario::<Customer>::new(ACME)
            .given([registered_as(with_tax_id("DE123"), Some("anna"))])
            .when(update(profile, [CustomerField::TaxId]))
            .decision()
    };
    let moved = edit(with_tax_id("FR999"));
    assert_eq!(
        (moved.releases, moved.claims),
        (tax_key("DE123"), tax_key("FR999"))
    );
    let removed = edit(company("Acme"));
    assert_eq!(
        (removed.releases, removed.claims),
        (tax_key("DE123"), vec![])
    );
    let respelt = edit(with_tax_id("DE-123"));
    assert_eq!((respelt.releases, respelt.claims), (vec![], vec![]));
    assert_eq!(respelt.events.len(), 1);
}

#[test]
fn an_edit_keeps_what_was_there_before_and_touches_only_the_named_fields() {
    let given = CustomerProfile {
        industry: Some("retail".to_owned()),
        ..company("Acme Ltd")
    };
    Scenario::<Customer>::new(ACME)
        .given([registered("anna")])
        .when(update(given, [CustomerField::Name, CustomerField::Region]))
        .then([CustomerProfileChanged {
            changes: vec![CustomerChange::Name(Changed {
                from: "Acme".to_owned(),
                to: "Acme Ltd".to_owned(),
            })],
        }
        .into()]);
}

#[test]
fn an_edit_that_changes_nothing_is_accepted_and_writes_nothing() {
    Scenario::<Customer>::new(ACME)
        .given([registered("anna")])
        .when(update(company("Acme"), [CustomerField::Name]))
        .then_nothing();
}

#[test]
fn a_customer_is_edited_by_its_owner_or_a_manager() {
    let edit = || update(company("Acme Ltd"), [CustomerField::Name]);
    let owned_by_bob = || Scenario::<Customer>::new(ACME).given([registered("bob")]);
    owned_by_bob().when(edit()).then_refused("NOT_OWNER");
    assert_eq!(
        owned_by_bob()
            .by("bob")
            .when(edit())
            .decision()
            .events
            .len(),
        1
    );
    assert_eq!(
        owned_by_bob()
            .by_manager()
            .when(edit())
            .decision()
            .events
            .len(),
        1
    );
}

#[test]
fn an_edit_is_checked_as_the_whole_that_it_makes() {
    let person = CustomerProfile {
        birthday: Some("1990-05-01".parse().unwrap()),
        ..CustomerProfile::named(CustomerKind::Person, "Wu Mei")
    };
    Scenario::<Customer>::new(ACME)
        .given([registered_as(person, Some("anna"))])
        .when(update(company("Wu Mei"), [CustomerField::Kind]))
        .then_invalid(["profile.birthday"]);
}

#[test]
fn a_parent_exists_is_a_company_and_no_subsidiary_of_its_own() {
    let child = || CustomerProfile {
        parent: Some(GLOBEX),
        ..company("Acme")
    };
    let globex = |profile| registered_as(profile, Some("bob"));
    let register_below = |profile| {
        Scenario::<Customer>::new(ACME)
            .reading::<Customer>(GLOBEX, [globex(profile)])
            .when(register(child()))
    };
    Scenario::<Customer>::new(ACME)
        .when(register(child()))
        .then_refused("NOT_FOUND");
    register_below(CustomerProfile::named(CustomerKind::Person, "Wu"))
        .then_refused("PARENT_NOT_A_COMPANY");
    register_below(CustomerProfile {
        parent: Some(ACME),
        ..company("Globex")
    })
    .then_refused("PARENT_IS_A_SUBSIDIARY");
    register_below(company("Globex")).then([registered_as(child(), Some("anna"))]);
}

#[test]
fn a_referrer_exists() {
    let referred = CustomerProfile {
        referrer: Some(GLOBEX),
        ..company("Acme")
    };
    Scenario::<Customer>::new(ACME)
        .given([registered("anna")])
        .when(update(referred, [CustomerField::Referrer]))
        .then_refused("NOT_FOUND");
}

#[test]
fn a_registration_is_dated_by_the_caller_within_limits() {
    let decision = Scenario::<Customer>::new(ACME)
        .dated("2026-01-10T08:00:00Z")
        .when(register(company("Acme")))
        .decision();
    assert_eq!(decision.occurred_at, Some(at("2026-01-10T08:00:00Z")));
    Scenario::<Customer>::new(ACME)
        .dated("2017-01-10T08:00:00Z")
        .when(register(company("Acme")))
        .then_refused("BACKDATED_TOO_FAR");
    Scenario::<Customer>::new(ACME)
        .dated("2026-01-15T12:05:00Z")
        .when(register(company("Acme")))
        .then_refused("DATED_IN_THE_FUTURE");
}

#[test]
fn what_holds_a_customer_follows_from_its_events() {
    let state = Scenario::<Customer>::new(ACME)
        .by("bob")
        .when(register(company("Acme")))
        .state();
    assert_eq!(
        state.holder,
        Holder::Owner {
            person: person("bob"),
            origin: None
        }
    );
    assert_eq!(state.owner(), Some(&person("bob")));
}
