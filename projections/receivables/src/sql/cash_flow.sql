-- Month by month, by their first days ($6) up to the first day after the last ($7); the last one
-- goes as far as the day that is asked for.
with months as (
    select month, least((month + interval '1 month')::date - 1, $2::date) as upto
      from unnest($6::date[]) as month
),
days as (
    select currency, dated,
           sum(amount) as balance, sum(base) as balance_base,
           -sum(amount) filter (where figure = 'received' and not reversal) as received,
           -sum(base) filter (where figure = 'received' and not reversal) as received_base,
           sum(amount) filter (where figure = 'received' and reversal) as bounced,
           sum(base) filter (where figure = 'received' and reversal) as bounced_base,
           sum(amount) filter (where figure = 'refunded' and not reversal) as refunded,
           sum(base) filter (where figure = 'refunded' and not reversal) as refunded_base,
           -sum(amount) filter (where figure = 'refunded' and reversal) as returned,
           -sum(base) filter (where figure = 'refunded' and reversal) as returned_base,
           sum(amount) filter (where figure in ('invoiced', 'credited')) as invoiced,
           sum(base) filter (where figure in ('invoiced', 'credited')) as invoiced_base
      from {schema}.postings
     where tenant = $1 and dated <= $2::date and recorded_at < {known}
       and (cardinality($4::uuid[]) = 0 or customer = any ($4))
       and (cardinality($5::text[]) = 0 or currency = any ($5))
     group by 1, 2
),
flows as (
    select m.month, m.upto, c.currency,
           coalesce(sum(d.received) filter (where d.dated >= m.month), 0)
               as received,
           coalesce(sum(d.received_base) filter (where d.dated >= m.month), 0)
               as received_base,
           coalesce(sum(d.bounced) filter (where d.dated >= m.month), 0)
               as bounced,
           coalesce(sum(d.bounced_base) filter (where d.dated >= m.month), 0)
               as bounced_base,
           coalesce(sum(d.refunded) filter (where d.dated >= m.month), 0)
               as refunded,
           coalesce(sum(d.refunded_base) filter (where d.dated >= m.month), 0)
               as refunded_base,
           coalesce(sum(d.returned) filter (where d.dated >= m.month), 0)
               as returned,
           coalesce(sum(d.returned_base) filter (where d.dated >= m.month), 0)
               as returned_base,
           coalesce(sum(d.invoiced) filter (where d.dated >= m.month), 0)
               as invoiced,
           coalesce(sum(d.invoiced_base) filter (where d.dated >= m.month), 0)
               as invoiced_base,
           coalesce(sum(d.balance), 0) as outstanding,
           coalesce(sum(d.balance_base), 0) as outstanding_base,
           coalesce(sum(d.invoiced) filter (where d.dated > m.upto - 90), 0)
               as invoiced_90,
           coalesce(sum(d.invoiced_base) filter (where d.dated > m.upto - 90), 0)
               as invoiced_90_base
      from months m
     cross join (select distinct currency from days) c
      left join days d on d.currency = c.currency and d.dated <= m.upto
     group by 1, 2, 3
),
due as (
    select date_trunc('month', i.due::timestamp)::date as month, i.currency,
           coalesce(sum(e.amount) filter
               (where e.movement in ('posted', 'taken_off', 'rescheduled', 'credited')), 0)
               as due,
           -coalesce(sum(e.amount) filter (where e.movement = 'paid'), 0) as collected,
           coalesce(sum(e.base) filter
               (where e.movement in ('posted', 'taken_off', 'rescheduled', 'credited')), 0)
               as due_base,
           -coalesce(sum(e.base) filter (where e.movement = 'paid'), 0) as collected_base
      from {schema}.items i
      join {schema}.entries e on e.tenant = $1 and e.customer = i.customer and e.item = i.item
     where i.tenant = $1 and i.kind = 'instalment'
       and i.due >= ($6::date[])[1] and i.due <= $2::date and i.due < $7::date
       and (cardinality($4::uuid[]) = 0 or i.customer = any ($4))
       and (cardinality($5::text[]) = 0 or i.currency = any ($5))
       and e.dated <= least($2::date,
               (date_trunc('month', i.due::timestamp) + interval '1 month')::date - 1)
       and e.recorded_at < {known}
     group by 1, 2
)
select f.*,
       coalesce(due.due, 0) as due, coalesce(due.due_base, 0) as due_base,
       coalesce(due.collected, 0) as collected, coalesce(due.collected_base, 0) as collected_base,
       case when f.currency = $8 then f.outstanding else (
           select round(f.outstanding * r.rate, $9::int)
             from {schema}.rates r
            where r.tenant = $1 and r.source = 'book' and r.to_currency = $8
              and r.from_currency = f.currency and r.valid_from <= f.upto
              and r.recorded_at < {known}
            order by r.valid_from desc, r.version desc
            limit 1) end as converted
  from flows f
  left join due using (month, currency)
 order by f.month, f.currency
