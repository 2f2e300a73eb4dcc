-- Every build that queries read has applied every event, and set none aside.
select format('%s: partition %s is at %s position %s, the head at %s',
              b.schema, c.partition, c.log, c.position, h.position)
from projections.builds b
join projections.checkpoints c on c.build = b.id
join (select 'customers' as log, position, incarnation from log_customers.head
      union all select 'sales', position, incarnation from log_sales.head
      union all select 'service', position, incarnation from log_service.head
      union all select 'loyalty', position, incarnation from log_loyalty.head) h on h.log = c.log
where b.state = 'active' and (c.position, c.incarnation) <> (h.position, h.incarnation)
union all
select format('%s has set aside %s position %s: %s', b.schema, p.log, p.position, p.reason)
from projections.builds b join projections.parked p on p.build = b.id
where b.state = 'active'
union all
select format('the read model %s is not active', name)
from (values ('funnels'), ('receivables'), ('points'), ('service'), ('dashboards')) models (name)
where name not in (select name from projections.active)
