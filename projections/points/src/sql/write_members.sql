insert into members (tenant, member, program, number, customer, status)
select * from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[])
