//! Random stories of all four services: what is told, and what it should count as.

use guanxi_dashboards::Figure;
use guanxi_events::{
    CustomerCopied, DomainEvent, Money, PersonId, TenantId,
    customers::{
        Changed, CustomerAssigned, CustomerClaimed, CustomerEnteredPool, CustomerEvent,
        CustomerKind, CustomerOwnerChanged, CustomerProfile, CustomerRegistered,
        FollowUpBecameOverdue, FollowUpCancelled, FollowUpDone, FollowUpEvent, FollowUpPlanned,
        FollowUpRescheduled, InteractionAmended, InteractionChange, InteractionDetails,
        InteractionEvent, InteractionKind, InteractionRecorded, PoolEntry, Schedule,
    },
    loyalty::{
        ContactKeys, MemberEnrolled, MemberEvent, MemberStatus, PointsEvent,
        points::{EarnedBy, LotNo, PointsEarned, PointsSource, PointsSpent, ProgramVersion},
    },
    sales::{
        AccountEvent, Billed, CustomerCopyEvent, InvoiceCancelled, InvoiceEvent, InvoiceIssued,
        LineQuantity, OpportunityAssigned, OpportunityDetails, OpportunityEvent, OpportunityLost,
        OpportunityOpened, OpportunityReopened, OpportunityWon, OrderConfirmed, OrderEvent,
        OrderLinesChanged, OrderPlaced, PaymentMethod, PipelineVersion, RefundAs, ReturnEvent,
        ReturnLine, ReturnReceived, ReturnRequested, SaleLine, StageEntry, TaxTotal,
        account::{Booked, ItemNo, PaymentReceived},
    },
    service::{
        Channel, Priority, QueueVersion, SlaClock, SlaPolicyVersion, TicketDetails, TicketEvent,
        TicketKind,
        ticket::{
            Given, Reopened, SlaRung, SlaTerms, SlaTold, TicketAssigned, TicketOpened,
            TicketReopened, TicketResolved, TicketSlaBreachWithdrawn, TicketSlaBreached,
        },
    },
};
use iso_currency::Currency;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use rand::{RngExt, rngs::StdRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    oracle::{Thing, When},
    world::World,
};

/// Who tells it all.
pub(crate) struct Teller<'a> {
    pub(crate) world: World,
    pub(crate) rng: &'a mut StdRng,
    pub(crate) things: Vec<Thing>,
    pub(crate) tenant: &'static str,
    /// Whose work is at hand.
    id: u128,
}

impl<'a> Teller<'a> {
    pub(crate) async fn new(rng: &'a mut StdRng) -> Self {
        Self {
            world: World::new().await,
            rng,
            things: Vec::new(),
            tenant: "acme",
            id: 0,
        }
    }

    /// Both tenants' stories, under the same ids.
    pub(crate) async fn all(&mut self, rounds: u128) {
        for tenant in ["acme", "bolt"] {
            self.tenant = tenant;
            for n in 0..rounds {
                self.id = n + 1;
                self.customer().await;
                self.interaction().await;
                self.follow_up().await;
                self.opportunity().await;
                self.order().await;
                self.invoice().await;
                self.payment().await;
                self.goods().await;
                self.ticket().await;
                self.member().await;
            }
        }
    }

    async fn tell<E: DomainEvent>(&mut self, event: impl Into<E>, at: Timestamp) {
        let tenant: TenantId = self.tenant.parse().unwrap();
        let id = Uuid::from_u128(self.id);
        self.world.append::<E>(&tenant, id, event, at).await;
    }

    fn count(&mut self, figure: Figure, when: When, owner: &str, detail: &str) {
        self.worth(figure, when, owner, (Decimal::ZERO, ""));
        self.things.last_mut().unwrap().detail = detail.to_owned();
    }

    fn worth(&mut self, figure: Figure, when: When, owner: &str, much: (Decimal, &'static str)) {
        self.things.push(Thing {
            tenant: self.tenant,
            figure,
            when,
            owner: owner.to_owned(),
            detail: String::new(),
            amount: much.0,
            currency: much.1,
        });
    }

    fn at(&mut self) -> Timestamp {
        let quarters = self.rng.random_range(0..4 * 24 * 20);
        let within = self.rng.random_range(0..900);
        Timestamp::from_second(1_700_000_000 / 900 * 900 + quarters * 900 + within).unwrap()
    }

    fn day(&mut self) -> Date {
        self.at().to_zoned(TimeZone::UTC).date()
    }

    fn person(&mut self) -> &'static str {
        ["ann", "bob"][self.rng.random_range(0..2)]
    }

