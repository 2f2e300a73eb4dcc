r.tenant = $1
       and (cardinality($2::uuid[]) = 0 or r.queue = any ($2))
       and (cardinality($3::text[]) = 0 or coalesce(r.agent, '') = any ($3))
       and (cardinality($4::text[]) = 0 or r.priority = any ($4))
       and (cardinality($5::text[]) = 0 or r.kind = any ($5))
       and (cardinality($6::text[]) = 0 or r.channel = any ($6))
       and (cardinality($7::text[]) = 0 or coalesce(r.category, '') = any ($7))
       and (cardinality($8::uuid[]) = 0 or r.customer = any ($8))
