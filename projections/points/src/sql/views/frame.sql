-- What analysts see of this model. The views belong to the owner of the schema `analytics`, who may
-- read the model; analysts may read the views and nothing else, and of them only the rows of the
-- tenant that their login stands for. Without that schema there are no analysts.
do $views$
declare
    owner  name := (select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'analytics');
    before text := current_setting('role');
begin
    if owner is null then
        return;
    end if;
    execute format('grant usage on schema {schema} to %I', owner);
    execute format('grant select on {schema}.customers, {schema}.programs, {schema}.members, '
                   '{schema}.tiers, {schema}.accounts, {schema}.lines, {schema}.lots, '
                   '{schema}.lot_movements, {schema}.purchases, {schema}.redemptions to %I', owner);
    perform set_config('role', owner, true);

{views}
    perform set_config('role', before, true);
end
$views$;
