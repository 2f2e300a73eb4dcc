-- Open items of a tenant ($1) as of a day ($2) as known before an instant ($3; null is now), of some
-- customers ($4), owners ($5), teams ($6), currencies ($7), with what they are worth in the base
-- currency ($8) of so many places ($9). Bucket 0 is not due; the others begin at an age of 1 and of
-- those given ($10).
with rates as ({rates_on}),
aged as (
    select o.*, $2::date - o.due as age,
           case when $2::date <= o.due then 0
                else 1 + width_bucket($2::date - o.due, $10::int[]) end as bucket,
           o.kind in ('payment', 'credit_note') as credit,
           case when o.currency = $8 then o.open else round(o.open * r.rate, $9::int) end
               as converted
      from ({open_items}) o
      left join rates r on r.currency = o.currency
     where (cardinality($4::uuid[]) = 0 or o.customer = any ($4))
       and (cardinality($5::text[]) = 0 or o.owner = any ($5))
       and (cardinality($6::text[]) = 0 or o.team = any ($6))
       and (cardinality($7::text[]) = 0 or o.currency = any ($7))
)
