select i.*
  from unnest($1::text[], $2::uuid[], $3::bigint[]) as wanted (tenant, customer, item)
  join items i on i.tenant = wanted.tenant and i.customer = wanted.customer
              and i.item = wanted.item
union all
select i.*
  from unnest($4::text[], $5::uuid[], $6::uuid[]) as wanted (tenant, customer, document)
  join items i on i.tenant = wanted.tenant and i.document = wanted.document
              and i.customer = wanted.customer
