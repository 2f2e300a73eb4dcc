//! A counter for tests: a program with its rules and its members, on which commands are run as the
//! runtime runs them: what is overdue first, then the decision, everything in one append.

use std::{collections::HashMap, sync::Arc};

use guanxi_decider::{Actor, AnyState, Context, Decider, DynDecider, DynEvent, Home, Refusal};
use guanxi_events::{
    Category, DomainEvent,
    customers::CustomerId,
    loyalty::{
        EarningFormula, EarningRule, EarningRulesSet, HolderEvent, HolderJoined, MemberEnrolled,
        MemberEvent, MemberId, MemberStatus, PaymentKind, PaymentPart, PointsEvent, PointsRounding,
        ProgramEvent, ProgramId, ProgramOpened, ProgramRules, PurchaseId, PurchaseLine,
    },
};
use iso_currency::Currency;
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    earning_rules::EarningRules,
    holder::Holder,
    member::Member,
    points::{Ledger, PointsAccount},
    program::Program,
    purchase::{Back, Command as PurchaseCommand, Found, Purchase, Record},
};

pub(super) const PROGRAM: ProgramId = ProgramId(Uuid::from_u128(1));
pub(super) const ANNE: MemberId = MemberId(Uuid::from_u128(2));
pub(super) const BEN: MemberId = MemberId(Uuid::from_u128(3));
pub(super) const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(4));

/// A program of two members, Anne (who is [`CUSTOMER`]) and Ben, on 1 January 2026 at noon UTC.
pub(super) struct Counter {
    pub(super) now: Timestamp,
    pub(super) person: &'static str,
    /// When the next commands happened, if not now.
    pub(super) dated: Option<Timestamp>,
    states: HashMap<(Category, Uuid), AnyState>,
    /// The events of each account, in order.
    pub(super) booked: HashMap<Uuid, Vec<PointsEvent>>,
    next: u128,
}

/// The rules of a counter: points are active at once and never expire.
pub(super) fn rules() -> ProgramRules {
    super::program::tests::rules()
}

/// One point for each euro, 1.75 for shoes.
pub(super) fn earning() -> EarningRulesSet {
    let rule = |key: &str, priority, points| EarningRule {
        key: key.into(),
        priority,
        formula: EarningFormula::Spend {
            points,
            per: Decimal::ONE,
            tier_factor: true,
        },
        conditions: Default::default(),
        last: false,
        tier_points: true,
    };
    let mut shoes = rule("shoes", 20, dec("0.75"));
    shoes.conditions.categories = vec!["shoes".into()];
    EarningRulesSet {
        version: 1,
        rules: vec![rule("base", 10, Decimal::ONE), shoes],
        rounding: PointsRounding::Down,
        paid_by: vec![PaymentKind::Cash, PaymentKind::Card],
        caps: Default::default(),
    }
}

impl Counter {
    pub(super) fn new(rules: ProgramRules) -> Self {
        let mut counter = Self {
            now: "2026-01-01T12:00:00Z".parse().unwrap(),
            person: "mara",
            dated: None,
            states: HashMap::new(),
            booked: HashMap::new(),
            next: 1000,
        };
        let opened = ProgramEvent::from(ProgramOpened { shop: None, rules });
        counter.happened::<Program>(PROGRAM, opened);
        counter.happened::<EarningRules>(PROGRAM, earning());
        for (member, customer) in [(ANNE, Some(CUSTOMER)), (BEN, None)] {
            let enrolled = MemberEvent::from(MemberEnrolled {
                member,
                program: PROGRAM,
                customer,
                status: MemberStatus::Active,
                on: "2020-01-01".parse().unwrap(),
                shop: None,
                referrer: None,
                keys: Default::default(),
            });
            counter.happened::<Member>(member, enrolled);
        }
        let joined = HolderJoined {
            program: PROGRAM,
            member: ANNE,
        };
        counter.happened::<Holder>(CUSTOMER, HolderEvent::from(joined));
        counter
    }

    pub(super) fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    /// This has happened.
    pub(super) fn happened<D: Decider>(&mut self, id: impl Into<Uuid>, event: impl Into<D::Event>) {
        self.write(DynDecider::of::<D>(), id.into(), &[Arc::new(event.into())]);
    }

    fn write(&mut self, decider: DynDecider, id: Uuid, events: &[Arc<dyn DynEvent>]) {
        let key = (decider.category(), id);
        let before = self.states.remove(&key);
        let before = before.unwrap_or_else(|| decider.initial());
        let refs: Vec<&dyn DynEvent> = events.iter().map(AsRef::as_ref).collect();
        self.states.insert(key, decider.evolve(before, &refs));
        for event in events {
            if let Some(event) = event.as_any().downcast_ref::<PointsEvent>() {
                self.booked.entry(id).or_default().push(event.clone());
            }
        }
    }

    pub(super) fn state<D: Decider>(&self, id: impl Into<Uuid>) -> D::State {
        let state = self.states.get(&(D::Event::CATEGORY, id.into())).cloned();
        let state = state.and_then(|state| state.downcast::<D::State>().ok());
        state.map(Arc::unwrap_or_clone).unwrap_or_default()
    }

    pub(super) fn ledger(&self, member: MemberId) -> Ledger {
        self.state::<PointsAccount>(member)
    }

