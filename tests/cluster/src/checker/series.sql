-- Each number of a series from 1 to the last one was dealt, once.
with dealt as (
    select e.tenant, n.key as name, (n.value #>> '{}')::bigint as number
    from {log}.events e, jsonb_each(e.numbers) n
), summed as (
    select tenant, name, count(*) as dealt, count(distinct number) as different,
           min(number) as first, max(number) as last
    from dealt group by 1, 2
)
select format('series %s of %s: %s numbers (%s different ones) from %s to %s; its row says %s',
              name, tenant, d.dealt, d.different, d.first, d.last, s.value)
from summed d full join {log}.series s using (tenant, name)
where (d.dealt, d.different, d.first, d.last) is distinct from (s.value, s.value, 1::bigint, s.value)
