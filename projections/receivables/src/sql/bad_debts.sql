-- Write-offs that were made on some days ($8 to $9), and what became of them.
with moved as (
    select e.customer, e.reference, e.item,
           -coalesce(sum(e.amount) filter (where e.movement = 'written_off' and e.amount < 0), 0)
               as written_off,
           coalesce(sum(e.amount) filter (where e.movement = 'written_off' and e.amount > 0), 0)
               as taken_back,
           coalesce(sum(e.amount) filter (where e.movement = 'recovered'), 0) as recovered,
           -sum(e.amount) as lost, -sum(e.base) as lost_base
      from {schema}.entries e
     where e.tenant = $1 and e.movement in ('written_off', 'recovered')
       and e.dated <= $2::date and e.recorded_at < {known}
       and (cardinality($4::uuid[]) = 0 or e.customer = any ($4))
     group by 1, 2, 3
),
bad_debts as (
    select m.*, w.dated, w.reason, w.requested_by, w.approved_by, i.kind, i.document, i.currency,
           i.owner, i.team
      from moved m
      join {schema}.write_offs w
        on w.tenant = $1 and w.customer = m.customer and w.write_off = m.reference
      join {schema}.items i on i.tenant = $1 and i.customer = m.customer and i.item = m.item
     where (cardinality($5::text[]) = 0 or i.owner = any ($5))
       and (cardinality($6::text[]) = 0 or i.team = any ($6))
       and (cardinality($7::text[]) = 0 or i.currency = any ($7))
       and ($8::date is null or w.dated >= $8)
       and ($9::date is null or w.dated <= $9)
),
page as (
    select *
      from bad_debts
     where $10::date is null or (dated, customer, reference) > ($10, $11::uuid, $12::bigint)
     order by dated, customer, reference
     limit $13
)
select false as total, p.currency, p.written_off, p.taken_back, p.recovered, p.lost, p.lost_base,
       p.customer, c.name as customer_name, c.number as customer_number, p.reference, p.item,
       p.document, d.number as document_number, p.dated, p.reason, p.requested_by, p.approved_by,
       p.owner, p.team
  from page p
  left join {schema}.customers c on c.tenant = $1 and c.customer = p.customer
  left join {schema}.documents d
    on d.tenant = $1 and d.document = p.document and d.kind = p.kind
union all
select true, currency, sum(written_off), sum(taken_back), sum(recovered), sum(lost),
       sum(lost_base), null, null, null, null, null, null, null, null, null, null, null, null, null
  from bad_debts
 group by currency
 order by total, dated, customer, reference, currency
