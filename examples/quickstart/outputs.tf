output "secret_arns" {
  description = "What an application reads: the host, the user and the password that the first rotation made."
  value       = module.rotating_secret.secret_arns
}

output "reader_policy_json" {
  description = "What the application's role needs to read it."
  value       = module.rotating_secret.reader_policy_json["orders"]
}
