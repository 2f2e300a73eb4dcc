    create or replace view analytics.receivables_open_items with (security_barrier) as
    select o.customer as customer_id, c.name as customer, c.number as customer_number, o.item,
           o.kind, o.document as document_id, d.number as document_number, o.order_id,
           o.dated as business_date, o.due as due_date, {as_of} - o.due as age_days,
           {bucket} as bucket,
           o.owner, o.team, o.currency, o.amount, o.open as open_amount,
           o.open_base as base_open_amount,
           case when o.currency = {base} then o.open else round(o.open * r.rate, {places}) end
               as converted_open_amount
      from ({open_items}) o
      left join ({rates_on}) r on r.currency = o.currency
      left join {schema}.customers c on c.tenant = {tenant} and c.customer = o.customer
      left join {schema}.documents d
        on d.tenant = {tenant} and d.document = o.document and d.kind = o.kind;

    comment on view analytics.receivables_open_items is
        'Everything that is open today, in the tenant''s time zone: instalments, fees and refunds above 0, unused payments and credit notes below 0. As of any other day, as known on any day: analytics.receivables_on(as_of, as_known_at).';
    comment on column analytics.receivables_open_items.customer_id is 'Whose it is.';
    comment on column analytics.receivables_open_items.customer is
        'What the customer is called today; null when not known.';
    comment on column analytics.receivables_open_items.customer_number is
        'The customer''s number.';
    comment on column analytics.receivables_open_items.item is
        'Its number within the customer''s account.';
    comment on column analytics.receivables_open_items.kind is
        'What it is: instalment, fee, refund, payment or credit_note.';
    comment on column analytics.receivables_open_items.document_id is
        'The invoice, payment, refund or credit note that it is of; null for a fee.';
    comment on column analytics.receivables_open_items.document_number is
        'The number of that document; null when it has none.';
    comment on column analytics.receivables_open_items.order_id is
        'The order that it bills, or is paid for; null for none.';
    comment on column analytics.receivables_open_items.business_date is 'Its date.';
    comment on column analytics.receivables_open_items.due_date is
        'The last day on which it is not overdue; of a payment or credit note its own date.';
    comment on column analytics.receivables_open_items.age_days is
        'Days since the due date; below 1 it is not overdue.';
    comment on column analytics.receivables_open_items.bucket is
        'The column of the ageing: not due, 1-30, 31-60, 61-90, 91-120, 121+, or unallocated for payments and credit notes.';
    comment on column analytics.receivables_open_items.owner is
        'Who sold it, else who looked after the customer when it was recorded; null for nobody.';
    comment on column analytics.receivables_open_items.team is
        'The team that it counts for; null for none.';
    comment on column analytics.receivables_open_items.currency is
        'ISO 4217 code of the amounts. Never add amounts of different currencies.';
    comment on column analytics.receivables_open_items.amount is
        'What it came to when it was posted.';
    comment on column analytics.receivables_open_items.open_amount is 'What is open of it.';
    comment on column analytics.receivables_open_items.base_open_amount is
        'The same in the tenant''s base currency, at the rate at which it was booked.';
    comment on column analytics.receivables_open_items.converted_open_amount is
        'The same in the tenant''s base currency, at the book rate of the day; null when there is none.';

    create or replace view analytics.receivables_aging with (security_barrier) as
    select o.customer_id, o.customer, o.customer_number, o.currency,
           coalesce(sum(o.open_amount) filter (where o.bucket = 'not due'), 0) as not_due,
           coalesce(sum(o.open_amount) filter (where o.bucket = '1-30'), 0) as days_1_30,
           coalesce(sum(o.open_amount) filter (where o.bucket = '31-60'), 0) as days_31_60,
           coalesce(sum(o.open_amount) filter (where o.bucket = '61-90'), 0) as days_61_90,
           coalesce(sum(o.open_amount) filter (where o.bucket = '91-120'), 0) as days_91_120,
           coalesce(sum(o.open_amount) filter (where o.bucket = '121+'), 0) as days_121_plus,
           coalesce(sum(o.open_amount)
               filter (where o.bucket not in ('not due', 'unallocated')), 0) as overdue,
           coalesce(sum(o.open_amount) filter (where o.bucket = 'unallocated'), 0) as unallocated,
           sum(o.open_amount) as outstanding, sum(o.base_open_amount) as base_outstanding,
           sum(o.converted_open_amount) as converted_outstanding, count(*) as items
      from analytics.receivables_open_items o
     group by o.customer_id, o.customer, o.customer_number, o.currency;

    comment on view analytics.receivables_aging is
        'The ageing today: one row for each customer and currency with something open. It adds up to what is outstanding: not due + overdue + unallocated.';
    comment on column analytics.receivables_aging.customer_id is 'The customer.';
    comment on column analytics.receivables_aging.customer is
        'What the customer is called today; null when not known.';
    comment on column analytics.receivables_aging.customer_number is 'The customer''s number.';
    comment on column analytics.receivables_aging.currency is
        'ISO 4217 code of the amounts. Never add amounts of different currencies.';
    comment on column analytics.receivables_aging.not_due is 'Not due yet, or due today.';
    comment on column analytics.receivables_aging.days_1_30 is '1 to 30 days overdue.';
    comment on column analytics.receivables_aging.days_31_60 is '31 to 60 days overdue.';
    comment on column analytics.receivables_aging.days_61_90 is '61 to 90 days overdue.';
    comment on column analytics.receivables_aging.days_91_120 is '91 to 120 days overdue.';
    comment on column analytics.receivables_aging.days_121_plus is
        '121 days overdue and more.';
    comment on column analytics.receivables_aging.overdue is 'All that is overdue.';
    comment on column analytics.receivables_aging.unallocated is
        'Payments and credit notes that are not used yet; 0 or below.';
    comment on column analytics.receivables_aging.outstanding is 'All of it.';
    comment on column analytics.receivables_aging.base_outstanding is
        'The same in the tenant''s base currency, at the rates at which it was booked.';
    comment on column analytics.receivables_aging.converted_outstanding is
        'The same in the tenant''s base currency, at the book rate of today; null when there is none.';
    comment on column analytics.receivables_aging.items is 'How many items are open.';
