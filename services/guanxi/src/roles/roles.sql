-- The roles of the processes. None can log in: a login that is a member takes one on.
do $$
declare
    job text;
begin
    -- One migration of this database at a time.
    perform pg_advisory_xact_lock(hashtextextended('guanxi roles', 0));
    foreach job in array array[
        'guanxi_customers', 'guanxi_sales', 'guanxi_service', 'guanxi_loyalty',
        'guanxi_projector', 'guanxi_query', 'guanxi_analytics', 'guanxi_analyst']
    loop
        if not exists (select from pg_roles where rolname = job) then
            execute format('create role %I nologin', job);
        end if;
        -- The last is the group of analysts, for analysts alone.
        if job <> 'guanxi_analyst' and not pg_has_role(current_user, job, 'member') then
            execute format('grant %I to current_user', job);
        end if;
    end loop;

    -- The views of analysts have an owner of their own; the projector points them to new builds.
    if not pg_has_role('guanxi_projector', 'guanxi_analytics', 'member') then
        grant guanxi_analytics to guanxi_projector;
    end if;

    -- The projector makes a schema for every build of a read model.
    if not has_database_privilege('guanxi_projector', current_database(), 'create') then
        execute format('grant create on database %I to guanxi_projector', current_database());
    end if;
end
$$;

grant usage on schema projections to guanxi_projector, guanxi_query;
grant select, insert, update, delete on all tables in schema projections to guanxi_projector;
grant select on all tables in schema projections to guanxi_query;

-- Session locks and large objects are everybody's by default: an analyst could hold up a leader, or
-- fill the disk, with them. Only a superuser can take them away; elsewhere the provider has to.
do $$
declare
    callable regprocedure;
    jobs constant text[] := array[
        'guanxi_customers', 'guanxi_sales', 'guanxi_service', 'guanxi_loyalty',
        'guanxi_projector', 'guanxi_query'];
    job text;
begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
        return;
    end if;
    for callable in
        select oid from pg_proc
         where pronamespace = 'pg_catalog'::regnamespace
           and (proname ~ '^pg_(try_)?advisory_' or proname ~ '^lo_')
           -- Also where a later release has roles that an earlier one did not know.
           and (has_function_privilege('guanxi_analyst', oid, 'execute')
                or exists (select from unnest(jobs) role
                            where not has_function_privilege(role, pg_proc.oid, 'execute')))
    loop
        execute format('revoke execute on function %s from public', callable);
        foreach job in array jobs loop
            execute format('grant execute on function %s to %I', callable, job);
        end loop;
    end loop;
end
$$;
