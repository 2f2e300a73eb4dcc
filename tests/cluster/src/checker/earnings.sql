-- Each settled invoice of a member's customer earned once, however often its payments bounced and came
-- again, and what sales said of it was taken in as often as it was said (L-13, L-16).
with said as (
    select tenant, stream_id as customer, convert_from(data, 'UTF8')::jsonb ->> 'invoice' as part,
           count(*) filter (where type like 'sales.account_invoice_settled/%') as settled,
           count(*) filter (where type like 'sales.account_invoice_unsettled/%') as unsettled,
           min(recorded_at) as recorded_at
    from log_sales.events
    where (type like 'sales.account_invoice_settled/%' or type like 'sales.account_invoice_unsettled/%')
      and (convert_from(data, 'UTF8')::jsonb #>> '{total,amount}')::numeric > 0
    group by 1, 2, 3
), loyalty as (
    select tenant, stream_id, recorded_at, split_part(type, '/', 1) as type,
           convert_from(data, 'UTF8')::jsonb as data
    from log_loyalty.events
), members as (
    -- Of programs by whose rules purchases earn.
    select distinct m.tenant, m.data ->> 'customer' as customer, m.data ->> 'member' as member,
           m.recorded_at
    from loyalty m
    join loyalty r on r.type = 'loyalty.earning_rules_set' and r.tenant = m.tenant
                  and r.stream_id::text = m.data ->> 'program' and r.recorded_at < m.recorded_at
    where m.type = 'loyalty.member_enrolled'
), heard as (
    select tenant, data ->> 'part' as part,
           count(*) filter (where type = 'loyalty.purchase_paid') as paid,
           count(*) filter (where type = 'loyalty.purchase_unpaid') as unpaid
    from loyalty where type in ('loyalty.purchase_paid', 'loyalty.purchase_unpaid') group by 1, 2
), earned as (
    select tenant, data ->> 'part' as part, data ->> 'member' as member, count(*) as times
    from loyalty where type = 'loyalty.purchase_earned' group by 1, 2, 3
), due as (
    select s.tenant, s.part, s.settled, s.unsettled, m.member
    from said s
    join members m on (m.tenant, m.customer) = (s.tenant, s.customer::text)
                  and m.recorded_at < s.recorded_at
)
select format('invoice %s of %s was settled %s and unsettled %s times; its purchase was paid %s and '
              'unpaid %s times, and earned %s times for member %s',
              part, tenant, settled, unsettled, coalesce(paid, 0), coalesce(unpaid, 0),
              coalesce(times, 0), member)
from due
left join heard h using (tenant, part)
left join earned e using (tenant, part, member)
where (coalesce(paid, 0), coalesce(unpaid, 0), coalesce(times, 0)) <> (settled, unsettled, 1)
limit 20
