-- Large tables that the fold only adds to, under numbers that are given once (versions of streams, counts),
-- have their keys among the indexes: a build gets those when it is full.
--
-- The keys by which the fold finds documents, items and allocations end with the tenant: ids are told apart
-- at once, and a tenant is the same in nearly all rows. What is asked of a whole tenant has indexes that begin
-- with it.

-- What the sales service knows of customers.
create table customers (
    tenant   text collate "C" not null,
    customer uuid not null,
    name     text not null,
    number   text,
    owner    text collate "C",
    primary key (tenant, customer)
);

-- Invoices, credit notes, payments and refunds. What an account's event tells and what the
-- document's own event tells come in any order, so either may be missing for a moment. Of two kinds, two may
-- have one id.
create table documents (
    tenant      text collate "C" not null,
    document    uuid not null,
    customer    uuid not null,
    -- That of its items: an invoice has instalments.
    kind        text collate "C" not null
                check (kind in ('instalment', 'credit_note', 'payment', 'refund')),
    number      text,
    dated       date,
    recorded_at timestamptz,
    currency    text collate "C",
    -- What it comes to, 0 or more; base is the same in the base currency as it was booked.
    amount      numeric,
    base        numeric,
    net         numeric,
    tax         numeric,
    owner       text collate "C",
    team        text collate "C",
    order_id    uuid,
    -- What a credit note credits.
    invoice     uuid,
    -- How money moved, and what the bank calls it.
    method      text collate "C",
    reference   text,
    -- Since when it counts no more: voided, bounced, returned.
    ended_on    date,
    primary key (document, kind, tenant)
);

-- Open items, also those of which nothing is open any more. Debits are above 0, credits below. A
-- batch may change every row of a page: the room for that keeps each of them in its page, and the
-- indexes as they are.
create table items (
    tenant           text        collate "C" not null,
    customer         uuid        not null,
    item             bigint      not null,
    kind             text        collate "C" not null
                     check (kind in ('instalment', 'fee', 'refund', 'payment', 'credit_note')),
    document         uuid,
    -- The version of the invoice's plan that made it.
    plan_version     bigint      not null,
    dated            date        not null,
    due              date        not null,
    recorded_at      timestamptz not null,
    currency         text        collate "C" not null,
    owner            text        collate "C",
    team             text        collate "C",
    order_id         uuid,
    -- What it came to.
    amount           numeric     not null,
    base             numeric     not null,
    -- The sums of all its entries, and the last of their dates and times: from both on these are
    -- what is open, and no entry has to be looked at.
    open             numeric     not null,
    open_base        numeric     not null,
    last_dated       date        not null,
    last_recorded_at timestamptz not null,
    primary key (customer, item, tenant)
) with (fillfactor = 50);

create index items_document on items (document, tenant);

-- All that ever happened to an item. What is open of it as of a day, as known at a time, is the sum
-- of the entries that are dated up to the one and recorded before the other.
create table entries (
    tenant      text        collate "C" not null,
    customer    uuid        not null,
    item        bigint      not null,
    -- The version of the account's stream, and the place among the entries of that event.
    version     bigint      not null,
    n           int         not null,
    dated       date        not null,
    recorded_at timestamptz not null,
    movement    text        collate "C" not null
                check (movement in ('posted', 'taken_off', 'rescheduled', 'paid', 'credited',
                                    'used', 'discount', 'difference', 'written_off', 'recovered')),
    amount      numeric     not null,
    base        numeric     not null,
    -- The other item of an allocation.
    counterpart bigint,
    -- The number of the allocation or of the write-off.
    reference   bigint
);

-- The control account: what whole documents come to, beside their items.
create table postings (
    tenant      text        collate "C" not null,
    customer    uuid        not null,
    version     bigint      not null,
    n           int         not null,
    dated       date        not null,
    recorded_at timestamptz not null,
    figure      text        collate "C" not null
                check (figure in ('invoiced', 'fees', 'refunded', 'received', 'credited', 'discount',
                                  'difference', 'written_off', 'recovered', 'exchange')),
    -- Whether something is taken back; where that is taken back itself, with the sign of the first.
    reversal    boolean     not null,
    currency    text        collate "C" not null,
    amount      numeric     not null,
    base        numeric     not null,
    item        bigint,
    document    uuid,
    order_id    uuid
);

-- Needed to take an allocation back: the event that does names its number only.
create table allocations (
    tenant         text    collate "C" not null,
    customer       uuid    not null,
    allocation     bigint  not null,
    from_item      bigint  not null,
    to_item        bigint  not null,
    dated          date    not null,
    taken          numeric not null,
    taken_base     numeric not null,
    settled        numeric not null,
    settled_base   numeric not null,
    discount       numeric not null,
    discount_base  numeric not null,
    shortfall      numeric not null,
    shortfall_base numeric not null,
    surplus        numeric not null,
    surplus_base   numeric not null,
    taken_back_on  date,
    primary key (customer, allocation, tenant)
);

-- Write-offs, wanted and done; how much of one is left stands in the entries.
create table write_offs (
    tenant       text   collate "C" not null,
    customer     uuid   not null,
    write_off    bigint not null,
    item         bigint not null,
    dated        date   not null,
    wanted       numeric,
    reason       text,
    requested_by text   collate "C",
    -- It is done when somebody approved.
    approved_by  text   collate "C",
    rejected     text,
    primary key (tenant, customer, write_off)
);

-- What is to be received of an order, by version.
create table plans (
    tenant      text        collate "C" not null,
    order_id    uuid        not null,
    version     bigint      not null,
    n           int         not null,
    customer    uuid        not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    currency    text        collate "C" not null,
    due         date        not null,
    amount      numeric     not null,
    primary key (tenant, order_id, version, n)
);

-- What an order will still be billed, each time that it changed.
create table commitments (
    tenant      text        collate "C" not null,
    customer    uuid        not null,
    -- The version of the account's stream.
    version     bigint      not null,
    order_id    uuid        not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    unbilled    numeric     not null
);

-- Exchange rates: one unit of the one currency is worth so many of the other, from a day on. Of
-- several for one day the last recorded holds.
create table rates (
    tenant        text        collate "C" not null,
    source        text        collate "C" not null,
    to_currency   text        collate "C" not null,
    from_currency text        collate "C" not null,
    valid_from    date        not null,
    -- The version of its stream.
    version       bigint      not null,
    rate          numeric     not null,
    recorded_at   timestamptz not null,
    primary key (tenant, source, to_currency, from_currency, valid_from, version)
);
