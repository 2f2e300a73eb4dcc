-- The other services know every customer, and of each its last owner.
with facts as (
    select tenant, stream_id, position, split_part(type, '/', 1) as type,
           convert_from(data, 'UTF8')::jsonb as data
    from log_customers.events where category = 'customer'
), owners as (
    select distinct on (tenant, stream_id) tenant, stream_id as id,
           case type
               when 'customers.customer_registered' then data ->> 'owner'
               when 'customers.customer_owner_changed' then data ->> 'to'
               when 'customers.customer_claimed' then data ->> 'by'
               when 'customers.customer_assigned' then data ->> 'to'
           end as owner
    from facts
    where type in ('customers.customer_registered', 'customers.customer_owner_changed',
                   'customers.customer_entered_pool', 'customers.customer_claimed',
                   'customers.customer_assigned')
    order by tenant, stream_id, position desc
), said as (
    select 'sales' as log, tenant, stream_id, position, data, category from log_sales.events
    union all
    select 'service', tenant, stream_id, position, data, category from log_service.events
    union all
    select 'loyalty', tenant, stream_id, position, data, category from log_loyalty.events
), copies as (
    select distinct on (log, tenant, stream_id) log, tenant, stream_id as id,
           convert_from(data, 'UTF8')::jsonb ->> 'owner' as owner
    from said where category = 'customer_copy'
    order by log, tenant, stream_id, position desc
), wanted as (
    select log, tenant, id, owner
    from owners cross join (values ('sales'), ('service'), ('loyalty')) logs (log)
)
select format('customer %s of %s belongs to %s; the copy of %s says %s', id, tenant,
              coalesce(o.owner, 'nobody'), log,
              case when c.id is null then 'nothing' else coalesce(c.owner, 'nobody') end)
from wanted o full join copies c using (log, tenant, id)
where o.id is null or c.id is null or o.owner is distinct from c.owner
limit 20
