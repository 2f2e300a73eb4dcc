    create or replace view analytics.invoices with (security_barrier) as
    select d.document as invoice_id, d.number as invoice_number, d.customer as customer_id,
           c.name as customer, c.number as customer_number, d.dated as invoice_date, t.due_date,
           d.currency, d.net as net_amount, d.tax as tax_amount, d.amount, d.base as base_amount,
           coalesce(t.paid, 0) as paid_amount, coalesce(t.credited, 0) as credited_amount,
           coalesce(t.open, 0) as open_amount,
           case when d.ended_on is not null then 'voided'
                when coalesce(t.open, 0) = 0 then 'settled'
                when t.overdue then 'overdue'
                else 'open' end as status,
           d.ended_on as voided_on, d.owner, d.team, d.order_id, d.recorded_at
      from {schema}.documents d
      left join {schema}.customers c on c.tenant = {tenant} and c.customer = d.customer
      left join (
            select i.document,
                   coalesce(max(i.due) filter (where i.open <> 0), max(i.due)) as due_date,
                   bool_or(i.open <> 0 and i.due < {as_of}) as overdue,
                   -sum(e.paid) as paid, -sum(e.credited) as credited, sum(i.open) as open
              from {schema}.items i
              left join (
                    select customer, item,
                           sum(amount) filter (where movement = 'paid') as paid,
                           sum(amount) filter (where movement = 'credited') as credited
                      from {schema}.entries
                     where tenant = {tenant} and movement in ('paid', 'credited')
                     group by customer, item) e
                on e.customer = i.customer and e.item = i.item
             where i.tenant = {tenant} and i.kind = 'instalment'
             group by i.document) t
        on t.document = d.document
     where d.tenant = {tenant} and d.kind = 'instalment';

    comment on view analytics.invoices is
        'Every issued invoice as it stands now, one row each; what is dated in the future is counted already.';
    comment on column analytics.invoices.invoice_id is 'The invoice.';
    comment on column analytics.invoices.invoice_number is 'Its number, without a gap.';
    comment on column analytics.invoices.customer_id is 'Who is billed.';
    comment on column analytics.invoices.customer is
        'What the customer is called today; null when not known.';
    comment on column analytics.invoices.customer_number is 'The customer''s number.';
    comment on column analytics.invoices.invoice_date is 'Its date.';
    comment on column analytics.invoices.due_date is
        'When the last of it that is open is due, or was, where nothing is; null for an invoice of 0.';
    comment on column analytics.invoices.currency is
        'ISO 4217 code of the amounts. Never add amounts of different currencies.';
    comment on column analytics.invoices.net_amount is 'What it comes to without tax.';
    comment on column analytics.invoices.tax_amount is 'The tax on it.';
    comment on column analytics.invoices.amount is 'What it comes to, tax included.';
    comment on column analytics.invoices.base_amount is
        'The same in the tenant''s base currency, at the rate at which it was booked.';
    comment on column analytics.invoices.paid_amount is 'What payments were used for it.';
    comment on column analytics.invoices.credited_amount is 'What credit notes were used for it.';
    comment on column analytics.invoices.open_amount is 'What is open of it.';
    comment on column analytics.invoices.status is
        'voided; settled (nothing is open); overdue (a part that is open was due before today); open.';
    comment on column analytics.invoices.voided_on is
        'The date from which it counts no more; null while it counts.';
    comment on column analytics.invoices.owner is 'Who sold it; null when not told.';
    comment on column analytics.invoices.team is 'The team that it counts for; null for none.';
    comment on column analytics.invoices.order_id is 'The order that it bills; null for none.';
    comment on column analytics.invoices.recorded_at is 'When it was recorded.';

    create or replace view analytics.payments with (security_barrier) as
    select d.document as payment_id, d.number as payment_number, d.customer as customer_id,
           c.name as customer, c.number as customer_number, d.dated as payment_date, d.currency,
           d.amount, d.base as base_amount, d.method, d.reference, d.order_id,
           -i.open as unallocated_amount, d.ended_on as bounced_on, i.owner, d.recorded_at
      from {schema}.documents d
      left join {schema}.customers c on c.tenant = {tenant} and c.customer = d.customer
      left join {schema}.items i
        on i.tenant = {tenant} and i.document = d.document and i.kind = 'payment'
     where d.tenant = {tenant} and d.kind = 'payment';

    comment on view analytics.payments is 'Every payment that was received as it stands now, one row each; what is dated in the future is counted already.';
    comment on column analytics.payments.payment_id is 'The payment.';
    comment on column analytics.payments.payment_number is 'Its number.';
    comment on column analytics.payments.customer_id is 'Who paid.';
    comment on column analytics.payments.customer is
        'What the customer is called today; null when not known.';
    comment on column analytics.payments.customer_number is 'The customer''s number.';
    comment on column analytics.payments.payment_date is 'Its date.';
    comment on column analytics.payments.currency is
        'ISO 4217 code of the amounts. Never add amounts of different currencies.';
    comment on column analytics.payments.amount is 'How much.';
    comment on column analytics.payments.base_amount is
        'The same in the tenant''s base currency, at the rate at which it was booked.';
    comment on column analytics.payments.method is
        'How it came: bank_transfer, direct_debit, card, cheque, cash, wallet or other.';
    comment on column analytics.payments.reference is 'What the bank calls it; null when not told.';
    comment on column analytics.payments.order_id is
        'The order that it is a down payment for; null for none.';
    comment on column analytics.payments.unallocated_amount is
        'What of it is not used yet; 0 when it bounced.';
    comment on column analytics.payments.bounced_on is
        'The date on which it bounced; null unless it did.';
    comment on column analytics.payments.owner is
        'Who looked after the customer when it was recorded; null for nobody.';
    comment on column analytics.payments.recorded_at is 'When it was recorded.';

    create or replace view analytics.bad_debts with (security_barrier) as
    select b.customer as customer_id, c.name as customer, c.number as customer_number,
           b.reference as write_off, b.item, i.document as document_id,
           d.number as document_number, w.dated as written_off_on, i.currency, b.written_off,
           b.taken_back, b.recovered, b.lost, b.lost_base as base_lost, w.reason, w.requested_by,
           w.approved_by, i.owner, i.team
      from (select e.customer, e.reference, e.item,
                   -coalesce(sum(e.amount) filter
                       (where e.movement = 'written_off' and e.amount < 0), 0) as written_off,
                   coalesce(sum(e.amount) filter
                       (where e.movement = 'written_off' and e.amount > 0), 0) as taken_back,
                   coalesce(sum(e.amount) filter (where e.movement = 'recovered'), 0)
                       as recovered,
                   -sum(e.amount) as lost, -sum(e.base) as lost_base
              from {schema}.entries e
             where e.tenant = {tenant} and e.movement in ('written_off', 'recovered')
             group by e.customer, e.reference, e.item) b
      join {schema}.write_offs w
        on w.tenant = {tenant} and w.customer = b.customer and w.write_off = b.reference
      join {schema}.items i on i.tenant = {tenant} and i.customer = b.customer and i.item = b.item
      left join {schema}.customers c on c.tenant = {tenant} and c.customer = b.customer
      left join {schema}.documents d
        on d.tenant = {tenant} and d.document = i.document and d.kind = i.kind;

    comment on view analytics.bad_debts is
        'Debits that were given up, wholly or partly, and what came of it; one row for each write-off.';
    comment on column analytics.bad_debts.customer_id is 'Whose debt it is.';
    comment on column analytics.bad_debts.customer is
        'What the customer is called today; null when not known.';
    comment on column analytics.bad_debts.customer_number is 'The customer''s number.';
    comment on column analytics.bad_debts.write_off is
        'The number of the write-off within the customer''s account.';
    comment on column analytics.bad_debts.item is
        'The number of the debit within the customer''s account.';
    comment on column analytics.bad_debts.document_id is 'The debit''s document; null for a fee.';
    comment on column analytics.bad_debts.document_number is 'The number of that document.';
    comment on column analytics.bad_debts.written_off_on is 'The date of the write-off.';
    comment on column analytics.bad_debts.currency is
        'ISO 4217 code of the amounts. Never add amounts of different currencies.';
    comment on column analytics.bad_debts.written_off is 'What was written off.';
    comment on column analytics.bad_debts.taken_back is 'What of that was taken back.';
    comment on column analytics.bad_debts.recovered is
        'What of that was paid after all; a recovery whose payment bounced or was taken off counts as taken back.';
    comment on column analytics.bad_debts.lost is 'What is left of it.';
    comment on column analytics.bad_debts.base_lost is
        'The same in the tenant''s base currency, at the rate at which the debit was booked.';
    comment on column analytics.bad_debts.reason is 'Why it was written off.';
    comment on column analytics.bad_debts.requested_by is 'Who asked for it.';
    comment on column analytics.bad_debts.approved_by is 'Who approved it.';
    comment on column analytics.bad_debts.owner is 'The owner of the debit; null for nobody.';
    comment on column analytics.bad_debts.team is
        'The team that the debit counts for; null for none.';
