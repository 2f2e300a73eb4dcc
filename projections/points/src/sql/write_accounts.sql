insert into accounts as a
       (tenant, member, account, earned, adjusted, transferred_in, pending, active, spent, settled,
        transferred_out, expired, reversed, debt, owed, last_at, last_recorded_at)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::numeric[]),
       unnest($5::numeric[]), unnest($6::numeric[]), unnest($7::numeric[]), unnest($8::numeric[]),
       unnest($9::numeric[]), unnest($10::numeric[]), unnest($11::numeric[]),
       unnest($12::numeric[]), unnest($13::numeric[]), unnest($14::numeric[]),
       unnest($15::numeric[]), unnest($16::timestamptz[]), unnest($17::timestamptz[])
on conflict (tenant, member, account) do update
   set earned = trim_scale(a.earned + excluded.earned),
       adjusted = trim_scale(a.adjusted + excluded.adjusted),
       transferred_in = trim_scale(a.transferred_in + excluded.transferred_in),
       pending = trim_scale(a.pending + excluded.pending),
       active = trim_scale(a.active + excluded.active),
       spent = trim_scale(a.spent + excluded.spent),
       settled = trim_scale(a.settled + excluded.settled),
       transferred_out = trim_scale(a.transferred_out + excluded.transferred_out),
       expired = trim_scale(a.expired + excluded.expired),
       reversed = trim_scale(a.reversed + excluded.reversed),
       debt = trim_scale(a.debt + excluded.debt),
       owed = trim_scale(a.owed + excluded.owed),
       last_at = greatest(a.last_at, excluded.last_at),
       last_recorded_at = greatest(a.last_recorded_at, excluded.last_recorded_at)
