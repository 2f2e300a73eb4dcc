-- What a purchase earned and gave back, and what a redemption took and gave back, is what it did on its
-- member's account: once, and no more (L-15, L-16).
with facts as (
    select tenant, stream_id::text as id, split_part(type, '/', 1) as type,
           convert_from(data, 'UTF8')::jsonb as data
    from log_loyalty.events
    where category in ('points_account', 'purchase', 'redemption')
), signed as (
    select tenant, id, type, data, case
        when type in ('loyalty.purchase_earned', 'loyalty.points_earned', 'loyalty.points_redeemed',
                      'loyalty.points_spent')
            then (data ->> 'points')::numeric
        when type = 'loyalty.points_restored'
            then (data ->> 'points')::numeric + coalesce((data ->> 'owed')::numeric, 0)
                 + coalesce((data ->> 'lapsed')::numeric, 0)
        else -(data ->> 'points')::numeric end as points
    from facts
), said as (
    select tenant, 'purchase' as what, id, data ->> 'member' as member, sum(points) as points
    from signed
    where type in ('loyalty.purchase_earned', 'loyalty.purchase_points_reversed') group by 1, 3, 4
    union all
    select s.tenant, 'redemption', s.id, r.data ->> 'member', sum(s.points)
    from signed s
    join signed r on r.type = 'loyalty.points_redeemed' and (r.tenant, r.id) = (s.tenant, s.id)
    where s.type in ('loyalty.points_redeemed', 'loyalty.redemption_refunded') group by 1, 3, 4
), done as (
    select tenant, 'purchase' as what,
           coalesce(data #>> '{source,purchase}', data ->> 'purchase') as id, id as member,
           sum(points) as points
    from signed
    where type = 'loyalty.points_earned' and data #> '{source,purchase}' is not null
       or type in ('loyalty.points_reversed', 'loyalty.points_restored')
    group by 1, 3, 4
    union all
    -- What history from elsewhere spent has a reference, and no redemption of its own.
    select tenant, 'redemption', data ->> 'redemption', id, sum(points)
    from signed
    where type in ('loyalty.points_spent', 'loyalty.points_returned') and not data ? 'reference'
    group by 1, 3, 4
)
select format('%s %s of %s says %s points of member %s, the account %s', what, id, tenant,
              coalesce(s.points::text, 'nothing of'), member, coalesce(d.points::text, 'nothing'))
from said s full join done d using (tenant, what, id, member)
where coalesce(s.points, 0) <> coalesce(d.points, 0) or s.points is null or d.points is null
limit 20
