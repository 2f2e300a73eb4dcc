with counted as (
    select (s.slot at time zone $8::text)::date as day, s.figure, s.owner, s.detail, s.currency, s.count,
           s.amount
      from {schema}.slots s
     where s.tenant = $1 and s.slot >= $4 and s.slot < $5
    union all
    select d.day, d.figure, d.owner, d.detail, d.currency, d.count, d.amount
      from {schema}.days d
     where d.tenant = $1 and d.day >= $2 and d.day <= $3
)
select day, figure, detail, currency, sum(count)::bigint as count, trim_scale(sum(amount)) as amount
  from counted
 where (cardinality($6::text[]) = 0 or owner = any ($6))
   and (cardinality($7::text[]) = 0 or figure = any ($7))
 group by grouping sets ((day, figure, detail, currency), (figure, detail, currency))
having sum(count) <> 0 or sum(amount) <> 0
 order by day nulls last, figure, detail, currency
 limit $9
