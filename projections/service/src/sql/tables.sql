-- Large tables that the fold only adds to, under numbers that are given once (versions of streams, counts),
-- have their keys among the indexes: a build gets those when it is full.

-- What the service service knows of customers.
create table customers (
    tenant   text collate "C" not null,
    customer uuid not null,
    name     text not null,
    number   text,
    primary key (tenant, customer)
);

-- What queues are called today.
create table queues (
    tenant text collate "C" not null,
    queue  uuid not null,
    name   text not null,
    primary key (tenant, queue)
);

-- Every ticket as it stands. Lengths are in microseconds. A batch may change every row of a page: the
-- room for that keeps each of them in its page, and the indexes as they are.
create table tickets (
    tenant                 text        collate "C" not null,
    ticket                 uuid        not null,
    version                bigint      not null,
    number                 text,
    subject                text        not null,
    contact                uuid,
    order_id               uuid,
    parent                 uuid,
    follow_up_of           uuid,
    merged_into            uuid,
    opened_at              timestamptz not null,
    changed_at             timestamptz not null,
    -- Where it stands, and where it would stand but for a merge.
    state                  text        collate "C" not null
                           check (state in ('new', 'open', 'pending', 'resolved', 'closed', 'merged')),
    status                 text        collate "C" not null,
    state_since            timestamptz not null,
    pending                text        collate "C",
    pending_until          timestamptz,
    resolved_at            timestamptz,
    resolved_by            text        collate "C",
    closed_at              timestamptz,
    first_response_at      timestamptz,
    first_response_by      text        collate "C",
    first_response_queue   uuid,
    -- Until the first response, and whether a clock measured that in working time.
    first_response_length  bigint,
    first_response_worked  boolean     not null,
    waiting_since          timestamptz,
    agent_replies          int         not null,
    customer_replies       int         not null,
    acted_by               text        collate "C",
    queue                  uuid        not null,
    agent                  text        collate "C",
    priority               text        collate "C" not null,
    kind                   text        collate "C" not null,
    channel                text        collate "C" not null,
    category               text        collate "C",
    customer               uuid,
    resolutions            int         not null,
    -- How many spans ended before the one that lasts, and when that began.
    spans                  int         not null,
    valid_from             timestamptz not null,
    policy                 text        collate "C",
    policy_version         int,
    sla_met                boolean,
    due_at                 timestamptz,
    primary key (tenant, ticket)
) with (fillfactor = 50);

-- The times through which nothing of a ticket that counts changed, but for the one that lasts.
create table spans (
    tenant      text        collate "C" not null,
    ticket      uuid        not null,
    n           int         not null,
    opened_at   timestamptz not null,
    valid_from  timestamptz not null,
    valid_until timestamptz not null,
    state       text        collate "C" not null,
    queue       uuid        not null,
    agent       text        collate "C",
    priority    text        collate "C" not null,
    kind        text        collate "C" not null,
    channel     text        collate "C" not null,
    category    text        collate "C",
    customer    uuid
);

-- Every resolution.
create table resolutions (
    tenant      text        collate "C" not null,
    ticket      uuid        not null,
    n           int         not null,
    resolved_at timestamptz not null,
    agent       text        collate "C" not null,
    queue       uuid        not null,
    -- From the opening by the clock on the wall, and in working time where a clock measured it.
    plain       bigint      not null,
    worked      bigint,
    reopened_at timestamptz,
    primary key (tenant, ticket, n)
);

-- Every run of every clock.
create table clocks (
    tenant         text        collate "C" not null,
    ticket         uuid        not null,
    clock          text        collate "C" not null,
    n              int         not null,
    since          timestamptz not null,
    policy         text        collate "C",
    policy_version int,
    target         bigint,
    due_at         timestamptz,
    breached_at    timestamptz,
    escalated_at   timestamptz,
    stopped_at     timestamptz,
    stopped_met    boolean,
    worked         bigint,
    dropped        boolean     not null,
    queue          uuid        not null,
    agent          text        collate "C",
    -- What came of it, and when that was so.
    outcome        text        collate "C" check (outcome in ('met', 'missed')),
    outcome_at     timestamptz,
    primary key (tenant, ticket, clock, n)
) with (fillfactor = 50);

-- Every survey.
create table surveys (
    tenant      text        collate "C" not null,
    survey      uuid        not null,
    ticket      uuid        not null,
    resolution  int         not null,
    customer    uuid,
    channel     text        collate "C" not null,
    agent       text        collate "C" not null,
    queue       uuid        not null,
    low_score   smallint    not null,
    asked_at    timestamptz not null,
    expires_at  timestamptz not null,
    answered_at timestamptz,
    score       smallint,
    low         boolean,
    comment     text,
    expired     boolean     not null default false,
    primary key (tenant, survey)
);

-- Every ticket through its time.
create view history as
select tenant, ticket, opened_at, valid_from, valid_until, state, queue, agent, priority, kind,
       channel, category, customer
  from spans
union all
select tenant, ticket, opened_at, valid_from, 'infinity', state, queue, agent, priority, kind,
       channel, category, customer
  from tickets;

-- What figures are made of: one row for each thing that happened, with whose work and which queue's it
-- was. Kind, channel, category, priority and customer are the ticket's as it is told today. `good`:
-- of a resolution that it stands, of a clock that it was met, of an answer that it is not a low one.
create view facts as
select t.tenant, 'opened' as what, t.opened_at as at, t.ticket, t.agent, t.queue, t.priority, t.kind,
       t.channel, t.category, t.customer, null::text as clock, null::bigint as length,
       null::boolean as worked, null::boolean as good, null::int as score
  from tickets t
union all
select t.tenant, 'responded', t.first_response_at, t.ticket, t.first_response_by,
       t.first_response_queue, t.priority, t.kind, t.channel, t.category, t.customer, null,
       t.first_response_length, t.first_response_worked, null, null
  from tickets t
 where t.first_response_at is not null
union all
select r.tenant, 'resolved', r.resolved_at, r.ticket, r.agent, r.queue, t.priority, t.kind, t.channel,
       t.category, t.customer, null, coalesce(r.worked, r.plain), r.worked is not null,
       r.reopened_at is null, null
  from resolutions r
  join tickets t on t.tenant = r.tenant and t.ticket = r.ticket
union all
select r.tenant, 'reopened', r.reopened_at, r.ticket, r.agent, r.queue, t.priority, t.kind, t.channel,
       t.category, t.customer, null, null, null, null, null
  from resolutions r
  join tickets t on t.tenant = r.tenant and t.ticket = r.ticket
 where r.reopened_at is not null
union all
select c.tenant, 'clock', c.outcome_at, c.ticket, c.agent, c.queue, t.priority, t.kind, t.channel,
       t.category, t.customer, c.clock, c.worked, true, c.outcome = 'met', null
  from clocks c
  join tickets t on t.tenant = c.tenant and t.ticket = c.ticket
 where c.outcome is not null
union all
select s.tenant, 'asked', s.asked_at, s.ticket, s.agent, s.queue, t.priority, t.kind, s.channel,
       t.category, s.customer, null, null, null, null, null
  from surveys s
  left join tickets t on t.tenant = s.tenant and t.ticket = s.ticket
union all
select s.tenant, 'answered', s.answered_at, s.ticket, s.agent, s.queue, t.priority, t.kind, s.channel,
       t.category, s.customer, null, null, null, not s.low, s.score
  from surveys s
  left join tickets t on t.tenant = s.tenant and t.ticket = s.ticket
 where s.answered_at is not null;
