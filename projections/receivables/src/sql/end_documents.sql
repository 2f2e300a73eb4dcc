update documents d
   set ended_on = ended.ended_on
  from (select unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::date[]))
       as ended (tenant, document, kind, ended_on)
 where d.tenant = ended.tenant and d.document = ended.document and d.kind = ended.kind
