-- Large tables that the fold only adds to, under numbers that are given once (versions of streams, counts),
-- have their keys among the indexes: a build gets those when it is full.

-- What the loyalty service knows of customers.
create table customers (
    tenant   text collate "C" not null,
    customer uuid not null,
    name     text not null,
    number   text,
    primary key (tenant, customer)
);

-- The rules of programs, as far as a figure needs them. The shop stands in the first version.
create table programs (
    tenant      text        collate "C" not null,
    program     uuid        not null,
    version     int         not null,
    at          timestamptz not null,
    recorded_at timestamptz not null,
    name        text        not null,
    shop        text,
    -- What one point is worth in which currency, and that currency's decimal places.
    currency    text        collate "C" not null,
    places      int         not null,
    point_value numeric     not null,
    primary key (tenant, program, version)
);

create table members (
    tenant      text        collate "C" not null,
    member      uuid        not null,
    program     uuid        not null,
    number      text,
    customer    uuid,
    status      text        collate "C" not null
                check (status in ('new', 'active', 'frozen', 'closed')),
    primary key (tenant, member)
);

-- Every change of a member's tier; of several that count, the last holds.
create table tiers (
    tenant      text        collate "C" not null,
    member      uuid        not null,
    -- The version of the member's stream.
    version     bigint      not null,
    at          timestamptz not null,
    recorded_at timestamptz not null,
    tier        text        collate "C"
);

-- The sums of all lines, and the last of their times: from both on these are the balance, and no
-- line has to be looked at.
create table accounts (
    tenant           text        collate "C" not null,
    member           uuid        not null,
    -- Reward points (奖励积分) and tier points (升级积分) are kept apart (L-10).
    account          text        collate "C" not null check (account in ('reward', 'tier')),
    earned           numeric     not null,
    adjusted         numeric     not null,
    transferred_in   numeric     not null,
    pending          numeric     not null,
    active           numeric     not null,
    spent            numeric     not null,
    settled          numeric     not null,
    transferred_out  numeric     not null,
    expired          numeric     not null,
    reversed         numeric     not null,
    debt             numeric     not null,
    owed             numeric     not null,
    last_at          timestamptz not null,
    last_recorded_at timestamptz not null,
    primary key (tenant, member, account),
    -- Who was never enrolled belongs to no program.
    foreign key (tenant, member) references members (tenant, member)
) with (fillfactor = 50);

-- All that ever happened to an account.
create table lines (
    tenant          text        collate "C" not null,
    member          uuid        not null,
    -- The version of the account's stream.
    version         bigint      not null,
    account         text        collate "C" not null check (account in ('reward', 'tier')),
    kind            text        collate "C" not null
                    check (kind in ('earned', 'activated', 'expired', 'spent', 'returned',
                                    'reversed', 'restored', 'debt_settled', 'adjusted', 'sent',
                                    'received')),
    -- When it counts: the business time.
    at              timestamptz not null,
    recorded_at     timestamptz not null,
    event           uuid        not null,
    -- How many points it is about; below 0 when they go.
    quantity        numeric     not null,
    -- By how much each figure changes.
    earned          numeric     not null,
    adjusted        numeric     not null,
    transferred_in  numeric     not null,
    pending         numeric     not null,
    active          numeric     not null,
    spent           numeric     not null,
    settled         numeric     not null,
    transferred_out numeric     not null,
    expired         numeric     not null,
    reversed        numeric     not null,
    debt            numeric     not null,
    owed            numeric     not null,
    -- What had expired before it was to be taken back: nothing more is taken for it.
    lapsed          numeric     not null,
    cause           text        collate "C" not null
                    check (cause in ('purchase', 'stated', 'adjustment', 'member', 'redemption',
                                     'time', 'debt')),
    cause_id        uuid,
    reference       text,
    reason          text,
    requested_by    text        collate "C",
    approved_by     text        collate "C",
    -- The rules that made it: of the program, of earning and of tiers.
    program_version int,
    rules_version   int,
    ladder_version  int,
    tier            text        collate "C",
    factor          numeric,
    capped          numeric,
    -- What each earning rule gave: [{"rule": "spend", "points": "12.5"}].
    rules           jsonb,
    -- For which purchases something owed was collected: [{"purchase": "…", "points": "5"}].
    collected       jsonb
);

-- Lots, also those of which nothing is left (L-14).
create table lots (
    tenant           text        collate "C" not null,
    member           uuid        not null,
    lot              bigint      not null,
    -- The lot of which its points were earned: itself, or one beside which it stands.
    origin           bigint      not null,
    source           text        collate "C" not null
                     check (source in ('purchase', 'stated', 'adjustment', 'member')),
    source_id        uuid,
    reference        text,
    earned_at        timestamptz not null,
    active_at        timestamptz not null,
    expires_at       timestamptz,
    -- What it came with.
    points           numeric     not null,
    program_version  int,
    rules_version    int,
    tier             text        collate "C",
    -- The sums of all its movements, and the last of their times.
    pending          numeric     not null,
    remaining        numeric     not null,
    expired          numeric     not null,
    last_at          timestamptz not null,
    last_recorded_at timestamptz not null,
    primary key (tenant, member, lot)
) with (fillfactor = 50);

-- All that ever happened to lots. The fold refuses what moves a lot that is not there.
create table lot_movements (
    tenant      text        collate "C" not null,
    member      uuid        not null,
    lot         bigint      not null,
    -- The version of the account's stream, and the place among the movements of that event.
    version     bigint      not null,
    n           int         not null,
    at          timestamptz not null,
    recorded_at timestamptz not null,
    pending     numeric     not null,
    remaining   numeric     not null,
    expired     numeric     not null,
    -- Whether the event says when the lot expires from then on: where it begins, and where points
    -- come back to it.
    told        boolean     not null,
    expires_at  timestamptz
);

-- What purchases and redemptions are called where they happened.
create table purchases (
    tenant    text collate "C" not null,
    purchase  uuid not null,
    shop      text,
    reference text,
    primary key (tenant, purchase)
);

create table redemptions (
    tenant     text    collate "C" not null,
    redemption uuid    not null,
    purpose    text    collate "C" not null check (purpose in ('payment', 'reward', 'coupon')),
    shop       text,
    reference  text,
    -- What its points were worth.
    value      numeric not null,
    currency   text    collate "C" not null,
    primary key (tenant, redemption)
);
