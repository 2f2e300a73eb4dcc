    create or replace view analytics.exchange_rates with (security_barrier) as
    select r.source, r.from_currency, r.to_currency, r.valid_from, r.rate, r.recorded_at,
           r.version
      from {schema}.rates r
     where r.tenant = {tenant};

    comment on view analytics.exchange_rates is
        'Exchange rates as they were set. On a day, the one with the latest valid_from up to that day holds, and of several for one day the one with the highest version.';
    comment on column analytics.exchange_rates.source is
        'Who says so: book is the one by which documents are booked and reports convert.';
    comment on column analytics.exchange_rates.from_currency is 'One unit of this (ISO 4217) ...';
    comment on column analytics.exchange_rates.to_currency is '... is worth so many of this.';
    comment on column analytics.exchange_rates.valid_from is 'The first day on which it holds.';
    comment on column analytics.exchange_rates.rate is 'How many.';
    comment on column analytics.exchange_rates.recorded_at is 'When it was recorded.';
    comment on column analytics.exchange_rates.version is
        'Rises with each rate of the source and currency.';

    create or replace view analytics.receivables_entries with (security_barrier) as
    select e.customer as customer_id, c.name as customer, c.number as customer_number, e.item,
           i.kind, i.document as document_id, d.number as document_number, i.order_id,
           i.dated as item_date, i.due as due_date, i.owner, i.team, i.currency,
           i.amount as item_amount, e.dated as business_date, e.recorded_at, e.movement, e.amount,
           e.base as base_amount, e.counterpart as counterpart_item, e.reference, e.version, e.n
      from {schema}.entries e
      join {schema}.items i on i.tenant = {tenant} and i.customer = e.customer and i.item = e.item
      left join {schema}.customers c on c.tenant = {tenant} and c.customer = e.customer
      left join {schema}.documents d
        on d.tenant = {tenant} and d.document = i.document and d.kind = i.kind
     where e.tenant = {tenant};

    comment on view analytics.receivables_entries is
        'All that ever happened to open items, one row each; nothing is ever changed here. What is open of an item as of a day, as known at a moment, is the sum of the amounts with business_date up to the one and recorded_at up to the other.';
    comment on column analytics.receivables_entries.customer_id is 'Whose it is.';
    comment on column analytics.receivables_entries.customer is
        'What the customer is called today; null when not known.';
    comment on column analytics.receivables_entries.customer_number is 'The customer''s number.';
    comment on column analytics.receivables_entries.item is
        'The number of the item within the customer''s account.';
    comment on column analytics.receivables_entries.kind is
        'What the item is: instalment, fee, refund, payment or credit_note.';
    comment on column analytics.receivables_entries.document_id is
        'The invoice, payment, refund or credit note that the item is of; null for a fee.';
    comment on column analytics.receivables_entries.document_number is
        'The number of that document; null when it has none.';
    comment on column analytics.receivables_entries.order_id is
        'The order that the item bills, or is paid for; null for none.';
    comment on column analytics.receivables_entries.item_date is 'The date of the item.';
    comment on column analytics.receivables_entries.due_date is
        'The last day on which the item is not overdue; of a payment or credit note its own date.';
    comment on column analytics.receivables_entries.owner is
        'Who sold it, else who looked after the customer when it was recorded; null for nobody.';
    comment on column analytics.receivables_entries.team is
        'The team that the item counts for; null for none.';
    comment on column analytics.receivables_entries.currency is
        'ISO 4217 code of the amounts. Never add amounts of different currencies.';
    comment on column analytics.receivables_entries.item_amount is
        'What the item came to when it was posted; debits above 0, credits below.';
    comment on column analytics.receivables_entries.business_date is
        'The date from which the entry counts.';
    comment on column analytics.receivables_entries.recorded_at is
        'When the entry was recorded: before that it was not known.';
    comment on column analytics.receivables_entries.movement is
        'What the entry is: posted; taken_off (voided, waived, bounced, returned); rescheduled; paid or credited (a payment or a credit note was used for it); used (of a credit); discount; difference (a small rest); written_off; recovered. Taking back is the same again with the other sign.';
    comment on column analytics.receivables_entries.amount is
        'What is open more of the item by it.';
    comment on column analytics.receivables_entries.base_amount is
        'The same in the tenant''s base currency, at the rate at which it was booked.';
    comment on column analytics.receivables_entries.counterpart_item is
        'The other item of an allocation; null for other entries.';
    comment on column analytics.receivables_entries.reference is
        'The number of the allocation or of the write-off within the account; null for other entries.';
    comment on column analytics.receivables_entries.version is
        'The version of the account with the event that made the entry.';
    comment on column analytics.receivables_entries.n is 'The place among the entries of that event.';

    -- Over the other views, for it runs with the rights of whoever calls it.
    create or replace function analytics.receivables_on(as_of date, as_known_at date default null)
    returns setof analytics.receivables_open_items
    language sql stable as $body$
        with dates as (
            select s.base_currency, s.base_places,
                   case when as_known_at is null then 'infinity'::timestamptz
                        else (as_known_at + 1)::timestamp at time zone s.time_zone end as known
              from analytics.settings s
        ),
        rates as (
            select distinct on (r.from_currency) r.from_currency as currency, r.rate
              from analytics.exchange_rates r
              join dates on r.to_currency = dates.base_currency and r.recorded_at < dates.known
             where r.source = 'book' and r.valid_from <= as_of
             order by r.from_currency, r.valid_from desc, r.version desc
        )
        select e.customer_id, e.customer, e.customer_number, e.item, e.kind, e.document_id,
               e.document_number, e.order_id, e.item_date, e.due_date, as_of - e.due_date,
               case when e.kind in ('payment', 'credit_note') then 'unallocated'
                    when as_of - e.due_date < 1 then 'not due'
                    when as_of - e.due_date <= 30 then '1-30'
                    when as_of - e.due_date <= 60 then '31-60'
                    when as_of - e.due_date <= 90 then '61-90'
                    when as_of - e.due_date <= 120 then '91-120'
                    else '121+' end,
               e.owner, e.team, e.currency, e.item_amount, sum(e.amount), sum(e.base_amount),
               case when e.currency = dates.base_currency then sum(e.amount)
                    else round(sum(e.amount) * rates.rate, dates.base_places) end
          from analytics.receivables_entries e
          join dates on e.recorded_at < dates.known
          left join rates on rates.currency = e.currency
         where e.business_date <= as_of
         group by e.customer_id, e.customer, e.customer_number, e.item, e.kind, e.document_id,
                  e.document_number, e.order_id, e.item_date, e.due_date, e.owner, e.team,
                  e.currency, e.item_amount, dates.base_currency, dates.base_places, rates.rate
        having sum(e.amount) <> 0 or sum(e.base_amount) <> 0
    $body$;
    comment on function analytics.receivables_on(date, date) is
        'What was open at the end of a day, as it was known at the end of another day (null: as known now), both in the tenant''s time zone; converted at the book rate of the first as known on the second.';
