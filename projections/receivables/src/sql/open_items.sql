select i.customer, i.item, i.kind, i.document, i.dated, i.due, i.currency, i.owner, i.team,
       i.order_id, i.amount, i.base, i.open, i.open_base
  from {schema}.items i
 where i.tenant = {tenant} and (i.open <> 0 or i.open_base <> 0)
   and i.last_dated <= {as_of} and i.last_recorded_at < {known}
union all
-- Something happened to these that does not count: only their entries tell.
select i.customer, i.item, i.kind, i.document, i.dated, i.due, i.currency, i.owner, i.team,
       i.order_id, i.amount, i.base, sum(e.amount), sum(e.base)
  from {schema}.items i
  join {schema}.entries e on e.tenant = i.tenant and e.customer = i.customer and e.item = i.item
 where i.tenant = {tenant} and (i.last_dated > {as_of} or i.last_recorded_at >= {known})
   and e.dated <= {as_of} and e.recorded_at < {known}
 group by i.tenant, i.customer, i.item
having sum(e.amount) <> 0 or sum(e.base) <> 0
