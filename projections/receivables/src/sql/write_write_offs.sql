insert into write_offs as w
       (tenant, customer, write_off, item, dated, wanted, reason, requested_by, approved_by,
        rejected)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::bigint[]),
       unnest($5::date[]), unnest($6::numeric[]), unnest($7::text[]), unnest($8::text[]),
       unnest($9::text[]), unnest($10::text[])
on conflict (tenant, customer, write_off) do update
   set item = excluded.item, dated = excluded.dated, wanted = excluded.wanted,
       reason = excluded.reason, requested_by = excluded.requested_by,
       approved_by = excluded.approved_by, rejected = excluded.rejected
