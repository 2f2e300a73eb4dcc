-- What is still on its way: reactions and read models that have not come to the heads of their logs, and
-- timers that will fire while somebody looks.
with heads as (
    select 'customers' as log, position from log_customers.head
    union all select 'sales', position from log_sales.head
    union all select 'service', position from log_service.head
    union all select 'loyalty', position from log_loyalty.head
)
select format('reaction %s is at %s of %s', r.name, r.position, h.position)
from (select * from log_customers.reactions union all select * from log_sales.reactions
      union all select * from log_service.reactions union all select * from log_loyalty.reactions) r
join heads h on h.log = r.source
where r.position < h.position
union all
select format('%s is at %s position %s of %s', b.schema, c.log, min(c.position), h.position)
from projections.builds b
join projections.checkpoints c on c.build = b.id
join heads h on h.log = c.log
where b.state in ('active', 'building')
group by b.schema, c.log, h.position
having min(c.position) < h.position
union all
select format('%s timers of %s fire until %s', count(*), log, max(due_at))
from (select 'customers' as log, due_at from log_customers.timers
      union all select 'sales', due_at from log_sales.timers
      union all select 'service', due_at from log_service.timers
      union all select 'loyalty', due_at from log_loyalty.timers) t
where due_at < clock_timestamp() + interval '15 seconds'
group by log
