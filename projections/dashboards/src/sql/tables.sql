-- What is counted in each quarter of an hour, and on each business date. `owner` is whose it is, `detail`
-- what it is told apart by, `currency` that of the amount; each is empty for none. A row is of one log,
-- for each figure is.
create table slots (
    tenant   text        collate "C" not null,
    figure   text        collate "C" not null,
    slot     timestamptz not null,
    owner    text        collate "C" not null,
    detail   text        collate "C" not null,
    currency text        collate "C" not null,
    count    bigint      not null,
    amount   numeric     not null,
    primary key (tenant, slot, figure, owner, detail, currency)
);

create table days (
    tenant   text        collate "C" not null,
    figure   text        collate "C" not null,
    day      date        not null,
    owner    text        collate "C" not null,
    detail   text        collate "C" not null,
    currency text        collate "C" not null,
    count    bigint      not null,
    amount   numeric     not null,
    primary key (tenant, day, figure, owner, detail, currency)
);

-- What a customer is called, and who looks after it.
create table customers (
    tenant text collate "C" not null,
    id     uuid not null,
    name   text not null,
    owner  text collate "C",
    primary key (tenant, id)
);

-- An interaction as it was put right.
create table interactions (
    tenant      text collate "C" not null,
    id          uuid not null,
    customer    uuid not null,
    staff       text collate "C" not null,
    kind        text collate "C" not null,
    started_at  timestamptz not null,
    opportunity uuid,
    next_action text,
    next_due    date,
    next_person text collate "C",
    primary key (tenant, id)
);

-- A follow-up plan.
create table follow_ups (
    tenant      text collate "C" not null,
    id          uuid not null,
    customer    uuid not null,
    person      text collate "C" not null,
    kind        text collate "C" not null,
    subject     text not null,
    opportunity uuid,
    planned_at  timestamptz not null,
    ends_at     timestamptz not null,
    open        boolean not null,
    primary key (tenant, id)
);

-- A stage of a pipeline, as its rules are today.
create table stages (
    tenant       text collate "C" not null,
    id           uuid not null,
    pipeline     uuid not null,
    stage        text collate "C" not null,
    name         text not null,
    rotting_days int,
    primary key (tenant, id)
);

-- An opportunity as it stands; of a closed one, what was counted.
create table opportunities (
    tenant          text collate "C" not null,
    id              uuid not null,
    title           text not null,
    customer        uuid,
    pipeline        uuid not null,
    stage           text collate "C" not null,
    stage_since     timestamptz not null,
    owner           text collate "C" not null,
    amount          numeric,
    currency        text collate "C",
    expected_close  date,
    open            boolean not null,
    won             boolean not null,
    closed_at       timestamptz,
    closed_owner    text collate "C",
    closed_amount   numeric,
    closed_currency text collate "C",
    primary key (tenant, id)
);

-- An order, with what it comes to, tax included.
create table orders (
    tenant       text collate "C" not null,
    id           uuid not null,
    customer     uuid not null,
    owner        text collate "C" not null,
    currency     text collate "C" not null,
    amount       numeric not null,
    confirmed_at timestamptz,
    primary key (tenant, id)
);

-- A return.
create table returns (
    tenant       text collate "C" not null,
    id           uuid not null,
    customer     uuid not null,
    order_id     uuid not null,
    requested_by text collate "C" not null,
    primary key (tenant, id)
);

-- Why an order line is to come back.
create table return_lines (
    tenant text collate "C" not null,
    id     uuid not null,
    reason text not null,
    primary key (tenant, id)
);

-- An issued invoice, with what it comes to, tax included.
create table invoices (
    tenant   text collate "C" not null,
    id       uuid not null,
    owner    text collate "C" not null,
    currency text collate "C" not null,
    amount   numeric not null,
    primary key (tenant, id)
);

-- Who looks after the customer, as the sales service knows it.
create table accounts (
    tenant text collate "C" not null,
    id     uuid not null,
    owner  text collate "C",
    primary key (tenant, id)
);

-- A payment.
create table payments (
    tenant   text collate "C" not null,
    id       uuid not null,
    owner    text collate "C" not null,
    currency text collate "C" not null,
    amount   numeric not null,
    primary key (tenant, id)
);

-- A ticket as far as it is somebody's work.
create table tickets (
    tenant         text collate "C" not null,
    id             uuid not null,
    number         text collate "C",
    subject        text not null,
    customer       uuid,
    kind           text collate "C" not null,
    priority       text collate "C" not null,
    agent          text collate "C",
    resolved_by    text collate "C",
    opened_at      timestamptz not null,
    open           boolean not null,
    merged         boolean not null,
    pending        boolean not null,
    pending_until  timestamptz,
    first_due      timestamptz,
    next_due       timestamptz,
    resolution_due timestamptz,
    primary key (tenant, id)
);

-- Whose a missed target was.
create table breaches (
    tenant text collate "C" not null,
    id     uuid not null,
    agent  text collate "C" not null,
    primary key (tenant, id)
);

-- Of which program a member is, and who it is.
create table members (
    tenant   text collate "C" not null,
    id       uuid not null,
    program  uuid not null,
    customer uuid,
    primary key (tenant, id)
);

-- A request that somebody else has to approve.
create table approvals (
    tenant       text collate "C" not null,
    id           uuid not null,
    kind         text collate "C" not null,
    subject      uuid not null,
    customer     uuid,
    number       int not null,
    reason       text not null,
    requested_by text collate "C" not null,
    requested_at timestamptz not null,
    waits        boolean not null,
    primary key (tenant, id)
);
