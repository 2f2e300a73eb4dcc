-- What is due by month, from a day ($6) to a day ($7): instalments of invoices, and what confirmed
-- orders will still be billed. $8 is the first instant after the day that is asked for.
with billed as (
    select date_trunc('month', i.due::timestamp)::date as month, i.currency,
           coalesce(sum(e.amount) filter
               (where e.movement in ('posted', 'taken_off', 'rescheduled')), 0) as due,
           -coalesce(sum(e.amount) filter (where e.movement = 'paid'), 0) as received,
           sum(e.amount) as open
      from {schema}.items i
      join {schema}.entries e on e.tenant = $1 and e.customer = i.customer and e.item = i.item
     where i.tenant = $1 and i.kind = 'instalment'
       and ($6::date is null or i.due >= $6) and ($7::date is null or i.due <= $7)
       and (cardinality($4::uuid[]) = 0 or i.customer = any ($4))
       and (cardinality($5::text[]) = 0 or i.currency = any ($5))
       and e.dated <= $2::date and e.recorded_at < {known}
     group by 1, 2
),
versions as (
    select order_id, max(version) as version
      from {schema}.plans
     where tenant = $1 and occurred_at < $8 and recorded_at < {known}
       and (cardinality($4::uuid[]) = 0 or customer = any ($4))
     group by 1
),
planned as (
    select p.customer, p.order_id, p.n, p.currency, p.due, p.amount, sum(p.amount) over course as upto
      from {schema}.plans p
      join versions using (order_id, version)
     where p.tenant = $1
       and (cardinality($4::uuid[]) = 0 or p.customer = any ($4))
       and (cardinality($5::text[]) = 0 or p.currency = any ($5))
    window course as (partition by p.order_id order by p.due, p.n)
),
invoiced as (
    select customer, order_id, currency, sum(amount) as amount
      from {schema}.postings
     where tenant = $1 and figure = 'invoiced' and order_id is not null
       and dated <= $2::date and recorded_at < {known}
       and (cardinality($4::uuid[]) = 0 or customer = any ($4))
       and (cardinality($5::text[]) = 0 or currency = any ($5))
     group by 1, 2, 3
),
committed as (
    select distinct on (customer, order_id) customer, order_id, unbilled
      from {schema}.commitments
     where tenant = $1 and occurred_at < $8 and recorded_at < {known}
       and (cardinality($4::uuid[]) = 0 or customer = any ($4))
     order by customer, order_id, version desc
),
-- Billing takes the first of a plan, cancelling the last. What commits nobody is not received: the
-- plan of a draft, also of one that is cancelled or never confirmed.
unbilled as (
    select p.customer, p.order_id, p.n, p.currency, p.due,
           greatest(0, least(greatest(p.upto - coalesce(b.amount, 0), 0), c.unbilled)
               - greatest(p.upto - p.amount - coalesce(b.amount, 0), 0)) as amount
      from planned p
      join committed c using (customer, order_id)
      left join invoiced b using (customer, order_id, currency)
),
expected as (
    select *, sum(amount) over (partition by order_id order by due, n) as upto
      from unbilled
     where amount > 0
),
prepaid as (
    select customer, order_id, currency, -sum(open) as amount
      from ({open_items}) o
     where kind = 'payment' and order_id is not null
       and (cardinality($4::uuid[]) = 0 or customer = any ($4))
       and (cardinality($5::text[]) = 0 or currency = any ($5))
     group by 1, 2, 3
),
-- Down payments that no invoice has used yet are for the first of what is left.
ahead as (
    select e.due, e.currency, e.amount,
           greatest(0, least(e.amount, coalesce(p.amount, 0) - (e.upto - e.amount))) as received
      from expected e
      left join prepaid p using (customer, order_id, currency)
     where ($6::date is null or e.due >= $6) and ($7::date is null or e.due <= $7)
),
months as (
    select month, currency, due as billed, 0 as planned, received, open from billed
    union all
    select date_trunc('month', due::timestamp)::date, currency, 0, amount, received, amount - received
      from ahead
)
select month, currency, sum(billed) as billed, sum(planned) as planned, sum(received) as received,
       sum(open) as open
  from months
 group by 1, 2
 order by 1, 2
