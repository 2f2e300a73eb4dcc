insert into tiers (tenant, member, version, at, recorded_at, tier)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[])