    /// Time goes on; what is due by then happens.
    pub(super) fn wait(&mut self, days: i64) {
        self.now += (days * 24).hours();
        for member in [ANNE, BEN] {
            self.wake(member);
        }
    }

    pub(super) fn wake(&mut self, member: MemberId) {
        let decider = DynDecider::of::<PointsAccount>();
        let state: AnyState = Arc::new(self.ledger(member));
        let overdue = decider.overdue(state, self.now);
        assert!(!overdue.stuck);
        let events: Vec<_> = overdue.events.into_iter().map(|(_, event)| event).collect();
        self.write(decider, member.0, &events);
    }

    /// Runs a command as the runtime does.
    pub(super) fn run<D: Decider>(
        &mut self,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Result<Vec<D::Event>, Refusal> {
        let id = id.into();
        let actor = Actor {
            person: self.person.parse().unwrap(),
            may_backdate: true,
            manages: true,
        };
        let mut context = Context::new(
            "acme".parse().unwrap(),
            id,
            actor,
            self.now,
            Home::default(),
        );
        context.requested_at = self.dated;
        let mut overdue: HashMap<(Category, Uuid), Vec<Arc<dyn DynEvent>>> = HashMap::new();
        let own = self.load(DynDecider::of::<D>(), id, &mut overdue);
        let own = Arc::unwrap_or_clone(own.downcast::<D::State>().unwrap());
        for (decider, other) in D::reads(&own, command).by(id) {
            let state = self.load(decider, other, &mut overdue);
            context.add_if_absent(decider.category(), other, state);
        }
        for (decider, other) in D::reads_further(&own, command, &context).by(id) {
            let state = self.load(decider, other, &mut overdue);
            context.add_if_absent(decider.category(), other, state);
        }
        let decision = D::decide(&own, command, &context)?;
        let mut writes: Vec<(DynDecider, Uuid, Arc<dyn DynEvent>)> = Vec::new();
        let deciders = [
            DynDecider::of::<PointsAccount>(),
            DynDecider::of::<Member>(),
            DynDecider::of::<super::points_batch::PointsBatch>(),
        ];
        for (event, _) in &decision.events {
            writes.push((DynDecider::of::<D>(), id, Arc::new(event.clone())));
        }
        for other in &decision.elsewhere {
            let decider = deciders
                .into_iter()
                .find(|d| d.category() == other.category);
            writes.push((decider.unwrap(), other.id, other.event.clone()));
        }
        assert!(writes.len() <= 1000, "a decision has at most 1000 events");
        for (decider, stream, event) in writes {
            if let Some(due) = overdue.remove(&(decider.category(), stream)) {
                self.write(decider, stream, &due);
            }
            self.write(decider, stream, &[event]);
        }
        Ok(decision
            .events
            .into_iter()
            .map(|(event, _)| event)
            .collect())
    }

    fn load(
        &self,
        decider: DynDecider,
        id: Uuid,
        overdue: &mut HashMap<(Category, Uuid), Vec<Arc<dyn DynEvent>>>,
    ) -> AnyState {
        let key = (decider.category(), id);
        let state = self.states.get(&key).cloned();
        let due = decider.overdue(state.unwrap_or_else(|| decider.initial()), self.now);
        let events = due.events.into_iter().map(|(_, event)| event).collect();
        overdue.insert(key, events);
        due.state
    }

    /// A member buys for so much cash at a till.
    pub(super) fn buys(&mut self, member: MemberId, amount: Decimal) -> PurchaseId {
        self.buys_lines(Some(member), vec![line(None, Decimal::ONE, amount)])
    }

    /// Somebody buys these lines for cash.
    pub(super) fn buys_lines(
        &mut self,
        member: Option<MemberId>,
        lines: Vec<PurchaseLine>,
    ) -> PurchaseId {
        let id = self.id();
        let record = record(member, lines);
        self.run::<Purchase>(id, &PurchaseCommand::Record(record))
            .unwrap();
        PurchaseId(id)
    }

    /// Something comes back to the till.
    pub(super) fn returns(&mut self, purchase: PurchaseId, what: Back) -> Result<(), Refusal> {
        let credit = self.id();
        let command = PurchaseCommand::Return {
            credit,
            what,
            reason: None,
        };
        self.run::<Purchase>(purchase, &command).map(drop)
    }
}

/// What a till says of a purchase that was paid in cash.
pub(super) fn record(member: Option<MemberId>, lines: Vec<PurchaseLine>) -> Record {
    let amount = lines.iter().map(|line| line.amount).sum();
    Record {
        program: PROGRAM,
        wanted: Default::default(),
        member: member.map(|member| Found {
            member,
            by: guanxi_events::loyalty::MatchedBy::Member,
        }),
        card: None,
        shop: None,
        reference: None,
        currency: Currency::EUR,
        lines,
        payments: vec![PaymentPart {
            kind: PaymentKind::Cash,
            amount,
        }],
    }
}

pub(super) fn line(category: Option<&str>, quantity: Decimal, amount: Decimal) -> PurchaseLine {
    PurchaseLine {
        item: "goods".into(),
        category: category.map(ToOwned::to_owned),
        quantity,
        amount,
    }
}

/// A number as people write it.
pub(super) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}
