# Generated from TypeScript by `npm run synth`. Do not edit.

variable "create" {
  description = "Whether to create anything."
  type        = bool
  default     = true
  nullable    = false
}

variable "region" {
  description = "Region of the function; the provider's by default."
  type        = string
  default     = null
}

variable "name" {
  description = "Name of the function, and beginning of the names of its role and policies."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,49}$", var.name))
    error_message = "name must be 1 to 49 letters, digits, hyphens or underscores: the role's name adds the region to it."
  }
}

variable "engine" {
  description = "What is rotated: `postgres`, `mysql`, `mariadb` or `custom`."
  type        = string
  nullable    = false

  validation {
    condition     = var.engine == "custom" || contains(keys(local.engines), var.engine)
    error_message = "engine must be one of postgres, mysql, mariadb, custom; \"custom\" deploys your own zip or uses your own function."
  }
}

variable "strategy" {
  description = "How a credential is replaced: `single-user`, `alternating-users` or, for `mysql`, `dual-password`; your own affair for `custom`."
  type        = string
  default     = null

  validation {
    condition     = !contains(keys(local.engines), var.engine) || try(contains(local.engines[var.engine].strategies, var.strategy), false)
    error_message = "strategy must be one that ${var.engine} has: ${join(", ", try(local.engines[var.engine].strategies, []))}."
  }
}

variable "secrets" {
  description = "Secrets that the function rotates, by a key of your choice. Its role may use these and no others."
  type = map(object({
    # ARN of the secret.
    arn = string
    # ARN of the key that encrypts it.
    kms_key_id = optional(string)
    # ARN of the admin's secret.
    admin_secret_arn = optional(string)
    # ARN of the key that encrypts the admin's secret.
    admin_secret_kms_key_id = optional(string)
  }))
  nullable = false

  validation {
    condition     = length(var.secrets) <= 200
    error_message = "A rotator takes 200 secrets that share a key and an admin, 80 that share neither, and fewer with names of more than 50 characters, since a role may have 10 managed policies: add another to rotators and name it as the rotator of some of the secrets, or put these into another call of the module."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : (secret.kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", secret.kms_key_id))) && (secret.admin_secret_kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", secret.admin_secret_kms_key_id)))])
    error_message = "kms_key_id and admin_secret_kms_key_id must be ARNs of keys, since IAM policies need them: arn:aws:kms:REGION:ACCOUNT:key/ID. Not so: ${join(", ", [for key, secret in var.secrets : key if !((secret.kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", secret.kms_key_id))) && (secret.admin_secret_kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", secret.admin_secret_kms_key_id))))])}."
  }
}

variable "create_function" {
  description = "Whether to create the function. `false` uses the one whose `function_arn` is given; its role is your affair, see `policy_documents`."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.engine != "custom" || !var.create_function || var.local_existing_package != null || var.s3_existing_package != null
    error_message = "A custom rotator needs code: give local_existing_package or s3_existing_package, or create_function = false and function_arn."
  }
}

variable "function_arn" {
  description = "ARN of an existing function, where `create_function` is `false`."
  type        = string
  default     = null

  validation {
    condition     = var.create_function == (var.function_arn == null)
    error_message = "Give either create_function = false and the function_arn to use, or no function_arn to create a function."
  }
}

variable "create_permission" {
  description = "Whether to let Secrets Manager call the function."
  type        = bool
  default     = true
  nullable    = false
}

variable "secrets_manager_endpoint" {
  description = "URL of Secrets Manager for the function; the region's public one by default."
  type        = string
  default     = null

  validation {
    condition     = var.secrets_manager_endpoint == null || can(regex("^https?://[^/]+$", var.secrets_manager_endpoint))
    error_message = "secrets_manager_endpoint must be a URL without a path: https://vpce-….secretsmanager.REGION.vpce.amazonaws.com."
  }
}

variable "network" {
  description = "VPC of the function; none by default."
  type = object({
    # VPC of the subnets.
    vpc_id = string
    # Subnets of the function.
    subnet_ids = list(string)
    # Security groups of the function beside the module's own.
    security_group_ids = optional(list(string), [])
    # What the function may reach, by a name of your choice.
    egress = optional(map(object({
      # Port.
      port = number
      # Security group to reach.
      security_group_id = optional(string)
      # Whether that security group is opened for the function.
      create_ingress_rule = optional(bool, false)
      # Prefix list to reach.
      prefix_list_id = optional(string)
      # IPv4 addresses to reach.
      cidr_ipv4 = optional(string)
      # IPv6 addresses to reach.
      cidr_ipv6 = optional(string)
    })), {})
  })
  default = null

  validation {
    condition     = var.network == null ? true : length(var.network.subnet_ids) > 0
    error_message = "network needs subnet_ids; leave network out for a function outside of any VPC."
  }

  validation {
    condition = alltrue([
      for rule in values(var.network == null ? {} : var.network.egress) :
      length([for to in [rule.security_group_id, rule.prefix_list_id, rule.cidr_ipv4, rule.cidr_ipv6] : to if to != null]) == 1
    ])
    error_message = "Each entry of egress must say one of security_group_id, prefix_list_id, cidr_ipv4 and cidr_ipv6."
  }

  validation {
    condition = alltrue([
      for rule in values(var.network == null ? {} : var.network.egress) : !rule.create_ingress_rule || rule.security_group_id != null
    ])
    error_message = "create_ingress_rule opens a security group: give its security_group_id."
  }
}