    fn cents(&mut self) -> Decimal {
        Decimal::new(self.rng.random_range(1..100_000), 2)
    }

    fn chance(&mut self) -> bool {
        self.rng.random_bool(0.5)
    }

    async fn customer(&mut self) {
        let at = self.at();
        let owner = self.person();
        let owned = self.chance();
        let profile = CustomerProfile::named(CustomerKind::Company, "Silk Road");
        let registered = CustomerRegistered {
            profile,
            owner: owned.then(|| person(owner)),
        };
        self.tell::<CustomerEvent>(registered, at).await;
        let first = if owned { owner } else { "" };
        self.count(Figure::CustomersRegistered, When::At(at), first, "");
        let pool = Uuid::from_u128(1).into();
        let entered = CustomerEnteredPool {
            pool,
            pool_version: 1,
            entry: if owned { PoolEntry::Released } else { PoolEntry::Imported },
            entered_at: at,
            last_owner: owned.then(|| person(owner)),
            reason: None,
        };
        self.tell::<CustomerEvent>(entered, at).await;
        if owned {
            self.count(Figure::CustomersPooled, When::At(at), owner, "");
        }
        let (at, to) = (self.at(), self.person());
        if self.chance() {
            let claimed = CustomerClaimed {
                pool,
                pool_version: 1,
                by: person(to),
            };
            self.tell::<CustomerEvent>(claimed, at).await;
            self.count(Figure::CustomersClaimed, When::At(at), to, "");
        } else {
            let assigned = CustomerAssigned {
                pool,
                pool_version: 1,
                to: person(to),
                reason: None,
            };
            self.tell::<CustomerEvent>(assigned, at).await;
            self.count(Figure::CustomersAssigned, When::At(at), to, "");
        }
        if self.chance() {
            let handed = CustomerOwnerChanged {
                from: person(to),
                to: person("cid"),
                reason: None,
            };
            self.tell::<CustomerEvent>(handed, at).await;
            self.count(Figure::CustomersHandedOver, When::At(at), "cid", "");
        }
    }

    async fn interaction(&mut self) {
        let (mut at, mut staff, told_at) = (self.at(), self.person(), self.at());
        let details = InteractionDetails {
            customer: Uuid::from_u128(self.id).into(),
            contact: None,
            kind: InteractionKind::Visit,
            direction: None,
            started_at: at,
            duration_minutes: None,
            summary: "tea".into(),
            staff: person(staff),
            outcome: None,
            next_action: None,
            opportunity: None,
            ticket: None,
            campaign: None,
        };
        let recorded = InteractionRecorded {
            details,
            follow_up: None,
        };
        self.tell::<InteractionEvent>(recorded, told_at).await;
        if self.chance() {
            let (other, another) = (self.at(), self.person());
            let amended = InteractionAmended {
                changes: vec![
                    InteractionChange::StartedAt(Changed { from: at, to: other }),
                    InteractionChange::Staff(Changed {
                        from: person(staff),
                        to: person(another),
                    }),
                ],
                reason: "a slip".into(),
            };
            self.tell::<InteractionEvent>(amended, told_at).await;
            (at, staff) = (other, another);
        }
        self.count(Figure::Interactions, When::At(at), staff, "visit");
    }

