-- A stream's versions are 1, 2, 3 … without a gap, in the order of positions, and its row in
-- `streams` says the last one.
with numbered as (
    select *, row_number() over (partition by tenant, category, stream_id order by position) as nth
    from {log}.events
), counted as (
    select tenant, category, stream_id as id, count(*) as version, max(position) as last_position
    from {log}.events group by 1, 2, 3
)
(select format('%s/%s/%s has version %s at position %s, where %s is due',
               tenant, category, stream_id, version, position, nth)
 from numbered where version <> nth limit 20)
union all
(select format('%s/%s/%s has %s events, the last at %s; its row says %s and %s',
               tenant, category, id, c.version, c.last_position, s.version, s.last_position)
 from counted c full join {log}.streams s using (tenant, category, id)
 where (c.version, c.last_position) is distinct from (s.version, s.last_position) limit 20)
