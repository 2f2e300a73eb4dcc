insert into lines
       (tenant, member, version, account, kind, at, recorded_at, event, quantity, earned, adjusted,
        transferred_in, pending, active, spent, settled, transferred_out, expired, reversed, debt,
        owed, lapsed, cause, cause_id, reference, reason, requested_by, approved_by,
        program_version, rules_version, ladder_version, tier, factor, capped, rules, collected)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[],
        $7::timestamptz[], $8::uuid[], $9::numeric[], $10::numeric[], $11::numeric[],
        $12::numeric[], $13::numeric[], $14::numeric[], $15::numeric[], $16::numeric[],
        $17::numeric[], $18::numeric[], $19::numeric[], $20::numeric[], $21::numeric[],
        $22::numeric[], $23::text[], $24::uuid[], $25::text[], $26::text[], $27::text[],
        $28::text[], $29::int[], $30::int[], $31::int[], $32::text[], $33::numeric[],
        $34::numeric[], $35::jsonb[], $36::jsonb[])
