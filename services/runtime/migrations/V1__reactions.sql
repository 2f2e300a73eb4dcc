-- What the reactions of this service have done. Run with the search path at the service's log.

-- One row a reaction: how far it has come in its source's log, and where the effects of that stand
-- in this one. A reader that holds a token of the source waits until `position` has passed it, and
-- then for `target_position`.
create table reactions (
  name            text primary key,
  source          text not null,
  incarnation     uuid not null,
  -- Where it began in the source: what lies before is never answered, not even after a restore.
  began_at        bigint not null,
  position        bigint not null,
  target_position bigint not null
);

-- Commands that a reaction wanted and that were refused: visible, never lost, never in the way.
create table parked_reactions (
  name       text not null,
  source     text not null,
  position   bigint not null,
  event_id   uuid not null,
  code       text not null,
  reason     text not null,
  parked_at  timestamptz not null default now(),
  primary key (name, event_id)
);
