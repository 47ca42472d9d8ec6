# Generated from TypeScript by `npm run synth`. Do not edit.

output "function_arn" {
  description = "ARN of the function. What uses it waits for all that a first rotation needs."
  value       = var.create ? (var.create_function ? one(aws_lambda_function.this[*].arn) : var.function_arn) : null
  depends_on = [
    aws_iam_role_policy.runtime,
    aws_iam_role_policy_attachment.secrets,
    aws_lambda_permission.secret,
    aws_lambda_permission.this,
    aws_vpc_security_group_egress_rule.this,
    aws_vpc_security_group_ingress_rule.this,
  ]
}

output "function_name" {
  description = "Name of the function that was created."
  value       = one(aws_lambda_function.this[*].function_name)
}

output "role_arn" {
  description = "ARN of the function's role."
  value       = one(aws_iam_role.this[*].arn)
}

output "role_name" {
  description = "Name of the function's role."
  value       = one(aws_iam_role.this[*].name)
}

output "log_group_name" {
  description = "Name of the function's log group."
  value       = one(aws_cloudwatch_log_group.this[*].name)
}

output "security_group_id" {
  description = "ID of the function's security group."
  value       = one(aws_security_group.this[*].id)
}

output "policy_documents" {
  description = "IAM policies that let a role rotate the secrets, for the role of a function that the module does not create."
  value       = [for key in sort(keys(local.chunks)) : data.aws_iam_policy_document.secrets[key].json]
}
