-- The control account, and beside it what is open ('open'): by currency.
select p.currency, p.figure, sum(p.amount) as amount, sum(p.base) as base
  from {schema}.postings p
 where p.tenant = $1 and p.dated <= $2::date and p.recorded_at < {known}
   and (cardinality($4::uuid[]) = 0 or p.customer = any ($4))
   and (cardinality($5::text[]) = 0 or p.currency = any ($5))
 group by 1, 2
union all
select o.currency, 'open', sum(o.open), sum(o.open_base)
  from ({open_items}) o
 where (cardinality($4::uuid[]) = 0 or o.customer = any ($4))
   and (cardinality($5::text[]) = 0 or o.currency = any ($5))
 group by 1
 order by 1, 2
