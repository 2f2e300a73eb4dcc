-- The events of a command are exactly those that its row names: one unbroken range, once.
with written as (
    select tenant, (convert_from(meta, 'UTF8')::jsonb ->> 'command_id')::uuid as id,
           count(*) as events, min(position) as first, max(position) as last
    from {log}.events group by 1, 2
)
select format('command %s of %s wrote %s events at %s to %s; its row says %s to %s',
              id, tenant, w.events, w.first, w.last, c.first_position, c.position)
from written w full join {log}.commands c using (tenant, id)
where case
    when w.events is null then c.first_position is not null
    else c.position is null or w.events <> w.last - w.first + 1
         or (w.first, w.last) is distinct from (c.first_position, c.position)
end
limit 20
