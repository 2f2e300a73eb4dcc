update documents d
   set ended_on = ended.ended_on
  from unnest($1::text[], $2::uuid[], $3::date[]) as ended (tenant, document, ended_on)
 where d.tenant = ended.tenant and d.document = ended.document
