variable "replica_region" {
  description = "Region of the replica."
  type        = string
  default     = "eu-central-1"
}

variable "email_address" {
  description = "Who is told of failed rotations."
  type        = string
}
