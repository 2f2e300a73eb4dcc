    create or replace view analytics.receivables_months with (security_barrier) as
    with days as (
        select p.currency, p.dated, sum(p.amount) as balance,
               sum(p.amount) filter (where p.figure = 'invoiced') as invoiced,
               -sum(p.amount) filter (where p.figure = 'credited') as credited,
               sum(p.amount) filter (where p.figure = 'fees') as fees,
               -sum(p.amount) filter (where p.figure = 'received' and not p.reversal) as received,
               sum(p.amount) filter (where p.figure = 'received' and p.reversal) as bounced,
               sum(p.amount) filter (where p.figure = 'refunded' and not p.reversal) as refunded,
               -sum(p.amount) filter (where p.figure = 'refunded' and p.reversal) as returned,
               -sum(p.amount) filter (where p.figure = 'discount') as discount,
               -sum(p.amount) filter (where p.figure = 'difference') as difference,
               -sum(p.amount) filter (where p.figure = 'written_off') as written_off,
               sum(p.amount) filter (where p.figure = 'recovered') as recovered,
               sum(p.amount) filter (where p.figure = 'exchange') as exchange
          from {schema}.postings p
         where p.tenant = {tenant} and p.dated <= {as_of}
         group by p.currency, p.dated
    ),
    months as (
        select c.currency, m.month::date as month,
               least((m.month + interval '1 month')::date - 1, {as_of}) as upto
          from (select currency, date_trunc('month', min(dated)::timestamp) as first
                  from days group by currency) c
         cross join generate_series(c.first, {as_of}::timestamp, interval '1 month') as m (month)
    ),
    flows as (
        select m.currency, m.month, m.upto,
               coalesce(sum(d.invoiced), 0) as invoiced, coalesce(sum(d.credited), 0) as credited,
               coalesce(sum(d.fees), 0) as fees, coalesce(sum(d.received), 0) as received,
               coalesce(sum(d.bounced), 0) as bounced, coalesce(sum(d.refunded), 0) as refunded,
               coalesce(sum(d.returned), 0) as returned, coalesce(sum(d.discount), 0) as discount,
               coalesce(sum(d.difference), 0) as difference,
               coalesce(sum(d.written_off), 0) as written_off,
               coalesce(sum(d.recovered), 0) as recovered, coalesce(sum(d.exchange), 0) as exchange,
               sum(coalesce(sum(d.balance), 0)) over (partition by m.currency order by m.month)
                   as outstanding
          from months m
          left join days d on d.currency = m.currency and d.dated between m.month and m.upto
         group by m.currency, m.month, m.upto
    ),
    lately as (
        select m.currency, m.month,
               sum(coalesce(d.invoiced, 0) - coalesce(d.credited, 0)) as invoiced
          from months m
          join days d on d.currency = m.currency and d.dated > m.upto - 90 and d.dated <= m.upto
         group by m.currency, m.month
    ),
    due as (
        select i.currency, date_trunc('month', i.due::timestamp)::date as month,
               coalesce(sum(e.amount) filter
                   (where e.movement in ('posted', 'taken_off', 'rescheduled', 'credited')), 0)
                   as due,
               -coalesce(sum(e.amount) filter (where e.movement = 'paid'), 0) as collected
          from {schema}.items i
          join {schema}.entries e
            on e.tenant = {tenant} and e.customer = i.customer and e.item = i.item
         where i.tenant = {tenant} and i.kind = 'instalment' and i.due <= {as_of}
           and e.dated <= least({as_of},
               (date_trunc('month', i.due::timestamp) + interval '1 month')::date - 1)
         group by 1, 2
    )
    select f.month, f.currency, f.invoiced, f.credited, f.fees, f.received, f.bounced, f.refunded,
           f.returned, f.received - f.bounced - f.refunded + f.returned as net_flow, f.discount,
           f.difference, f.written_off, f.recovered, f.exchange, f.outstanding,
           case when l.invoiced > 0 then round(f.outstanding * 90 / l.invoiced, 1) end
               as days_sales_outstanding,
           coalesce(due.due, 0) as due, coalesce(due.collected, 0) as collected,
           case when due.due > 0 then round(due.collected / due.due, 4) end as collection_rate
      from flows f
      left join lately l on l.currency = f.currency and l.month = f.month
      left join due on due.currency = f.currency and due.month = f.month;

    comment on view analytics.receivables_months is
        'Month by month, from the first with anything to this one, in the tenant''s time zone: what was invoiced and received, and how well it is collected; one row for each month and currency. By all that is known now; the month that has not ended goes as far as today.';
    comment on column analytics.receivables_months.month is 'The first day of the month.';
    comment on column analytics.receivables_months.currency is
        'ISO 4217 code of the amounts. Never add amounts of different currencies.';
    comment on column analytics.receivables_months.invoiced is 'Invoices, less voided ones.';
    comment on column analytics.receivables_months.credited is 'Credit notes, less voided ones.';
    comment on column analytics.receivables_months.fees is 'Fees, less waived ones.';
    comment on column analytics.receivables_months.received is
        'Payments by their date, also those that bounced later.';
    comment on column analytics.receivables_months.bounced is
        'Payments that bounced, by the date on which they did.';
    comment on column analytics.receivables_months.refunded is 'Money paid out.';
    comment on column analytics.receivables_months.returned is 'Money paid out that came back.';
    comment on column analytics.receivables_months.net_flow is
        'received - bounced - refunded + returned.';
    comment on column analytics.receivables_months.discount is
        'What was kept back for paying early.';
    comment on column analytics.receivables_months.difference is
        'Small rests that were written off: those of debits, less those of credits.';
    comment on column analytics.receivables_months.written_off is
        'Bad debts, less what was taken back.';
    comment on column analytics.receivables_months.recovered is
        'Bad debts that were paid after all.';
    comment on column analytics.receivables_months.exchange is
        'What allocations between currencies moved into this one.';
    comment on column analytics.receivables_months.outstanding is
        'What was open at the end of the month, credits counted. It is that of the month before + invoiced + fees + refunded - returned - received + bounced - credited - discount - difference - written_off + recovered + exchange.';
    comment on column analytics.receivables_months.days_sales_outstanding is
        'outstanding / (invoiced less credited in the 90 days that end with the month) * 90, in days; null where nothing was invoiced.';
    comment on column analytics.receivables_months.due is
        'Instalments that fell due in the month, as they stood at its end: rescheduled, voided and credited parts left out.';
    comment on column analytics.receivables_months.collected is
        'Payments that had been used for them by the end of the month.';
    comment on column analytics.receivables_months.collection_rate is
        'collected / due; null where nothing was due.';