    async fn follow_up(&mut self) {
        let (mut at, who, told_at) = (self.at(), self.person(), self.at());
        let schedule = |planned_at| Schedule {
            planned_at,
            duration_minutes: 30,
            remind_before_minutes: Default::default(),
            reminders: Default::default(),
        };
        let planned = FollowUpPlanned {
            customer: Uuid::from_u128(self.id).into(),
            contact: None,
            kind: InteractionKind::Call,
            person: person(who),
            planner: person("ann"),
            subject: "call back".into(),
            note: None,
            opportunity: None,
            schedule: schedule(at),
        };
        self.tell::<FollowUpEvent>(planned, told_at).await;
        if self.chance() {
            let due_at = at + SignedDuration::from_mins(30);
            let overdue = FollowUpBecameOverdue {
                due_at,
                person: person(who),
            };
            self.tell::<FollowUpEvent>(overdue, told_at).await;
            self.count(Figure::FollowUpsOverdue, When::At(due_at), who, "call");
        }
        if self.chance() {
            let other = self.at();
            let moved = FollowUpRescheduled {
                from: at,
                schedule: schedule(other),
                reason: None,
            };
            self.tell::<FollowUpEvent>(moved, told_at).await;
            at = other;
        }
        match self.rng.random_range(0..3) {
            0 => {
                let reason = "no need".into();
                self.tell::<FollowUpEvent>(FollowUpCancelled { reason }, told_at).await;
                return;
            }
            1 => {
                let interaction = Uuid::from_u128(self.id).into();
                self.tell::<FollowUpEvent>(FollowUpDone { interaction }, told_at).await;
                self.count(Figure::FollowUpsDone, When::At(told_at), who, "call");
            }
            _ => {}
        }
        self.count(Figure::FollowUpsDue, When::At(at), who, "call");
    }

    async fn opportunity(&mut self) {
        let (at, mut who) = (self.at(), self.person());
        let worth = self.cents();
        let entry = |at| StageEntry {
            stage: "closing".parse().unwrap(),
            probability: 50,
            at,
            by: person("ann"),
        };
        let pipeline = PipelineVersion {
            id: Uuid::from_u128(7).into(),
            version: 1,
        };
        let opened = OpportunityOpened {
            pipeline,
            entry: entry(at),
            details: OpportunityDetails {
                title: "deal".into(),
                amount: Some(usd(worth)),
                ..OpportunityDetails::default()
            },
            owner: person(who),
            team: None,
            lines: vec![],
        };
        self.tell::<OpportunityEvent>(opened, at).await;
        self.worth(Figure::OpportunitiesOpened, When::At(at), who, (worth, "USD"));
        if self.chance() {
            let assigned = OpportunityAssigned {
                owner: person("cid"),
                team: None,
                from_owner: person(who),
                from_team: None,
            };
            self.tell::<OpportunityEvent>(assigned, at).await;
            who = "cid";
        }
        for _ in 0..self.rng.random_range(0..3) {
            let at = self.at();
            let won = self.chance();
            let brought = self.cents();
            if won {
                let event = OpportunityWon {
                    pipeline,
                    entry: entry(at),
                    amount: usd(brought),
                    reason: "price".into(),
                };
                self.tell::<OpportunityEvent>(event, at).await;
            } else {
                let details = OpportunityDetails {
                    title: "deal".into(),
                    amount: Some(usd(brought)),
                    ..OpportunityDetails::default()
                };
                let changed = guanxi_events::sales::OpportunityChanged { details };
                self.tell::<OpportunityEvent>(changed, at).await;
                let reason = "budget".to_owned();
                let event = OpportunityLost {
                    pipeline,
                    entry: entry(at),
                    reason,
                };
                self.tell::<OpportunityEvent>(event, at).await;
            }
            if self.chance() {
                let figure = if won {
                    Figure::OpportunitiesWon
                } else {
                    Figure::OpportunitiesLost
                };
                self.worth(figure, When::At(at), who, (brought, "USD"));
                return;
            }
            let reopened = OpportunityReopened {
                pipeline,
                entry: entry(at),
                reason: "again".into(),
            };
            self.tell::<OpportunityEvent>(reopened, at).await;
        }
    }

    async fn order(&mut self) {
        let (who, told_at) = (self.person(), self.at());
        let mut worth = self.cents();
        let placed = OrderPlaced {
            customer: Uuid::from_u128(self.id).into(),
            currency: Currency::EUR,
            prices_include_tax: false,
            lines: vec![line(worth)],
            owner: person(who),
            team: None,
            terms: None,
            over_delivery_percent: Decimal::ZERO,
            reference: None,
        };
        self.tell::<OrderEvent>(placed, told_at).await;
        if self.chance() {
            return;
        }
        let at = self.at();
        self.tell::<OrderEvent>(OrderConfirmed {}, at).await;
        if self.chance() {
            worth = self.cents();
            let lines = vec![line(worth)];
            self.tell::<OrderEvent>(OrderLinesChanged { lines }, told_at).await;
        }
        // A tenth of it is tax.
        let much = (worth + tax(worth), "EUR");
        self.worth(Figure::OrdersConfirmed, When::At(at), who, much);
    }

