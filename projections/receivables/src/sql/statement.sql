-- A customer's ($4) movements from a day ($5; null is the first) on, and the balances before them
-- and after the last.
with movements as (
    select p.*, sum(p.amount) over course as balance
      from {schema}.postings p
     where p.tenant = $1 and p.customer = $4 and p.dated <= $2::date and p.recorded_at < {known}
       and (cardinality($6::text[]) = 0 or p.currency = any ($6))
       -- Between rates, within one currency, nothing moves that the customer sees.
       and p.amount <> 0
    window course as (partition by p.currency order by p.dated, p.version, p.n)
),
page as (
    select *
      from movements
     where ($5::date is null or dated >= $5)
       and ($7::date is null or (dated, version, n) > ($7, $8::bigint, $9::int))
     order by dated, version, n
     limit $10
)
select 'before' as what, currency, sum(amount) as amount, null::numeric as balance,
       null::text as figure, null::boolean as reversal, null::date as dated,
       null::timestamptz as recorded_at, null::bigint as version, null::int as n,
       null::bigint as item, null::uuid as document, null::text as number
  from movements
 where dated < $5
 group by currency
union all
select 'after', currency, sum(amount), null, null, null, null, null, null, null, null, null, null
  from movements
 group by currency
union all
select 'between', p.currency, p.amount, p.balance, p.figure, p.reversal, p.dated, p.recorded_at,
       p.version, p.n, p.item, p.document, d.number
  from page p
  left join {schema}.items i on i.tenant = $1 and i.customer = p.customer and i.item = p.item
  left join {schema}.documents d
    on d.tenant = $1 and d.document = p.document and d.kind = i.kind
 order by dated nulls first, version, n, currency