variable "description" {
  description = "Description of the function."
  type        = string
  default     = null
}

variable "local_existing_package" {
  description = "Path of a zip to deploy in place of the engine's."
  type        = string
  default     = null

  validation {
    condition     = var.local_existing_package == null || var.s3_existing_package == null
    error_message = "Give one of local_existing_package and s3_existing_package."
  }
}

variable "s3_existing_package" {
  description = "Zip in S3 to deploy in place of the engine's."
  type = object({
    # Bucket in the region of the function.
    bucket = string
    # Key of the zip.
    key = string
    # Version of the object.
    version_id = optional(string)
    # Base64 SHA-256 of the zip, so that new code under the same key is noticed.
    source_code_hash = optional(string)
  })
  default = null
}

variable "handler" {
  description = "Handler of the function."
  type        = string
  default     = "index.handler"
  nullable    = false
}

variable "runtime" {
  description = "Runtime of the function."
  type        = string
  default     = "nodejs24.x"
  nullable    = false
}

variable "architectures" {
  description = "`arm64` or `x86_64`."
  type        = list(string)
  default     = ["arm64"]
  nullable    = false

  validation {
    condition     = contains([tolist(["arm64"]), tolist(["x86_64"])], var.architectures)
    error_message = "architectures must be [\"arm64\"] or [\"x86_64\"]."
  }
}

variable "memory_size" {
  description = "Memory of the function in MB."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240
    error_message = "memory_size must be 128 to 10240 MB."
  }
}

variable "timeout" {
  description = "Seconds that a step of a rotation may take."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.timeout >= 10 && var.timeout <= 900
    error_message = "timeout must be 10 to 900 seconds; a step needs some for the network, and 3 to report an error."
  }
}

variable "environment_variables" {
  description = "More variables for the environment of the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "password" {
  description = "How passwords are made."
  type = object({
    # Characters of a password, 1 to 4096; 32 by default.
    length = optional(number)
    # Characters that no password has; the engine's own list by default.
    exclude_characters = optional(string)
    # Whether passwords have no digits.
    exclude_numbers = optional(bool)
    # Whether passwords have no punctuation.
    exclude_punctuation = optional(bool)
    # Whether passwords have no uppercase letters.
    exclude_uppercase = optional(bool)
    # Whether passwords have no lowercase letters.
    exclude_lowercase = optional(bool)
    # Whether every password has a character of each kind that is not excluded; `true` by default.
    require_each_included_type = optional(bool)
    # `local` for the random numbers of the function, `secretsmanager` for GetRandomPassword.
    source = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = try(var.password.length >= 1 && var.password.length <= 4096, var.password.length == null)
    error_message = "length of password must be 1 to 4096."
  }

  validation {
    condition     = contains(["local", "secretsmanager"], coalesce(var.password.source, "local"))
    error_message = "source of password must be \"local\" or \"secretsmanager\"."
  }
}

variable "layers" {
  description = "ARNs of layers, such as one with the certificates that `CA_BUNDLE` names."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "reserved_concurrent_executions" {
  description = "Concurrency reserved for the function; not reserved by default. Too few make rotations that meet fail."
  type        = number
  default     = null
}

variable "tracing_mode" {
  description = "`Active` or `PassThrough` for X-Ray; off by default."
  type        = string
  default     = null

  validation {
    condition     = contains(["Active", "PassThrough"], coalesce(var.tracing_mode, "Active"))
    error_message = "tracing_mode must be \"Active\" or \"PassThrough\"."
  }
}

variable "code_signing_config_arn" {
  description = "ARN of a code signing configuration."
  type        = string
  default     = null
}

variable "cloudwatch_logs_retention_in_days" {
  description = "Days that the log of the function is kept."
  type        = number
  default     = 30
  nullable    = false
}

variable "cloudwatch_logs_kms_key_id" {
  description = "ARN of the key that encrypts the log."
  type        = string
  default     = null
}

variable "role_path" {
  description = "Path of the function's role and policies."
  type        = string
  default     = null
}

variable "role_permissions_boundary" {
  description = "ARN of the permissions boundary of the function's role."
  type        = string
  default     = null
}

variable "permission_source_arn" {
  description = "Whether Secrets Manager may call the function for these secrets only, beyond for this account only; for up to 50 secrets."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.permission_source_arn || length(var.secrets) <= 50
    error_message = "permission_source_arn writes a statement for each secret into the function's policy, which holds 50 of them: use it with fewer secrets, or split them over rotators."
  }
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
  nullable    = false
}
