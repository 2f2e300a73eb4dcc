-- Every opportunity as it stands. Only columns that never change are indexed, so that an update
-- stays within its page; the room is for that.
create table opportunities (
    tenant         text        collate "C" not null,
    id             uuid        not null,
    pipeline       uuid        not null,
    created_at     timestamptz not null,
    -- The version of its stream.
    version        bigint      not null,
    -- How many spans it has behind it.
    spans          int         not null,
    -- Since when it is as it is.
    valid_from     timestamptz not null,
    stage          text        collate "C" not null,
    stage_since    timestamptz not null,
    status         text        collate "C" not null check (status in ('open', 'won', 'lost')),
    probability    smallint    not null,
    closed_at      timestamptz,
    close_reason   text,
    owner          text        collate "C" not null,
    team           text        collate "C",
    title          text        not null,
    customer       uuid,
    amount         numeric,
    currency       text        collate "C",
    expected_close date,
    source         text        collate "C",
    priority       boolean     not null,
    primary key (tenant, id)
) with (fillfactor = 60);

-- How it stood before: one row for each time in which nothing changed. Rows are added when a span
-- ends, and rewritten only when something is dated back.
create table spans (
    tenant         text        collate "C" not null,
    opportunity    uuid        not null,
    -- 0, 1, 2 … in the order of time.
    n              int         not null,
    pipeline       uuid        not null,
    created_at     timestamptz not null,
    valid_from     timestamptz not null,
    -- Not included; a span that is left at once is empty.
    valid_until    timestamptz not null,
    -- Whether it ended with a step: a stage entered, won, lost, opened again.
    left_by_step   boolean     not null,
    stage          text        collate "C" not null,
    stage_since    timestamptz not null,
    status         text        collate "C" not null check (status in ('open', 'won', 'lost')),
    probability    smallint    not null,
    closed_at      timestamptz,
    close_reason   text,
    owner          text        collate "C" not null,
    team           text        collate "C",
    title          text        not null,
    customer       uuid,
    amount         numeric,
    currency       text        collate "C",
    expected_close date,
    source         text        collate "C",
    priority       boolean     not null,
    primary key (tenant, opportunity, n)
);

create table pipelines (
    tenant  text collate "C" not null,
    id      uuid not null,
    -- Of the rules as they are now.
    version int  not null,
    name    text not null,
    primary key (tenant, id)
);

create table stages (
    tenant       text     collate "C" not null,
    pipeline     uuid     not null,
    -- The version of the pipeline's rules.
    version      int      not null,
    -- 1, 2, 3 … in the pipeline's order.
    ordinal      smallint not null,
    stage        text     collate "C" not null,
    name         text     not null,
    probability  smallint not null,
    archived     boolean  not null,
    -- After so many days in it an opportunity rots; null for never.
    rotting_days int,
    primary key (tenant, pipeline, version, ordinal)
);

-- The stages by the rules of today: a key once used stays in them, so every stage that was ever
-- entered has its name and its place here.
create view stages_now as
select s.tenant, s.pipeline, p.name as pipeline_name, s.ordinal, s.stage, s.name, s.probability,
       s.archived, s.rotting_days
  from stages s
  join pipelines p on p.tenant = s.tenant and p.id = s.pipeline and p.version = s.version;

-- Every opportunity through all its time: as of an instant it is the row with
-- valid_from < instant <= valid_until.
create view history as
select tenant, id as opportunity, pipeline, created_at, valid_from,
       'infinity'::timestamptz as valid_until, stage, stage_since, status, probability, closed_at,
       close_reason, owner, team, title, customer, amount, currency, expected_close, source, priority
  from opportunities
union all
select tenant, opportunity, pipeline, created_at, valid_from,
       valid_until, stage, stage_since, status, probability, closed_at,
       close_reason, owner, team, title, customer, amount, currency, expected_close, source, priority
  from spans;

-- Every stay in a stage, in the order in which the opportunity came there.
create view stays as
select tenant, opportunity, pipeline, n, stage, stage_since as entered_at, valid_until as left_at
  from spans
 where left_by_step and status = 'open'
union all
select tenant, id, pipeline, spans, stage, stage_since, 'infinity'::timestamptz
  from opportunities
 where status = 'open';

-- Every stay with what came of it, as things stand now: `queries` ask the same of any instant, by
-- `funnel_course.sql`, and a test compares the two. Of an opportunity that came to a stage twice
-- both stays are here, so opportunities are counted distinct.
create view course as
select stay.tenant, stay.pipeline, stay.stage, stay.opportunity, stay.entered_at,
       nullif(stay.left_at, 'infinity') as left_at,
       o.owner, o.team, o.source, o.created_at,
       o.status = 'won' as won,
       -- On, by any road: to a later stage afterwards, or won.
       o.status = 'won'
           or coalesce(max(place.ordinal) over later > place.ordinal, false) as advanced,
       o.status = 'lost' and o.stage = stay.stage as dropped
  from stays stay
  join opportunities o on o.tenant = stay.tenant and o.id = stay.opportunity
  left join stages_now place
         on place.tenant = stay.tenant and place.pipeline = stay.pipeline
        and place.stage = stay.stage
window later as (partition by stay.tenant, stay.opportunity order by stay.n
                 rows between 1 following and unbounded following);
