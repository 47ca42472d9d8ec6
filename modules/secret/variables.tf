# Generated from TypeScript by `npm run synth`. Do not edit.

variable "create" {
  description = "Whether to create the secret. `false` adopts the one whose `arn` is given."
  type        = bool
  default     = true
  nullable    = false
}

variable "region" {
  description = "Region of the secret; the provider's by default."
  type        = string
  default     = null
}

variable "arn" {
  description = "Full ARN of a secret to adopt, where `create` is `false`."
  type        = string
  default     = null

  validation {
    condition     = var.create == (var.arn == null)
    error_message = "Give either create = false and the arn of the secret to adopt, or no arn to create one."
  }

  validation {
    condition     = var.arn == null || can(regex("^arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}$", var.arn))
    error_message = "arn must be the full ARN of a secret, ending in the six characters that AWS adds."
  }
}

variable "name" {
  description = "Name of the secret."
  type        = string
  default     = null

  validation {
    condition     = !var.create || (var.name == null) != (var.name_prefix == null)
    error_message = "Give exactly one of name and name_prefix."
  }

  validation {
    condition     = var.name == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.name))
    error_message = "name must be 1 to 512 letters, digits or characters of /_+=.@-."
  }
}

variable "name_prefix" {
  description = "Beginning of a name that is made unique, so that a secret can be made again before its recovery window has passed."
  type        = string
  default     = null
}

variable "description" {
  description = "What the secret is for."
  type        = string
  default     = null
}

variable "kms_key_id" {
  description = "ARN of the key that encrypts the secret; the AWS managed key `aws/secretsmanager` by default."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", var.kms_key_id))
    error_message = "kms_key_id must be the ARN of a key, since IAM policies need it: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "recovery_window_in_days" {
  description = "Days that a deleted secret can be restored, 7 to 30; 0 deletes it at once."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.recovery_window_in_days == 0 || (var.recovery_window_in_days >= 7 && var.recovery_window_in_days <= 30)
    error_message = "recovery_window_in_days must be 0 or 7 to 30."
  }
}

variable "replicas" {
  description = "Replicas of the secret by region. The provider never removes the last one: delete it with `aws secretsmanager remove-regions-from-replication`."
  type = map(object({
    # ARN of a key in that region; the AWS managed key `aws/secretsmanager` by default.
    kms_key_id = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for region, replica in var.replicas : replica.kms_key_id == null || can(regex(
        "^arn:[^:]+:kms:${region}:[0-9]{12}:key/.+$", replica.kms_key_id
      ))
    ])
    error_message = "kms_key_id of a replica must be the ARN of a key in the region of the replica."
  }
}

variable "force_overwrite_replica_secret" {
  description = "Whether a replica replaces a secret of the same name that exists in the replica's region."
  type        = bool
  default     = false
  nullable    = false
}

variable "policy_statements" {
  description = "Statements of the resource policy by Sid. AWS copies the policy to the replicas."
  type = map(object({
    # `Allow` or `Deny`.
    effect = optional(string, "Allow")
    # Whom the statement is about.
    principals = list(object({
      # `AWS`, `Service` or `Federated`.
      type = string
      # ARNs, accounts or service names.
      identifiers = list(string)
    }))
    # Actions, such as `secretsmanager:GetSecretValue`.
    actions = list(string)
    # The secret that the policy is attached to by default.
    resources = optional(list(string), ["*"])
    # Conditions that must all hold.
    conditions = optional(list(object({
      # Operator, such as `StringEquals`.
      test = string
      # Condition key.
      variable = string
      # Values that the key is compared with.
      values = list(string)
    })), [])
  }))
  default  = {}
  nullable = false
}

variable "block_public_policy" {
  description = "Whether AWS refuses a resource policy that grants broad access."
  type        = bool
  default     = true
  nullable    = false
}

variable "engine" {
  description = "What the `engine` field of the first value says."
  type        = string
  default     = null
}

variable "connection" {
  description = "First value of the secret: everything but a password, which the first rotation makes. Later changes do not reach the live value."
  type = object({
    # Host name of the database, as clients and the rotation function reach it.
    host = string
    # Port of the database; the engine's usual one by default.
    port = optional(number)
    # Database that the user logs in to.
    dbname = optional(string)
    # User whose password is rotated.
    username = string
    # `false` is the only way to a login without TLS.
    ssl = optional(bool)
  })
  default = null

  validation {
    condition     = var.connection == null || !var.create_initial_value
    error_message = "Give connection (the first rotation makes the password) or create_initial_value, not both."
  }
}

