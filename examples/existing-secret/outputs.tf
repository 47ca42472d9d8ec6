output "rotator_function_arns" {
  description = "ARN of the function that rotates the secret from now on."
  value       = module.rotating_secret.rotator_function_arns
}
