-- Drops the analysts' views of the model {name}, with what in their schema stands on them, such as
-- functions that return their rows. What stands on them elsewhere is others', and stops this.
do $drop$
declare
    owner  name := (select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'analytics');
    before text := current_setting('role');
    views  oid[];
    others text;
begin
    -- Not those of a build as of a day: no release makes any.
    select array_agg(distinct v.oid) into views
      from projections.builds b
      join pg_namespace s on s.nspname = b.schema
      join pg_class t on t.relnamespace = s.oid
      join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid
                      and d.classid = 'pg_rewrite'::regclass
      join pg_rewrite r on r.oid = d.objid
      join pg_class v on v.oid = r.ev_class and v.relkind = 'v'
      join pg_namespace a on a.oid = v.relnamespace and a.nspname = 'analytics'
     where b.name = '{name}' and b.state <> 'frozen';
    if views is null then
        return;
    end if;

    -- All that would go with them. A view stands on another by its rule, which is a part of it.
    with recursive gone (class, id) as (
        select 'pg_class'::regclass::oid, unnest(views)
        union
        select n.class, n.id
          from gone g
         cross join lateral (
               select d.classid, d.objid from pg_depend d
                where d.refclassid = g.class and d.refobjid = g.id
               union all
               select d.refclassid, d.refobjid from pg_depend d
                where d.classid = g.class and d.objid = g.id and d.deptype = 'i') n (class, id)
    )
    select string_agg(distinct o.type || ' ' || o.identity, ', ') into others
      from gone g
     cross join lateral pg_identify_object(g.class, g.id, 0) o
     where o.schema is distinct from 'analytics' and o.type not in ('rule', 'type');
    if others is not null then
        raise exception 'the views of {name} cannot be dropped, for on them stands %', others
              using errcode = 'dependent_objects_still_exist';
    end if;

    perform set_config('role', owner, true);
    execute (select 'drop view ' || string_agg(v::regclass::text, ', ') || ' cascade'
               from unnest(views) v);
    perform set_config('role', before, true);
end
$drop$;
