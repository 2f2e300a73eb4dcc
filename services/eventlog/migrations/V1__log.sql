-- The tables of one service's event log. They live in the schema `log_<service>`, which is the
-- search path when this runs. UUIDv7 comes first in composite keys, so that new rows land side by
-- side; text in keys is compared by bytes, which is faster and the same on every machine.

-- One row: where the log ends. Whoever appends locks it first, so it also orders the batches.
--
-- It is updated by every batch, and while a long query or backup runs, Postgres must keep the old
-- versions. Keyed by its position and asked for from the end, the newest version is found first;
-- by a constant key it would be found behind all old ones, more slowly with each batch.
create table head (
    position    bigint      primary key,
    incarnation uuid        not null,
    recorded_at timestamptz not null,
    chain       bytea       not null
);

-- The lives of the log: a restore that may have lost the tail begins a new one after `position`.
create table lives (
    incarnation uuid        primary key,
    position    bigint      not null,
    began_at    timestamptz not null
);

-- `leaf` is the hash of the row as the writer made it; `link` stands on the last event of each
-- append call and ties all its leaves to what came before.
create table events (
    position    bigint      primary key,
    stream_id   uuid        not null,
    version     bigint      not null,
    event_id    uuid        not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    tenant      text        collate "C" not null,
    category    text        collate "C" not null,
    type        text        collate "C" not null,
    data        bytea       not null,
    meta        bytea       not null,
    numbers     jsonb,
    leaf        bytea       not null,
    link        bytea
);

-- For reading a stream. Not unique: `streams` guards the versions, and this stays cheap to fill.
create index events_by_stream on events (stream_id, version);

-- A row for every stream that has an event. Updated in place, so pages keep room for the next version.
create table streams (
    id            uuid   not null,
    version       bigint not null,
    last_position bigint not null,
    category      text   collate "C" not null,
    tenant        text   collate "C" not null,
    primary key (id, category, tenant)
) with (fillfactor = 70);

-- Every command that was ever answered, with its answer.
create table commands (
    id             uuid        not null,
    first_position bigint,
    position       bigint      not null,
    recorded_at    timestamptz not null,
    tenant         text        collate "C" not null,
    content_hash   bytea       not null,
    result         bytea       not null,
    numbers        jsonb,
    primary key (id, tenant)
);

-- Keys that a stream may hold once per tenant. The key is a keyed hash of what is claimed.
create table claims (
    key      bytea not null,
    id       uuid  not null,
    category text  collate "C" not null,
    tenant   text  collate "C" not null,
    primary key (key, tenant)
);

-- The last number dealt of each series.
create table series (
    tenant text   collate "C" not null,
    name   text   collate "C" not null,
    value  bigint not null,
    primary key (tenant, name)
) with (fillfactor = 50);

-- A stream's next due instant.
create table timers (
    id       uuid        not null,
    due_at   timestamptz not null,
    category text        collate "C" not null,
    tenant   text        collate "C" not null,
    primary key (id, category, tenant)
);

create index timers_by_due on timers (due_at);

-- Shortcuts for loading; may be deleted at any time. `shape` is the version of the state's form,
-- so that two releases that run side by side keep their own.
create table snapshots (
    id       uuid     not null,
    shape    integer  not null,
    version  bigint   not null,
    category text     collate "C" not null,
    tenant   text     collate "C" not null,
    state    bytea    not null,
    primary key (id, category, tenant, shape)
);

insert into head (incarnation, position, recorded_at, chain)
values (gen_random_uuid(), 0, clock_timestamp(), decode(repeat('00', 32), 'hex'));

insert into lives (incarnation, position, began_at)
select incarnation, position, recorded_at from head;
