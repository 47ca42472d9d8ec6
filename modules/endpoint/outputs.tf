# Generated from TypeScript by `npm run synth`. Do not edit.

output "id" {
  description = "ID of the endpoint."
  value       = one(aws_vpc_endpoint.this[*].id)
}

output "url" {
  description = "URL of the endpoint by its own name, which works with and without private DNS: the `SECRETS_MANAGER_ENDPOINT` of a rotator."
  value       = try("https://${aws_vpc_endpoint.this[0].dns_entry[0].dns_name}", null)
}

output "security_group_id" {
  description = "ID of the endpoint's security group, which lets clients in."
  value       = one(aws_security_group.this[*].id)
}
