-- The schema of the analysts. {owner} owns the views and may read the read models; {analyst} is the
-- group of all analysts' logins.
do $$
begin
    if not exists (select from pg_roles where rolname = '{owner}') then
        create role {owner} nologin;
    end if;
    if not exists (select from pg_roles where rolname = '{analyst}') then
        create role {analyst} nologin;
    end if;
    -- Whoever may create something could create a function that tells what it is given, or one that
    -- stands in the way of others; also in the temporary schema.
    execute format('revoke create, temporary on database %I from public', current_database());
end
$$;
revoke create on schema public from public;

create schema if not exists analytics authorization {owner};
revoke all on schema analytics from public;
grant usage on schema analytics to {analyst};
comment on schema analytics is
    'Read models for analysts: documented views with stable names. Columns are only added at the end.';

-- Which login stands for which tenant. No analyst can read or change it; the views ask it for
-- session_user, which unlike a setting or the current role nobody can choose.
create schema if not exists analytics_access authorization {owner};
revoke all on schema analytics_access from public;
create table if not exists analytics_access.logins (
    login      name        primary key,
    tenant     text        collate "C" not null,
    -- Where the tenant's days begin.
    time_zone  text        not null,
    created_at timestamptz not null default clock_timestamp()
);
-- What several currencies are summed up in, and its decimal places.
alter table analytics_access.logins
    add column if not exists base_currency text collate "C",
    add column if not exists base_places   int;
alter table analytics_access.logins owner to {owner};
revoke all on analytics_access.logins from public;

alter default privileges for role {owner} in schema analytics grant select on tables to {analyst};
alter default privileges for role {owner} revoke execute on functions from public;
alter default privileges for role {owner} in schema analytics
    grant execute on functions to {analyst};

create or replace view analytics.settings with (security_barrier) as
select l.time_zone, l.base_currency, l.base_places
  from analytics_access.logins l
 where l.login = session_user;
alter view analytics.settings owner to {owner};
grant select on analytics.settings to {analyst};
comment on view analytics.settings is 'What holds for the tenant of this login: one row.';
comment on column analytics.settings.time_zone is
    'The IANA time zone in which the tenant''s days begin.';
comment on column analytics.settings.base_currency is
    'ISO 4217 code of the currency in which several currencies are summed up.';
comment on column analytics.settings.base_places is
    'How many decimal places that currency has.';
