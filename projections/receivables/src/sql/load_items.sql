select i.*
  from (select unnest($1::text[]), unnest($2::uuid[]), unnest($3::bigint[]))
       as wanted (tenant, customer, item)
  join items i on i.tenant = wanted.tenant and i.customer = wanted.customer
              and i.item = wanted.item
union all
select i.*
  from (select unnest($4::text[]), unnest($5::uuid[]), unnest($6::uuid[]))
       as wanted (tenant, customer, document)
  join items i on i.tenant = wanted.tenant and i.document = wanted.document
              and i.customer = wanted.customer
