-- What only queries look for, and keys that the fold does not look up: with the tables of a build that is
-- read at once, or when it is full.

create unique index if not exists entries_key
    on entries (tenant, customer, item, version, n);
create unique index if not exists postings_key on postings (customer, version, n, tenant);
create unique index if not exists commitments_key on commitments (tenant, customer, version);

create index if not exists documents_kind on documents (tenant, kind, dated);
create index if not exists items_open on items (tenant, customer) where open <> 0 or open_base <> 0;
create index if not exists items_last_dated on items (tenant, last_dated);
create index if not exists items_last_recorded_at on items (tenant, last_recorded_at);
create index if not exists entries_bad_debts on entries (tenant, customer, reference)
 where movement in ('written_off', 'recovered');
create index if not exists postings_dated on postings (tenant, dated);
-- A customer's statement, in its order.
create index if not exists postings_of_customer on postings (customer, dated, version, n, tenant);
create index if not exists plans_of_customer on plans (tenant, customer);
