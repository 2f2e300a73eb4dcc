-- Points conserve (L-19): no lot gives out more than it got, and what an account's lots hold is what
-- its events say that was earned, adjusted and received, less what was spent, sent, expired and taken
-- back. Lots and totals are told apart in the events, so each is checked by the other.
with facts as (
    select tenant, stream_id as member, split_part(type, '/', 1) as type, data,
           coalesce((data ->> 'points')::numeric, 0) as points,
           coalesce((data ->> 'pending')::numeric, 0) as pending,
           coalesce((data ->> 'debt')::numeric, 0) as debt,
           coalesce((data ->> 'owed')::numeric, 0) as owed,
           coalesce((data ->> 'lapsed')::numeric, 0) as lapsed
    from (select tenant, stream_id, type,
                 case when type like 'loyalty.points_debt_settled/%'
                      -- There it is a list.
                      then convert_from(data, 'UTF8')::jsonb - 'owed'
                           || jsonb_build_object('collected', convert_from(data, 'UTF8')::jsonb -> 'owed')
                      else convert_from(data, 'UTF8')::jsonb end as data
          from log_loyalty.events where category = 'points_account') e
), moved as (
    select tenant, member, (data ->> 'lot')::int as lot, points
    from facts
    where type in ('loyalty.points_earned', 'loyalty.points_restored')
       or type = 'loyalty.points_adjusted' and points > 0
    union all
    select tenant, member, (data ->> 'lot')::int, -pending
    from facts where type = 'loyalty.points_reversed'
    union all
    select tenant, member, (part ->> 'lot')::int,
           (part ->> 'points')::numeric
           * case when type in ('loyalty.points_returned', 'loyalty.points_received') then 1 else -1 end
    from facts, jsonb_array_elements(data -> 'lots') part
    where type <> 'loyalty.points_activated'
), lots as (
    select tenant, member, lot, sum(points) as points from moved group by 1, 2, 3
), held as (
    select tenant, member, sum(points) as points from lots group by 1, 2
), told as (
    select tenant, member, sum(case type
        when 'loyalty.points_earned' then points
        when 'loyalty.points_restored' then points
        when 'loyalty.points_returned' then points
        when 'loyalty.points_received' then points
        when 'loyalty.points_adjusted' then points
        when 'loyalty.points_spent' then -points
        when 'loyalty.points_sent' then -points
        when 'loyalty.points_expired' then -(
            select sum((part ->> 'points')::numeric) from jsonb_array_elements(data -> 'lots') part)
        -- What is owed is taken when it is collected, and for what lapsed nothing more.
        when 'loyalty.points_reversed' then debt + owed + lapsed - points
        when 'loyalty.points_debt_settled' then -debt - coalesce((
            select sum((part ->> 'points')::numeric)
            from jsonb_array_elements(nullif(data -> 'collected', 'null')) part), 0)
        else 0 end) as points
    from facts group by 1, 2
)
(select format('lot %s of member %s of %s gave out %s points more than it got', lot, member, tenant,
               -points)
 from lots where points < 0 limit 20)
union all
(select format('the lots of member %s of %s hold %s points, its events say %s', member, tenant,
               coalesce(h.points, 0), t.points)
 from told t left join held h using (tenant, member)
 where coalesce(h.points, 0) <> t.points limit 20)
