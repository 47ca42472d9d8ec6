output "reader_policy_json" {
  description = "What each service's role needs to read its own secret, by service."
  value       = module.rotating_secret.reader_policy_json
}