variable "create_initial_value" {
  description = "Whether `initial_value` is put as the first value."
  type        = bool
  default     = false
  nullable    = false
}

variable "initial_value" {
  description = "First value of the secret, for `create_initial_value`. Needed until the secret exists; never in the plan or the state."
  type        = string
  default     = null
  ephemeral   = true
}

variable "admin_secret_arn" {
  description = "ARN of the secret of the admin who changes this one in the database, pinned as a tag."
  type        = string
  default     = null

  validation {
    condition     = var.admin_secret_arn == null || can(regex("^arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}$", var.admin_secret_arn))
    error_message = "admin_secret_arn must be the full ARN of a secret."
  }
}

variable "manage_user" {
  description = "Whether the admin may create the user, and set its password without the current one. Needs `admin_secret_arn` and a username."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.manage_user || (var.admin_secret_arn != null && (var.connection != null || var.username != null))
    error_message = "manage_user needs admin_secret_arn and a username, in connection or as username."
  }

  validation {
    condition     = var.connection == null || (var.engine != null && var.manage_user)
    error_message = "A value from connection has no password, which only an admin can set: give engine, manage_user = true and admin_secret_arn, or the whole value in initial_value."
  }
}

variable "username" {
  description = "User that the admin may change, pinned as a tag; the connection's by default."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^[\\p{L}\\p{N} _.:/=+@-]{0,256}$", try(coalesce(var.username), var.connection.username, "")))
    error_message = "The username is pinned in a tag, which takes up to 256 letters, digits, spaces and characters of _.:/=+@-."
  }
}

variable "hosts" {
  description = "`host:port` of every database that the secret may name, pinned as a tag; the connection's by default."
  type        = list(string)
  default     = null

  validation {
    condition = var.hosts == null || (
      alltrue([for host in coalesce(var.hosts, []) : can(regex("^[^ ]+:[0-9]+$", host))]) &&
      length(join(" ", coalesce(var.hosts, []))) <= 256
    )
    error_message = "hosts must be \"host:port\" each and 256 characters together, since they stand in a tag."
  }
}

variable "grant_roles" {
  description = "Roles that a user made by the admin is granted, pinned as a tag."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.grant_roles) == 0 || var.manage_user
    error_message = "grant_roles needs manage_user = true: only a user that the admin makes is granted roles."
  }

  validation {
    condition     = can(regex("^[\\p{L}\\p{N} _.:/=+@-]{0,256}$", join(" ", var.grant_roles)))
    error_message = "grant_roles must fit a tag: 256 characters together, of letters, digits and _.:/=+@-. Grant one role that has the others."
  }
}

variable "tags" {
  description = "Tags of the secret and its replicas."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(key, "rotating-secret:")])
    error_message = "Tags under \"rotating-secret:\" pin what an admin may do; set manage_user, username, hosts and grant_roles instead."
  }

  validation {
    condition     = var.create || !anytrue(values({ name = var.name != null, name_prefix = var.name_prefix != null, description = var.description != null, recovery_window_in_days = var.recovery_window_in_days != 30, replicas = length(var.replicas) > 0, force_overwrite_replica_secret = var.force_overwrite_replica_secret, policy_statements = length(var.policy_statements) > 0, block_public_policy = !var.block_public_policy, connection = var.connection != null, create_initial_value = var.create_initial_value, manage_user = var.manage_user, username = var.username != null, hosts = var.hosts != null, grant_roles = length(var.grant_roles) > 0, tags = length(var.tags) > 0 }))
    error_message = "An adopted secret keeps its name, value, replicas, policy and tags: remove ${join(", ", [for name, given in { name = var.name != null, name_prefix = var.name_prefix != null, description = var.description != null, recovery_window_in_days = var.recovery_window_in_days != 30, replicas = length(var.replicas) > 0, force_overwrite_replica_secret = var.force_overwrite_replica_secret, policy_statements = length(var.policy_statements) > 0, block_public_policy = !var.block_public_policy, connection = var.connection != null, create_initial_value = var.create_initial_value, manage_user = var.manage_user, username = var.username != null, hosts = var.hosts != null, grant_roles = length(var.grant_roles) > 0, tags = length(var.tags) > 0 } : name if given])}, or set create = true. What an admin may do is pinned in tags: set those on the secret itself."
  }
}
