-- Out of a pool a customer is taken once for each time that it came in (C-06).
with steps as (
    select tenant, stream_id, position, split_part(type, '/', 1) as type,
           lag(split_part(type, '/', 1)) over (partition by tenant, stream_id order by position)
               as before
    from log_customers.events
    where split_part(type, '/', 1) in ('customers.customer_entered_pool',
                                       'customers.customer_claimed', 'customers.customer_assigned')
)
select format('customer %s of %s was taken at position %s though it was in no pool',
              stream_id, tenant, position)
from steps
where type <> 'customers.customer_entered_pool'
  and before is distinct from 'customers.customer_entered_pool'
limit 20
