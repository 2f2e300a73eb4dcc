, figures as (
    select {label} as label, {key} as key, a.currency, a.credit, a.bucket, count(*) as items,
           sum(a.open) as open, sum(a.open_base) as booked, sum(a.converted) as converted
      from aged a
      left join {schema}.customers c on c.tenant = $1 and c.customer = a.customer
     group by 1, 2, 3, 4, 5
),
page as (
    select distinct label, key, currency
      from figures
     where $11::text is null or (label, key, currency) > ($11, $12::text, $13::text)
     order by label, key, currency
     limit $14
)
select false as total, f.*
  from figures f
  join page using (label, key, currency)
union all
select true, '', '', currency, credit, bucket, sum(items)::bigint, sum(open), sum(booked),
       sum(converted)
  from figures
 group by currency, credit, bucket
 order by 1, 2, 3, 4, 5, 6
