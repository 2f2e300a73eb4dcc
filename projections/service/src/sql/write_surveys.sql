insert into surveys (tenant, survey, ticket, resolution, customer, channel, agent, queue, low_score,
                     asked_at, expires_at)
select * from unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::text[],
                     $7::text[], $8::uuid[], $9::smallint[], $10::timestamptz[], $11::timestamptz[])
