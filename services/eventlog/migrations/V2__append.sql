-- The one function that writes to the log: a batch of commands, each all or nothing, in one call
-- and one commit.
--
-- The caller promises that no two commands of a batch touch the same stream (unless both only read
-- it), claim key or command id. So they can be checked and written as sets, and the outcome is as
-- if they had run one after another in their order.
--
-- Arrays, each group of the same length; `*_command`, `*_guard` and `*_event` are indexes from 1:
--   c_  commands                    g_  guards: streams written (events >= 0) or only read (null)
--   e_  events, in order            n_  numbers to draw, in order
--   k_  keys to claim               r_  keys to release        t_  timers (due null: remove it)
-- `*_last` is the index of the last event of it, or before it when it has none (0: there is none).
-- `e_leaves` holds the events' leaf hashes, 32 bytes each.
--
-- The statements that every batch runs go through the arrays by index: plpgsql keeps them unpacked,
-- and `unnest` of many costs a copy of each.
--
-- One row comes back with command 0 and outcome 'written': `position` is the head before the
-- batch; commands without a row of their own follow it in order. The others say why not.
create function append(
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
    command     int,
    outcome     text,
    incarnation uuid,
    "position"  bigint,       -- written: the head before; repeated: of the first time
    recorded_at timestamptz,
    result      bytea,        -- repeated
    numbers     jsonb,        -- repeated
    dealt       bigint[],     -- written: by n_ index, null where the command failed
    item        int,          -- stale: index of the guard; taken: of the claim
    actual      bigint,       -- stale
    category    text,         -- taken: the holder
    id          uuid
) language plpgsql as $$
#variable_conflict use_column
declare
    h         head%rowtype;
    failed    int[] := '{}';
    events    int := cardinality(e_id);
    linked    bytea := e_leaves;  -- the leaves of what is written
    nth       int[];              -- how many are written up to each event; null when all are
    e_numbers jsonb[];
    c_numbers jsonb[];
