-- What only queries look for, and keys that the fold does not look up: with the tables of a build that is
-- read at once, or when it is full.

create unique index if not exists tiers_key on tiers (tenant, member, version);
create unique index if not exists lines_key on lines (tenant, member, version, account);
create unique index if not exists lot_movements_key
    on lot_movements (tenant, member, lot, version, n);

create index if not exists members_program on members (tenant, program);
create index if not exists accounts_last_at on accounts (tenant, last_at);
create index if not exists accounts_last_recorded_at on accounts (tenant, last_recorded_at);
create index if not exists lines_at on lines (tenant, member, account, at);
create index if not exists lots_open on lots (tenant, expires_at) where pending <> 0 or remaining <> 0;
create index if not exists lots_last_at on lots (tenant, last_at);
create index if not exists lots_last_recorded_at on lots (tenant, last_recorded_at);
create index if not exists lot_movements_version on lot_movements (tenant, member, version);
