-- Both ways into the log once more, told in which of its lives the batch was decided. A stream of a
-- lost life may have had the very version that another event has now: no version tells them apart, so
-- what was decided in a life that is over is decided anew, whatever it expects. All commands of a batch
-- were decided in one life. The functions before remain for processes of the releases before.

-- `append` as in V2, with one outcome more, `outlived`: of every command that is not known, where the
-- batch was decided in another life.
create function append(
    decided_in uuid,
    c_id uuid[], c_tenant text[], c_hash bytea[], c_result bytea[], c_events int[],
    c_last int[],
    g_command int[], g_id uuid[], g_category text[], g_expected bigint[], g_events int[],
    g_last int[],
    e_guard int[], e_version bigint[], e_id uuid[], e_type text[], e_occurred_at timestamptz[],
    e_data bytea[], e_meta bytea[], e_leaves bytea,
    n_event int[], n_series text[],
    k_command int[], k_key bytea[], k_category text[], k_id uuid[],
    r_command int[], r_key bytea[], r_category text[], r_id uuid[],
    t_guard int[], t_due timestamptz[]
) returns table (
    command int, outcome text, incarnation uuid, "position" bigint, recorded_at timestamptz,
    result bytea, numbers jsonb, dealt bigint[], item int, actual bigint, category text, id uuid
) language plpgsql as $$
#variable_conflict use_column
declare
    h head%rowtype;
begin
    select * into h from head order by position desc limit 1 for update;
    if h.incarnation = decided_in then
        return query select * from append(
            c_id, c_tenant, c_hash, c_result, c_events, c_last,
            g_command, g_id, g_category, g_expected, g_events, g_last,
            e_guard, e_version, e_id, e_type, e_occurred_at, e_data, e_meta, e_leaves,
            n_event, n_series, k_command, k_key, k_category, k_id,
            r_command, r_key, r_category, r_id, t_guard, t_due);
        return;
    end if;
    return query
        select 0, 'written', h.incarnation, h.position, h.recorded_at,
               null::bytea, null::jsonb, null::bigint[], null::int, null::bigint, null::text, null::uuid
        union all
        select c.command::int,
               case when k.id is null then 'outlived'
                    when k.content_hash = c.hash then 'repeated' else 'different' end,
               h.incarnation, k.position, k.recorded_at, k.result, k.numbers,
               null, null, null, null, null
        from unnest(c_id, c_tenant, c_hash) with ordinality as c (id, tenant, hash, command)
        left join commands k on k.id = c.id and k.tenant = c.tenant;
end
$$;

-- `append_trusting` as in V4; it fails as a whole where the batch was decided in another life. In full,
-- for a function around it would take as long as what V4 has saved.
create function append_trusting(
    decided_in uuid,
    c_id uuid[], c_tenant text[], c_hash bytea[], c_result bytea[], c_events int[],
    c_last int[],
    g_command int[], g_id uuid[], g_category text[], g_expected bigint[], g_events int[],
    g_last int[], begun bigint, moved bigint, still bigint,
    e_guard int[], e_version bigint[], e_id uuid[], e_type text[], e_occurred_at timestamptz[],
    e_data bytea[], e_meta bytea[], e_leaves bytea,
    k_command int[], k_key bytea[], k_category text[], k_id uuid[],
    t_guard int[], t_due timestamptz[],
    out incarnation uuid, out "position" bigint, out recorded_at timestamptz
) language plpgsql as $$
#variable_conflict use_column
declare
    h      head%rowtype;
    events int := cardinality(e_id);
    went   bigint;
begin
    select * into h from head order by position desc limit 1 for update;
    if h.incarnation is distinct from decided_in then
        raise exception 'decided in another life of the log' using errcode = 'GX002';
    end if;
    incarnation := h.incarnation;
    position := h.position;
    h.recorded_at := greatest(h.recorded_at, clock_timestamp());
    recorded_at := h.recorded_at;

    if moved > 0 then
        update streams s
        set version = g_expected[g] + g_events[g], last_position = h.position + g_last[g]
        from generate_series(1, cardinality(g_id)) as g
        where s.id = g_id[g] and s.category = g_category[g] and s.tenant = c_tenant[g_command[g]]
          and s.version = g_expected[g] and g_events[g] > 0 and g_expected[g] > 0;
        get diagnostics went = row_count;
        if went <> moved then
            raise exception 'a version has moved' using errcode = 'GX001';
        end if;
    end if;
    if still > 0 then
        if exists (
            select from generate_series(1, cardinality(g_id)) as g
            left join streams s on s.id = g_id[g] and s.category = g_category[g]
                               and s.tenant = c_tenant[g_command[g]]
            where coalesce(g_events[g], 0) = 0 and coalesce(s.version, 0) <> g_expected[g])
        then
            raise exception 'a version has moved' using errcode = 'GX001';
        end if;
    end if;
    if begun > 0 then
        insert into streams (id, version, last_position, category, tenant)
        select g_id[g], g_events[g], h.position + g_last[g], g_category[g],
               c_tenant[g_command[g]]
        from generate_series(1, cardinality(g_id)) as g
        where g_events[g] > 0 and g_expected[g] = 0;
    end if;

    if events > 0 then
        h.chain := sha256(
            h.chain || int8send(h.position + 1)
            || int8send((extract(epoch from h.recorded_at) * 1000000)::bigint) || e_leaves);
        insert into events (position, stream_id, version, event_id, occurred_at, recorded_at,
                            tenant, category, type, data, meta, leaf, link)
        select h.position + e, g_id[e_guard[e]], e_version[e], e_id[e], e_occurred_at[e],
               h.recorded_at, c_tenant[g_command[e_guard[e]]], g_category[e_guard[e]],
               e_type[e], e_data[e], e_meta[e], substring(e_leaves from e * 32 - 31 for 32),
               case when e = events then h.chain end
        from generate_series(1, events) as e;
    end if;

    insert into commands (id, first_position, position, recorded_at, tenant, content_hash, result)
    select c_id[c], case when c_events[c] > 0 then h.position + c_last[c] - c_events[c] + 1 end,
           h.position + c_last[c], h.recorded_at, c_tenant[c], c_hash[c], c_result[c]
    from generate_series(1, cardinality(c_id)) as c;

    if cardinality(k_key) > 0 then
        insert into claims (key, id, category, tenant)
        select k_key[k], k_id[k], k_category[k], c_tenant[k_command[k]]
        from generate_series(1, cardinality(k_key)) as k;
    end if;
    if cardinality(t_guard) > 0 then
        delete from timers t
        using unnest(t_guard, t_due) as x (guard, due)
        where x.due is null and t.id = g_id[x.guard] and t.category = g_category[x.guard]
          and t.tenant = c_tenant[g_command[x.guard]];
        insert into timers (id, due_at, category, tenant)
        select g_id[x.guard], x.due, g_category[x.guard], c_tenant[g_command[x.guard]]
        from unnest(t_guard, t_due) as x (guard, due)
        where x.due is not null
        on conflict (id, category, tenant) do update set due_at = excluded.due_at;
    end if;

    update head
    set position = h.position + events, recorded_at = h.recorded_at, chain = h.chain
    where position = h.position;
end
$$;
