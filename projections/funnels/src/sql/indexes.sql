-- What only queries look for: with the tables of a build that is read at once, or when it is full.

create index if not exists opportunities_created on opportunities (tenant, created_at, id);
-- Spans are added about when they end, so a day in the past finds its pages by this at no cost.
create index if not exists spans_until on spans using brin (valid_until) with (pages_per_range = 32);
