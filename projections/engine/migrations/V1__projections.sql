-- What the projection engine remembers of every read model. The rows of a model stand in a schema
-- of its own, one for each build.

create table projections.builds (
    id          bigint generated always as identity primary key,
    name        text        not null,
    version     int         not null check (version > 0),
    -- 1, 2, 3 … of this name and version.
    number      int         not null check (number > 0),
    schema      text        not null unique,
    partitions  smallint    not null check (partitions > 0),
    -- building: being filled, to be switched to.   active: followed, what queries read.
    -- retired: stood still when another took over. foreign: built from a life of a log that is over.
    -- frozen: a build of a day, never followed.     scratch: a verification's, dropped after it.
    state       text        not null
        check (state in ('building', 'active', 'retired', 'foreign', 'frozen', 'scratch')),
    as_of       timestamptz,
    created_at  timestamptz not null default clock_timestamp(),
    switched_at timestamptz,
    unique (name, version, number)
);

-- Two operators that start a rebuild at once join in one.
create unique index one_building on projections.builds (name, version) where state = 'building';

-- The build that queries read.
create table projections.active (
    name  text        primary key,
    build bigint      not null references projections.builds,
    since timestamptz not null default clock_timestamp()
);

-- How far each partition of a build has followed a log, and who follows it. A row of this table is
-- the lock on everything that its partition writes. Rewritten with every batch, hence the room.
create table projections.checkpoints (
    build        bigint      not null references projections.builds on delete cascade,
    log          text        not null,
    partition    smallint    not null,
    incarnation  uuid        not null,
    position     bigint      not null default 0 check (position >= 0),
    holder       uuid,
    lease_until  timestamptz,
    last_success timestamptz,
    primary key (build, log, partition)
) with (fillfactor = 30);

-- Who is there to follow; partitions are dealt among them.
create table projections.workers (
    build   bigint      not null references projections.builds on delete cascade,
    log     text        not null,
    id      uuid        not null,
    -- A worker in trouble is not seen, so that its share falls to the others.
    seen_at timestamptz not null,
    -- What hinders it, null when nothing does, and when it last did.
    trouble text,
    trouble_at timestamptz,
    primary key (build, log, id)
) with (fillfactor = 30);

-- Events that were set aside.
create table projections.parked (
    build      bigint      not null references projections.builds on delete cascade,
    log        text        not null,
    position   bigint      not null,
    -- The partition key; null for an event that a verification leaves out.
    key        text,
    -- parked: it cannot be applied.  held: it waits behind a parked one of its key.
    -- skipped: an operator, or a verification, leaves it out for good.
    state      text        not null check (state in ('parked', 'held', 'skipped')),
    reason     text,
    note       text,
    parked_at  timestamptz not null default clock_timestamp(),
    skipped_at timestamptz,
    primary key (build, log, position)
);

create index parked_keys on projections.parked (build, log, key, position) where state <> 'skipped';