    async fn invoice(&mut self) {
        let (who, on, told_at) = (self.person(), self.day(), self.at());
        let net = self.cents();
        let total = TaxTotal {
            rate: Decimal::TEN,
            net,
            tax: tax(net),
        };
        let issued = InvoiceIssued {
            customer: Uuid::from_u128(self.id).into(),
            subject: Billed::Lines(vec![]),
            on,
            billing: None,
            currency: Currency::EUR,
            totals: vec![total],
            terms: None,
            plan: None,
            owner: Some(person(who)),
            team: None,
            credit: None,
            granted: None,
        };
        self.tell::<InvoiceEvent>(issued, told_at).await;
        let much = (net + tax(net), "EUR");
        self.worth(Figure::Invoiced, When::On(on), who, much);
        if self.chance() {
            let day = self.day();
            let voided = InvoiceCancelled {
                customer: Uuid::from_u128(self.id).into(),
                on: day,
                reason: "wrong".into(),
            };
            self.tell::<InvoiceEvent>(voided, told_at).await;
            self.worth(Figure::InvoicesVoided, When::On(day), who, much);
        }
    }

    async fn payment(&mut self) {
        let told_at = self.at();
        let mut owner = "";
        for n in 0..self.rng.random_range(1..3_u128) {
            if self.chance() {
                owner = self.person();
                let copied = CustomerCopied {
                    name: "Silk Road".into(),
                    owner: Some(person(owner)),
                    ..CustomerCopied::default()
                };
                self.tell::<CustomerCopyEvent>(copied, told_at).await;
            }
            let (on, amount) = (self.day(), self.cents());
            let received = PaymentReceived {
                payment: Uuid::from_u128(self.id * 10 + n).into(),
                item: ItemNo(1),
                on,
                currency: Currency::CNY,
                rate: None,
                booked: Booked {
                    amount,
                    base: amount,
                },
                method: PaymentMethod::BankTransfer,
                reference: None,
                order: None,
            };
            self.tell::<AccountEvent>(received, told_at).await;
            self.worth(Figure::Received, When::On(on), owner, (amount, "CNY"));
        }
    }

    async fn goods(&mut self) {
        let (who, told_at) = (self.person(), self.at());
        let reasons = ["broken", "too small"];
        let lines = (1..).zip(reasons).map(|(line, reason)| ReturnLine {
            line,
            quantity: Decimal::ONE,
            reason: reason.into(),
        });
        let requested = ReturnRequested {
            order: Uuid::from_u128(self.id).into(),
            customer: Uuid::from_u128(self.id).into(),
            lines: lines.collect(),
            refund: RefundAs::CreditNote,
            by: person(who),
        };
        self.tell::<ReturnEvent>(requested, told_at).await;
        let at = self.at();
        for (line, reason) in (1..).zip(reasons) {
            if self.chance() {
                let quantity = Decimal::ONE;
                let lines = vec![LineQuantity { line, quantity }];
                self.tell::<ReturnEvent>(ReturnReceived { lines }, at).await;
                self.count(Figure::GoodsReturned, When::At(at), who, reason);
            }
        }
    }

    async fn ticket(&mut self) {
        let (at, who) = (self.at(), self.person());
        let queue = QueueVersion {
            id: Uuid::from_u128(1).into(),
            version: 1,
        };
        let opened = TicketOpened {
            at,
            details: TicketDetails {
                kind: TicketKind::Complaint,
                channel: Channel::Phone,
                subject: "broken".into(),
                category: None,
                customer: None,
                contact: None,
                order: None,
            },
            priority: Priority::High,
            queue,
            text: None,
            attachments: vec![],
            follow_up_of: None,
            replay: false,
        };
        self.tell::<TicketEvent>(opened, at).await;
        self.count(Figure::TicketsOpened, When::At(at), "", "complaint");
        let assigned = TicketAssigned {
            at,
            to: person(who),
            from: None,
            given: Given::ByHand,
            queue,
        };
        self.tell::<TicketEvent>(assigned, at).await;
        if self.chance() {
            self.miss(who, queue).await;
        }
        for resolution in 1..=self.rng.random_range(1..3) {
            let at = self.at();
            let resolved = TicketResolved {
                at,
                resolution,
                agent: person(who),
                text: None,
                queue,
                reopen_until: at,
                close_at: None,
                rating: None,
            };
            self.tell::<TicketEvent>(resolved, at).await;
            self.count(Figure::TicketsResolved, When::At(at), who, "complaint");
            let at = self.at();
            let reopened = TicketReopened {
                at,
                because: Reopened::ByHand,
                reason: None,
            };
            self.tell::<TicketEvent>(reopened, at).await;
            self.count(Figure::TicketsReopened, When::At(at), who, "complaint");
        }
    }