begin
    -- Everyone who appends waits here. The next statement has a fresh snapshot, so it sees all
    -- that was committed before the lock was granted.
    select * into h from head order by position desc limit 1 for update;
    incarnation := h.incarnation;

    -- The usual case first, by one cheap statement: no command is known, no version has moved.
    if exists (select from generate_series(1, cardinality(c_id)) as c
               join commands k on k.id = c_id[c] and k.tenant = c_tenant[c])
       or exists (select from generate_series(1, cardinality(g_id)) as g
                  left join streams s on s.id = g_id[g] and s.category = g_category[g]
                                     and s.tenant = c_tenant[g_command[g]]
                  where coalesce(s.version, 0) <> g_expected[g])
    then
        -- A known command gets its first answer, whatever has moved since.
        for command, outcome, position, recorded_at, result, numbers in
            select c.command,
                   case when k.content_hash = c.hash then 'repeated' else 'different' end,
                   k.position, k.recorded_at, k.result, k.numbers
            from unnest(c_id, c_tenant, c_hash) with ordinality as c (id, tenant, hash, command)
            join commands k on k.id = c.id and k.tenant = c.tenant
        loop
            failed := failed || command;
            return next;
        end loop;
        position := null; recorded_at := null; result := null; numbers := null;

        -- Versions, written and read.
        for command, outcome, item, actual in
            select distinct on (g.command) g.command, 'stale', g.item, coalesce(s.version, 0)
            from unnest(g_command, g_id, g_category, g_expected)
                 with ordinality as g (command, id, category, expected, item)
            left join streams s
              on s.id = g.id and s.category = g.category and s.tenant = c_tenant[g.command]
            where coalesce(s.version, 0) <> g.expected and g.command <> all (failed)
            order by g.command, g.item
        loop
            failed := failed || command;
            return next;
        end loop;
        actual := null;
    end if;

    -- A key held by another stream is taken, unless that stream lets go of it by the same command.
    if cardinality(k_key) > 0 then
        for command, outcome, item, category, id in
            select distinct on (k.command) k.command, 'taken', k.item, held.category, held.id
            from unnest(k_command, k_key, k_category, k_id)
                 with ordinality as k (command, key, category, id, item)
            join claims held on held.key = k.key and held.tenant = c_tenant[k.command]
            where (held.id, held.category) <> (k.id, k.category)
              and k.command <> all (failed)
              and not exists (
                  select from unnest(r_command, r_key, r_category, r_id)
                      as r (command, key, category, id)
                  where r.command = k.command and r.key = k.key
                    and r.category = held.category and r.id = held.id)
            order by k.command, k.item
        loop
            failed := failed || command;
            return next;
        end loop;
        category := null; id := null;
    end if;
    item := null;

    command := 0; outcome := 'written'; position := h.position;
    if cardinality(failed) = cardinality(c_id) then
        recorded_at := h.recorded_at;
        return next;
        return;
    end if;
    h.recorded_at := greatest(h.recorded_at, clock_timestamp());
    recorded_at := h.recorded_at;

    -- Numbers, dealt only to what will be written. They become part of their event's leaf.
    if cardinality(n_series) > 0 then
        with wanted as (
            select n.item, n.event, g_command[e_guard[n.event]] as command, n.series,
                   c_tenant[g_command[e_guard[n.event]]] as tenant
            from unnest(n_event, n_series) with ordinality as n (event, series, item)
        ), drawn as (
            select *, row_number() over (partition by tenant, series order by item) as nth,
                   count(*) over (partition by tenant, series) as many
            from wanted where command <> all (failed)
        ), moved as (
            insert into series as s (tenant, name, value)
            select tenant, series, count(*) from drawn group by tenant, series
            on conflict (tenant, name) do update set value = s.value + excluded.value
            returning tenant, name, value
        ), numbered as (
            select drawn.*, moved.value - drawn.many + drawn.nth as number
            from drawn join moved on moved.tenant = drawn.tenant and moved.name = drawn.series
        )
        select
            (select array_agg(numbered.number order by wanted.item)
             from wanted left join numbered on numbered.item = wanted.item),
            (select array_agg(n.numbers order by e.event)
             from generate_series(1, cardinality(e_id)) as e (event)
             left join (select numbered.event, jsonb_object_agg(series, number) as numbers
                        from numbered group by 1) as n on n.event = e.event),
            (select array_agg(n.numbers order by c.command)
             from generate_series(1, cardinality(c_id)) as c (command)
             left join (select numbered.command,
                               jsonb_agg(jsonb_build_array(series, number) order by item) as numbers
                        from numbered group by 1) as n on n.command = c.command)
        into dealt, e_numbers, c_numbers;

        select string_agg(case when e.numbers is null then e.leaf
                               else sha256(e.leaf || convert_to(e.numbers::text, 'UTF8')) end,
                          ''::bytea order by e.event)
        into linked
        from (select event, e_numbers[event] as numbers,
                     substring(e_leaves from event * 32 - 31 for 32) as leaf
              from generate_series(1, cardinality(e_id)) as event) as e;
        e_leaves := linked;
    end if;

    if events > 0 and cardinality(failed) > 0 then
        select count(*) filter (where e.written), array_agg(e.nth order by e.event),
               coalesce(string_agg(substring(e_leaves from e.event * 32 - 31 for 32),
                                   ''::bytea order by e.event) filter (where e.written),
                        ''::bytea)
        into events, nth, linked
        from (select event, written,
                     count(*) filter (where written) over (order by event) as nth
              from (select event, g_command[e_guard[event]] <> all (failed) as written
                    from generate_series(1, cardinality(e_id)) as event) as e) as e;
    end if;

    if events > 0 then
        h.chain := sha256(
            h.chain || int8send(h.position + 1)
            || int8send((extract(epoch from h.recorded_at) * 1000000)::bigint) || linked);

        insert into events (position, stream_id, version, event_id, occurred_at, recorded_at,
                            tenant, category, type, data, meta, numbers, leaf, link)
        select h.position + coalesce(nth[e], e), g_id[e_guard[e]], e_version[e], e_id[e],
               e_occurred_at[e], h.recorded_at, c_tenant[g_command[e_guard[e]]],
               g_category[e_guard[e]], e_type[e], e_data[e], e_meta[e], e_numbers[e],
               substring(e_leaves from e * 32 - 31 for 32),
               case when coalesce(nth[e], e) = events then h.chain end
        from generate_series(1, cardinality(e_id)) as e
        where g_command[e_guard[e]] <> all (failed);

        -- A stream has a row exactly when it has an event, and we hold the head: no need for the
        -- dearer "on conflict".
        if 0 = any (g_expected) then
            insert into streams (id, version, last_position, category, tenant)
            select g_id[g], g_events[g], h.position + coalesce(nth[g_last[g]], g_last[g]),
                   g_category[g], c_tenant[g_command[g]]
            from generate_series(1, cardinality(g_id)) as g
            where g_events[g] > 0 and g_expected[g] = 0 and g_command[g] <> all (failed);
        end if;
        if 0 < any (g_expected) then
            update streams s
            set version = g_expected[g] + g_events[g],
                last_position = h.position + coalesce(nth[g_last[g]], g_last[g])
            from generate_series(1, cardinality(g_id)) as g
            where s.id = g_id[g] and s.category = g_category[g]
              and s.tenant = c_tenant[g_command[g]]
              and g_events[g] > 0 and g_expected[g] > 0 and g_command[g] <> all (failed);
        end if;
    end if;

    insert into commands (id, first_position, position, recorded_at, tenant, content_hash, result,
                          numbers)
    select c_id[c], case when c_events[c] > 0 then h.position + last - c_events[c] + 1 end,
           h.position + last, h.recorded_at, c_tenant[c], c_hash[c], c_result[c], c_numbers[c]
    from (select c, coalesce(nth[c_last[c]], c_last[c]) as last
          from generate_series(1, cardinality(c_id)) as c
          where c <> all (failed)) as c;

    if cardinality(r_key) > 0 then
        delete from claims held
        using unnest(r_command, r_key, r_category, r_id) as r (command, key, category, id)
        where held.key = r.key and held.category = r.category and held.id = r.id
          and held.tenant = c_tenant[r.command] and r.command <> all (failed);
    end if;
    if cardinality(k_key) > 0 then
        insert into claims (key, id, category, tenant)
        select k.key, k.id, k.category, c_tenant[k.command]
        from unnest(k_command, k_key, k_category, k_id) as k (command, key, category, id)
        where k.command <> all (failed)
        on conflict (key, tenant) do nothing;
    end if;

    if cardinality(t_guard) > 0 then
        delete from timers t
        using unnest(t_guard, t_due) as x (guard, due)
        where x.due is null and g_command[x.guard] <> all (failed)
          and t.id = g_id[x.guard] and t.category = g_category[x.guard]
          and t.tenant = c_tenant[g_command[x.guard]];
        insert into timers (id, due_at, category, tenant)
        select g_id[x.guard], x.due, g_category[x.guard], c_tenant[g_command[x.guard]]
        from unnest(t_guard, t_due) as x (guard, due)
        where x.due is not null and g_command[x.guard] <> all (failed)
        on conflict (id, category, tenant) do update set due_at = excluded.due_at;
    end if;

    update head
    set position = h.position + events, recorded_at = h.recorded_at, chain = h.chain
    where position = h.position;

    return next;
end
$$;
