-- 1 000 customers; 27 000 invoices over three years, of which nine tenths are paid a month later,
-- and the payments of a tenth of those bounce.
create temporary table sold as
select n, ('00000000-0000-0000-0000-' || lpad(to_hex(n % 1000 + 1), 12, '0'))::uuid as customer,
       n / 1000 as round, date '2023-10-01' + (n % 1090) as dated,
       case when n % 4 = 0 then 'USD' else 'EUR' end as currency,
       (10 + n % 990)::numeric as amount, n % 10 <> 3 as paid, n % 100 = 7 as bounced
  from generate_series(0, 26999) n;

insert into {schema}.customers
select 'acme', ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Customer ' || n,
       'CU-' || n, 'owner ' || n % 20
  from generate_series(1, 1000) n;

create temporary table written as
-- Invoice and payment of a round are items 2r + 1 and 2r + 2, its events 10r to 10r + 9.
select customer, 2 * round + 1 as item, 10 * round + 1 as version, dated, dated as recorded,
       'posted' as movement, amount, currency, 'invoiced' as figure, false as reversal
  from sold
union all
select customer, 2 * round + 2, 10 * round + 2, dated + 30, dated + 32, 'posted', -amount, currency,
       'received', false
  from sold where paid
union all
select customer, 2 * round + 2, 10 * round + 3, dated + 30, dated + 32, 'used', amount, currency,
       null, false
  from sold where paid
union all
select customer, 2 * round + 1, 10 * round + 3, dated + 30, dated + 32, 'paid', -amount, currency,
       null, false
  from sold where paid
union all
select customer, 2 * round + 2, 10 * round + 4, dated + 40, dated + 41, 'used', -amount, currency,
       null, true
  from sold where bounced
union all
select customer, 2 * round + 1, 10 * round + 4, dated + 40, dated + 41, 'paid', amount, currency,
       null, true
  from sold where bounced
union all
select customer, 2 * round + 2, 10 * round + 5, dated + 40, dated + 41, 'taken_off', amount,
       currency, 'received', true
  from sold where bounced;

insert into {schema}.entries
select 'acme', customer, item, version, row_number() over (partition by customer, version) - 1,
       dated, recorded, movement, amount, amount, null, null
  from written;

insert into {schema}.postings
select 'acme', customer, version, 0, dated, recorded, figure, reversal, currency, amount, amount,
       item, null, null
  from written where figure is not null;

insert into {schema}.items
select 'acme', customer, item, case when item % 2 = 1 then 'instalment' else 'payment' end,
       gen_random_uuid(), 1, min(dated), min(dated) + case when item % 2 = 1 then 14 else 0 end,
       min(recorded), currency, 'owner ' || item % 20, 'east', null,
       (array_agg(amount order by version))[1], (array_agg(amount order by version))[1],
       sum(amount), sum(amount), max(dated), max(recorded)
  from written
 group by customer, item, currency;

insert into {schema}.documents
select 'acme', document, customer, kind,
       'IN-' || item, dated, recorded_at, currency, abs(amount), abs(base)
  from {schema}.items;

-- Every seventh sale has an order of the same customer with a plan, half of which will be billed.
insert into {schema}.plans
select 'acme', ('00000000-0000-0000-0001-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 0, customer, dated,
       dated, currency, dated + 60, amount
  from sold where n % 7 = 0;

insert into {schema}.commitments
select 'acme', customer, 10 * round + 6, ('00000000-0000-0000-0001-' || lpad(to_hex(n), 12, '0'))::uuid,
       dated, dated, round(amount / 2, 2)
  from sold where n % 7 = 0;

insert into {schema}.rates values
       ('acme', 'book', 'EUR', 'USD', '2023-10-01', 1, 0.9, '2023-10-01');

analyze {schema}.items;
analyze {schema}.entries;
analyze {schema}.postings;
analyze {schema}.documents;
analyze {schema}.plans;
analyze {schema}.commitments;