    /// A target is missed, and perhaps not after all, by when the ticket may be another's.
    async fn miss(&mut self, who: &'static str, queue: QueueVersion) {
        let (at, clock) = (self.at(), SlaClock::FirstResponse);
        let breached = TicketSlaBreached {
            breached_at: at,
            clock,
            target: SignedDuration::from_hours(1),
            terms: SlaTerms {
                policy: SlaPolicyVersion {
                    key: "usual".into(),
                    version: 1,
                },
                calendar: guanxi_events::service::CalendarVersion {
                    id: Uuid::from_u128(1).into(),
                    version: 1,
                },
                priority: Priority::High,
            },
            told: SlaTold {
                rung: SlaRung::Lead,
                person: None,
                queue: queue.id,
            },
        };
        self.tell::<TicketEvent>(breached, at).await;
        if self.chance() {
            let assigned = TicketAssigned {
                at,
                to: person("cid"),
                from: None,
                given: Given::ByHand,
                queue,
            };
            self.tell::<TicketEvent>(assigned, at).await;
            let back = TicketSlaBreachWithdrawn {
                at,
                clock,
                breached_at: at,
            };
            self.tell::<TicketEvent>(back, at).await;
            return;
        }
        self.count(Figure::TicketsBreached, When::At(at), who, "first_response");
    }

    async fn member(&mut self) {
        let (on, told_at) = (self.day(), self.at());
        let program = Uuid::from_u128(self.rng.random_range(1..3));
        let detail = program.to_string();
        let enrolled = MemberEnrolled {
            member: Uuid::from_u128(self.id).into(),
            program: program.into(),
            customer: None,
            status: MemberStatus::Active,
            on,
            shop: None,
            referrer: None,
            keys: ContactKeys::default(),
        };
        self.tell::<MemberEvent>(enrolled, told_at).await;
        self.count(Figure::MembersEnrolled, When::On(on), "", &detail);
        let version = ProgramVersion {
            program: program.into(),
            version: 1,
        };
        for lot in 1..=self.rng.random_range(1..4) {
            let (at, points) = (self.at(), self.cents());
            let earned = PointsEarned {
                lot: LotNo(lot),
                at,
                on,
                points,
                tier_points: Decimal::ZERO,
                source: PointsSource::Stated("till".into()),
                program: version,
                by: EarnedBy::Stated,
                active_at: at,
                expires_at: None,
            };
            self.tell::<PointsEvent>(earned, told_at).await;
            self.points(Figure::PointsEarned, at, points, &detail);
            let (at, points) = (self.at(), self.cents());
            let spent = PointsSpent {
                at,
                redemption: Uuid::from_u128(1).into(),
                points,
                lots: vec![],
                reference: None,
            };
            self.tell::<PointsEvent>(spent, told_at).await;
            self.points(Figure::PointsSpent, at, points, &detail);
        }
    }

    fn points(&mut self, figure: Figure, at: Timestamp, points: Decimal, program: &str) {
        self.worth(figure, When::At(at), "", (points, ""));
        self.things.last_mut().unwrap().detail = program.to_owned();
    }
}

pub(crate) fn person(name: &str) -> PersonId {
    name.parse().unwrap()
}

fn usd(amount: Decimal) -> Money {
    Money {
        amount,
        currency: Currency::USD,
    }
}

/// A tenth.
fn tax(net: Decimal) -> Decimal {
    (net / Decimal::TEN).round_dp(2)
}

fn line(net: Decimal) -> SaleLine {
    SaleLine {
        product: None,
        text: Some("goods".into()),
        quantity: Decimal::ONE,
        unit_price: net,
        discount_percent: Decimal::ZERO,
        tax_rate: Decimal::TEN,
        net,
        tax: tax(net),
    }
}
