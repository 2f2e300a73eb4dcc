update members m
   set status = changed.status
  from unnest($1::text[], $2::uuid[], $3::text[]) as changed (tenant, member, status)
 where m.tenant = changed.tenant and m.member = changed.member
