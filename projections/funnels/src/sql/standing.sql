-- Opportunities as they stood just before an instant ($2), or as they stand now (null).
with bound as (select coalesce($2::timestamptz, 'infinity') as until),
standing as (
    select h.*
      from {schema}.history h
     where h.tenant = $1
       and h.valid_from < coalesce($2::timestamptz, 'infinity')
       and h.valid_until >= coalesce($2::timestamptz, 'infinity')
       and ($3::uuid is null or h.pipeline = $3)
       and (cardinality($4::text[]) = 0 or h.owner = any ($4))
       and (cardinality($5::text[]) = 0 or h.team = any ($5))
       and (cardinality($6::text[]) = 0 or h.source = any ($6))
       and ($7::timestamptz is null or h.created_at >= $7)
       and ($8::timestamptz is null or h.created_at < $8)
)
