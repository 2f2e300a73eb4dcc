select r.*, queue.name as queue_name, customer.name as customer_name,
       customer.number as customer_number
  from {schema}.tickets r
  left join {schema}.queues queue on queue.tenant = r.tenant and queue.queue = r.queue
  left join {schema}.customers customer
         on customer.tenant = r.tenant and customer.customer = r.customer
 where {matches}
   and (cardinality($9::text[]) = 0 or r.state = any ($9))
   and ($10::timestamptz is null or r.opened_at >= $10)
   and ($11::timestamptz is null or r.opened_at < $11)
   and ($12::boolean is null or r.sla_met = $12)
   and ($13::timestamptz is null or (r.opened_at, r.ticket) < ($13, $14::uuid))
 order by r.opened_at desc, r.ticket desc
 limit $15
