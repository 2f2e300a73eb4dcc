-- The sales service knows every customer, and of each its last owner.
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
), copies as (
    select distinct on (tenant, stream_id) tenant, stream_id as id,
           convert_from(data, 'UTF8')::jsonb ->> 'owner' as owner
    from log_sales.events where category = 'customer_copy'
    order by tenant, stream_id, position desc
)
select format('customer %s of %s belongs to %s; the copy says %s', id, tenant,
              coalesce(o.owner, 'nobody'),
              case when c.id is null then 'nothing' else coalesce(c.owner, 'nobody') end)
from owners o full join copies c using (tenant, id)
where o.id is null or c.id is null or o.owner is distinct from c.owner
limit 20
