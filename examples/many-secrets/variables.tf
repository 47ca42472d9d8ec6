variable "database_host" {
  description = "Host of the database that the services share."
  type        = string
}

variable "admin_secret_arn" {
  description = "ARN of the secret of the database's admin."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the database."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets from which the database is reached."
  type        = list(string)
}

variable "database_security_group_id" {
  description = "Security group of the database."
  type        = string
}
