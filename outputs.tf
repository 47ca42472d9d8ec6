# Generated from TypeScript by `npm run synth`. Do not edit.

output "secret_arns" {
  description = "ARNs of the secrets by key."
  value       = { for key in keys(local.secrets) : key => module.secret[key].arn }
}

output "secret_names" {
  description = "Names of the secrets by key."
  value       = { for key in keys(local.secrets) : key => module.secret[key].name }
}

output "replica_arns" {
  description = "ARNs of the replicas by key and region."
  value       = { for key in keys(local.secrets) : key => module.secret[key].replica_arns }
}

output "reader_policy_json" {
  description = "IAM policies by key, each with what an application needs to read that secret and its replicas, and no more."
  value       = { for key in keys(local.secrets) : key => module.secret[key].reader_policy_json }
}

output "rotator_function_arns" {
  description = "ARNs of the rotation functions by rotator."
  value       = { for key, rotator in module.rotator : key => rotator.function_arn }
}

output "rotator_function_names" {
  description = "Names of the functions that were created, by rotator."
  value       = { for key, rotator in module.rotator : key => rotator.function_name }
}

output "rotator_role_arns" {
  description = "ARNs of the functions' roles by rotator."
  value       = { for key, rotator in module.rotator : key => rotator.role_arn }
}

output "rotator_log_group_names" {
  description = "Names of the functions' log groups by rotator."
  value       = { for key, rotator in module.rotator : key => rotator.log_group_name }
}

output "rotator_security_group_ids" {
  description = "IDs of the functions' security groups by rotator."
  value       = { for key, rotator in module.rotator : key => rotator.security_group_id }
}

output "rotator_policy_documents" {
  description = "IAM policies by rotator that let the role of a function of your own rotate the secrets."
  value       = { for key, rotator in module.rotator : key => rotator.policy_documents }
}

output "topic_arn" {
  description = "ARN of the topic that was created."
  value       = one(module.notifications[*].topic_arn)
}

output "dead_letter_queue_arn" {
  description = "ARN of the queue that was created for what could not be delivered."
  value       = one(module.notifications[*].dead_letter_queue_arn)
}

output "kms_key_arn" {
  description = "ARN of the key that was created."
  value       = local.kms_key_arn
}

output "endpoint_id" {
  description = "ID of the endpoint that was created."
  value       = one(module.endpoint[*].id)
}

output "endpoint_url" {
  description = "URL of the endpoint that was created."
  value       = one(module.endpoint[*].url)
}
