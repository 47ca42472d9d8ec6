# Generated from TypeScript by `npm run synth`. Do not edit.

variable "create" {
  description = "Whether to create anything."
  type        = bool
  default     = true
  nullable    = false
}

variable "region" {
  description = "Region of the VPC; the provider's by default."
  type        = string
  default     = null
}

variable "name" {
  description = "Name of the endpoint and its security group."
  type        = string
  nullable    = false
}

variable "vpc_id" {
  description = "VPC of the endpoint."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets that the endpoint has an address in; each is billed by the hour."
  type        = list(string)
  nullable    = false
}

variable "private_dns_enabled" {
  description = "Whether the region's public name of Secrets Manager leads every client in the VPC to this endpoint, which then serves them without restriction."
  type        = bool
  default     = false
  nullable    = false
}

variable "secret_arns" {
  description = "Secrets that the endpoint serves, where private DNS is off; every secret by default."
  type        = list(string)
  default     = null
}

variable "clients" {
  description = "Who may reach the endpoint, by a name of your choice."
  type = map(object({
    # Security group of the client.
    security_group_id = optional(string)
    # IPv4 addresses of the client.
    cidr_ipv4 = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for client in values(var.clients) : (client.security_group_id == null) != (client.cidr_ipv4 == null)])
    error_message = "Each client must say one of security_group_id and cidr_ipv4."
  }
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
  nullable    = false
}
