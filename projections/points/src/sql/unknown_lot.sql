-- Of lots that were to be moved, the place of one that is not there.
select moved.nth
  from unnest($1::text[], $2::uuid[], $3::bigint[]) with ordinality
       as moved (tenant, member, lot, nth)
 where not exists (select
                     from lots l
                    where l.tenant = moved.tenant and l.member = moved.member
                      and l.lot = moved.lot)
 limit 1
