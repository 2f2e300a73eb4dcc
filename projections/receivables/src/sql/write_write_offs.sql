insert into write_offs as w
       (tenant, customer, write_off, item, dated, wanted, reason, requested_by, approved_by,
        rejected)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::bigint[], $5::date[], $6::numeric[], $7::text[],
        $8::text[], $9::text[], $10::text[])
on conflict (tenant, customer, write_off) do update
   set item = excluded.item, dated = excluded.dated, wanted = excluded.wanted,
       reason = excluded.reason, requested_by = excluded.requested_by,
       approved_by = excluded.approved_by, rejected = excluded.rejected
