-- Positions are 1, 2, 3 … N without a gap, and N is the head's.
with found as (
    select count(*) as events, coalesce(min(position), 1) as first, coalesce(max(position), 0) as last
    from {log}.events
)
select format('%s events at positions %s to %s, but the head is at %s', events, first, last, position)
from found, {log}.head
where (events, first, last) <> (position, 1::bigint, position)
