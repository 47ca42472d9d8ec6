output "secret_arns" {
  description = "ARNs of the secrets by key."
  value       = module.rotating_secret.secret_arns
}

output "replica_arns" {
  description = "ARNs of the replicas by key and region."
  value       = module.rotating_secret.replica_arns
}
