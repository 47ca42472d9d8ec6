# Generated from TypeScript by `npm run synth`. Do not edit.

output "arn" {
  description = "ARN of the secret. What uses it waits for the first value."
  value       = local.arn
  depends_on  = [aws_secretsmanager_secret_version.first, aws_secretsmanager_secret_policy.this]
}

output "name" {
  description = "Name of the secret."
  value       = var.create ? one(aws_secretsmanager_secret.this[*].name) : try(regex("secret:(.+)-[A-Za-z0-9]{6}$", var.arn)[0], null)
}

output "replica_arns" {
  description = "ARNs of the replicas by region."
  value       = local.replica_arns
}

output "reader_policy_json" {
  description = "IAM policy with what an application needs to read the secret and its replicas, and no more."
  value       = data.aws_iam_policy_document.reader.json
}
