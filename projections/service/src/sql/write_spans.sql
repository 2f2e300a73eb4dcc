insert into spans
       (tenant, ticket, n, opened_at, valid_from, valid_until, state, queue, agent, priority, kind,
        channel, category, customer)
select * from unnest(
        $1::text[], $2::uuid[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
        $7::text[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
        $14::uuid[])
