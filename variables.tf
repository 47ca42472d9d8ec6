# Generated from TypeScript by `npm run synth`. Do not edit.

variable "create" {
  description = "Whether to create anything."
  type        = bool
  default     = true
  nullable    = false
}

variable "region" {
  description = "Region of everything; the provider's by default."
  type        = string
  default     = null
}

variable "name" {
  description = "Beginning of the names of functions, roles, keys and topics. Two calls in one account need two names."
  type        = string
  default     = "rotating-secret"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,22}$", var.name))
    error_message = "name must be 1 to 22 letters, digits, hyphens or underscores, since other names begin with it."
  }
}

variable "secrets" {
  description = "The secrets, by a key of your choice that never changes. Terraform drops an attribute that it does not know without a word."
  type = map(object({
    # Whether to create the secret. `false` adopts the one whose `arn` is given.
    create = optional(bool, true)
    # Full ARN of a secret to adopt, where `create` is `false`.
    arn = optional(string)
    # Name of the secret.
    name = optional(string)
    # Beginning of a name that is made unique, so that a secret can be made again before its recovery window has
    # passed.
    name_prefix = optional(string)
    # What the secret is for.
    description = optional(string)
    # ARN of the key that encrypts the secret; the AWS managed key `aws/secretsmanager` by default.
    kms_key_id = optional(string)
    # Days that a deleted secret can be restored, 7 to 30; 0 deletes it at once.
    recovery_window_in_days = optional(number, 30)
    # Replicas of the secret by region. The provider never removes the last one: delete it with `aws
    # secretsmanager remove-regions-from-replication`.
    replicas = optional(map(object({
      # ARN of a key in that region; the AWS managed key `aws/secretsmanager` by default.
      kms_key_id = optional(string)
    })))
    # Whether a replica replaces a secret of the same name that exists in the replica's region.
    force_overwrite_replica_secret = optional(bool, false)
    # Statements of the resource policy by Sid. AWS copies the policy to the replicas.
    policy_statements = optional(map(object({
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
    })))
    # Whether AWS refuses a resource policy that grants broad access.
    block_public_policy = optional(bool, true)
    # What is rotated: `postgres`, `mysql` or `mariadb`; a custom rotator's own affair.
    engine = optional(string)
    # First value of the secret: everything but a password, which the first rotation makes. Later changes do not
    # reach the live value.
    connection = optional(object({
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
    }))
    # Whether `initial_value` is put as the first value.
    create_initial_value = optional(bool, false)
    # ARN of the secret of the admin who changes this one in the database, pinned as a tag.
    admin_secret_arn = optional(string)
    # Whether the admin may create the user, and set its password without the current one. Needs
    # `admin_secret_arn` and a username.
    manage_user = optional(bool, false)
    # User that the admin may change, pinned as a tag; the connection's by default.
    username = optional(string)
    # `host:port` of every database that the secret may name, pinned as a tag; the connection's by default.
    hosts = optional(list(string))
    # Roles that a user made by the admin is granted, pinned as a tag.
    grant_roles = optional(list(string))
    # Tags of the secret and its replicas.
    tags = optional(map(string))
    # `single-user`; `alternating-users` for two users that take turns, made by the admin; or, with MySQL,
    # `dual-password` for a user whose old password keeps working until the next rotation. That of the `rotator`
    # where one is named, otherwise `single-user`.
    strategy = optional(string)
    # Key of the rotator in `rotators`; that of the engine and strategy by default.
    rotator = optional(string)
    # ARN of the key that encrypts the admin's secret, unless it is `aws/secretsmanager`.
    admin_secret_kms_key_id = optional(string)
    # When the secret is rotated.
    rotation = optional(object({
      # Whether the secret is rotated. `false` cancels rotation; the secret stays.
      enabled = optional(bool, true)
      # Days between rotations, 1 to 1000; 30 where no schedule is given.
      automatically_after_days = optional(number)
      # `rate(10 days)`, `rate(12 hours)` or `cron(0 8 1 * ? *)`, in UTC, no more often than every 4 hours.
      schedule_expression = optional(string)
      # How long the window of a rotation is open, such as `3h`; it ends on the day that it began on.
      duration = optional(string)
      # Whether this apply rotates, and every later one that changes the schedule or the function. `true` where
      # the first rotation makes the password (`connection`), otherwise `false`.
      rotate_immediately = optional(bool)
    }), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for key in keys(var.secrets) : can(regex("^[A-Za-z0-9_-]{1,64}$", key))])
    error_message = "Keys of secrets must be 1 to 64 letters, digits, hyphens or underscores; the name of a secret goes into its name attribute."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.rotator != null || !secret.rotation.enabled || contains(keys(local.pairs), "${coalesce(secret.engine, "none")}-${coalesce(secret.strategy, "single-user")}")])
    error_message = "A secret that is rotated needs an engine and a strategy that the engine has, or the rotator of your own: postgres has single-user and alternating-users; mysql has single-user, alternating-users and dual-password; mariadb has single-user and alternating-users. Not so: ${join(", ", [for key, secret in var.secrets : key if !(secret.rotator != null || !secret.rotation.enabled || contains(keys(local.pairs), "${coalesce(secret.engine, "none")}-${coalesce(secret.strategy, "single-user")}"))])}."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.strategy != "alternating-users" || !secret.rotation.enabled || secret.admin_secret_arn != null])
    error_message = "With alternating-users an admin makes the second user and sets its password: give admin_secret_arn. Not so: ${join(", ", [for key, secret in var.secrets : key if !(secret.strategy != "alternating-users" || !secret.rotation.enabled || secret.admin_secret_arn != null)])}."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.rotation.automatically_after_days == null || secret.rotation.schedule_expression == null])
    error_message = "Give one of automatically_after_days and schedule_expression. Not so: ${join(", ", [for key, secret in var.secrets : key if !(secret.rotation.automatically_after_days == null || secret.rotation.schedule_expression == null)])}."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.admin_secret_kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", secret.admin_secret_kms_key_id))])
    error_message = "admin_secret_kms_key_id must be the full ARN of a key, since IAM policies need it: arn:aws:kms:REGION:ACCOUNT:key/ID. Not so: ${join(", ", [for key, secret in var.secrets : key if !(secret.admin_secret_kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", secret.admin_secret_kms_key_id)))])}."
  }
}

variable "initial_values" {
  description = "First values by the keys of `secrets`, for those with `create_initial_value`. Needed until the secret exists; never in the plan or the state."
  type        = map(string)
  default     = {}
  nullable    = false
  ephemeral   = true

  validation {
    condition     = alltrue([for key in keys(var.initial_values) : contains(keys(var.secrets), key)])
    error_message = "Keys of initial_values must be keys of secrets: a value under any other key is put nowhere."
  }

  validation {
    condition     = alltrue([for key in keys(var.initial_values) : try(var.secrets[key].create_initial_value, true)])
    error_message = "A secret with a value in initial_values needs create_initial_value = true, without which the value is put nowhere."
  }
}

variable "rotators" {
  description = "Rotators to add or tune, by name. Those named after an engine and strategy, such as `postgres-single-user`, exist where a secret needs them, and are tuned here."
  type = map(object({
    # What is rotated: `postgres`, `mysql`, `mariadb` or `custom`. That of its key by default.
    engine = optional(string)
    # How a credential is replaced: `single-user`, `alternating-users` or, for `mysql`, `dual-password`; your own
    # affair for `custom`. That of its key by default.
    strategy = optional(string)
    # Whether to create the function. `false` uses the one whose `function_arn` is given; its role is your affair,
    # see `policy_documents`.
    create_function = optional(bool, true)
    # ARN of an existing function, where `create_function` is `false`.
    function_arn = optional(string)
    # Whether to let Secrets Manager call the function.
    create_permission = optional(bool, true)
    # Description of the function.
    description = optional(string)
    # Path of a zip to deploy in place of the engine's.
    local_existing_package = optional(string)
    # Zip in S3 to deploy in place of the engine's.
    s3_existing_package = optional(object({
      # Bucket in the region of the function.
      bucket = string
      # Key of the zip.
      key = string
      # Version of the object.
      version_id = optional(string)
      # Base64 SHA-256 of the zip, so that new code under the same key is noticed.
      source_code_hash = optional(string)
    }))
    # Handler of the function; `"index.handler"` by default.
    handler = optional(string)
    # Runtime of the function; `"nodejs24.x"` by default.
    runtime = optional(string)
    # `arm64` or `x86_64`; `["arm64"]` by default.
    architectures = optional(list(string))
    # Memory of the function in MB; `256` by default.
    memory_size = optional(number)
    # Seconds that a step of a rotation may take; `60` by default.
    timeout = optional(number)
    # More variables for the environment of the function.
    environment_variables = optional(map(string))
    # How passwords are made.
    password = optional(object({
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
    }))
    # ARNs of layers, such as one with the certificates that `CA_BUNDLE` names.
    layers = optional(list(string))
    # Concurrency reserved for the function; not reserved by default. Too few make rotations that meet fail.
    reserved_concurrent_executions = optional(number)
    # `Active` or `PassThrough` for X-Ray; off by default.
    tracing_mode = optional(string)
    # ARN of a code signing configuration.
    code_signing_config_arn = optional(string)
    # Days that the log of the function is kept; `30` by default.
    cloudwatch_logs_retention_in_days = optional(number)
    # ARN of the key that encrypts the log.
    cloudwatch_logs_kms_key_id = optional(string)
    # Path of the function's role and policies.
    role_path = optional(string)
    # ARN of the permissions boundary of the function's role.
    role_permissions_boundary = optional(string)
    # Whether Secrets Manager may call the function for these secrets only, beyond for this account only; for up
    # to 50 secrets; `false` by default.
    permission_source_arn = optional(bool)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for key, rotator in var.rotators : rotator.engine != null || contains(keys(local.pairs), key)])
    error_message = "A rotator needs an engine (postgres, mysql, mariadb, custom), unless its key is an engine and strategy: postgres-single-user, postgres-alternating-users, mysql-single-user, mysql-alternating-users, mysql-dual-password, mariadb-single-user, mariadb-alternating-users."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.rotator == null || contains(keys(var.rotators), coalesce(secret.rotator, "-"))])
    error_message = "A secret names a rotator that is not in rotators: ${join(", ", [for key, secret in var.secrets : key if secret.rotator != null && !contains(keys(var.rotators), coalesce(secret.rotator, "-"))])}."
  }

  validation {
    condition     = alltrue([for key in keys(var.rotators) : !contains(keys(local.pairs), key) || "${try(coalesce(var.rotators[key].engine), local.pairs[key].engine, "")}-${try(coalesce(var.rotators[key].strategy), local.pairs[key].strategy, "")}" == key])
    error_message = "A rotator whose key is an engine and strategy has these: leave engine and strategy out, or give it a key of your own. Not so: ${join(", ", [for key in keys(var.rotators) : key if !(!contains(keys(local.pairs), key) || "${try(coalesce(var.rotators[key].engine), local.pairs[key].engine, "")}-${try(coalesce(var.rotators[key].strategy), local.pairs[key].strategy, "")}" == key)])}."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : contains(["", "custom"], try(coalesce(var.rotators[secret.rotator].engine), local.pairs[secret.rotator].engine, "")) || ((secret.engine == null || secret.engine == try(coalesce(var.rotators[secret.rotator].engine), local.pairs[secret.rotator].engine, "")) && (secret.strategy == null || secret.strategy == try(coalesce(var.rotators[secret.rotator].strategy), local.pairs[secret.rotator].strategy, "")))])
    error_message = "A secret and the rotator that it names must not differ in engine or strategy: leave these out of the secret, or name a rotator that has them. Not so: ${join(", ", [for key, secret in var.secrets : key if !(contains(["", "custom"], try(coalesce(var.rotators[secret.rotator].engine), local.pairs[secret.rotator].engine, "")) || ((secret.engine == null || secret.engine == try(coalesce(var.rotators[secret.rotator].engine), local.pairs[secret.rotator].engine, "")) && (secret.strategy == null || secret.strategy == try(coalesce(var.rotators[secret.rotator].strategy), local.pairs[secret.rotator].strategy, ""))))])}."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : !secret.rotation.enabled || secret.admin_secret_arn != null || try(coalesce(var.rotators[secret.rotator].engine), local.pairs[secret.rotator].engine, "") == "custom" || try(coalesce(var.rotators[secret.rotator].strategy), local.pairs[secret.rotator].strategy, "") != "alternating-users"])
    error_message = "A rotator with alternating-users needs an admin, who makes the second user and sets its password: give admin_secret_arn to its secrets. Not so: ${join(", ", [for key, secret in var.secrets : key if !(!secret.rotation.enabled || secret.admin_secret_arn != null || try(coalesce(var.rotators[secret.rotator].engine), local.pairs[secret.rotator].engine, "") == "custom" || try(coalesce(var.rotators[secret.rotator].strategy), local.pairs[secret.rotator].strategy, "") != "alternating-users")])}."
  }

  validation {
    condition     = alltrue([for key in keys(var.rotators) : can(regex("^[A-Za-z0-9_-]{1,26}$", key))])
    error_message = "Keys of rotators must be 1 to 26 letters, digits, hyphens or underscores, since they end the names of functions."
  }
}

variable "create_kms_key" {
  description = "Whether to create a key for the secrets that name none."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_deletion_window_in_days" {
  description = "Days that a deleted key can be restored, 7 to 30."
  type        = number
  default     = 30
  nullable    = false
}

variable "network" {
  description = "VPC of the functions; none by default."
  type = object({
    # VPC of the functions.
    vpc_id = string
    # Subnets of the functions.
    subnet_ids = list(string)
    # Security groups of the functions beside the module's own.
    security_group_ids = optional(list(string), [])
    # Databases that the functions reach, by a name of your choice.
    databases = optional(map(object({
      # Security group of the database.
      security_group_id = string
      # Port of the database.
      port = number
      # Whether the database's security group is opened for the functions.
      create_ingress_rule = optional(bool, true)
    })), {})
    # What the functions reach on port 443, by a name of your choice.
    https = optional(map(object({
      # Security group to reach, such as that of an endpoint that exists.
      security_group_id = optional(string)
      # Whether that security group is opened for the functions.
      create_ingress_rule = optional(bool, false)
      # Prefix list to reach.
      prefix_list_id = optional(string)
      # IPv4 addresses to reach: `0.0.0.0/0` through a NAT gateway.
      cidr_ipv4 = optional(string)
      # IPv6 addresses to reach.
      cidr_ipv6 = optional(string)
    })), {})
    # Whether to create Secrets Manager's interface endpoint, which costs by the hour.
    create_endpoint = optional(bool, false)
    # Whether the endpoint takes over the public name of Secrets Manager for the whole VPC; it then serves every
    # secret.
    endpoint_private_dns_enabled = optional(bool, false)
    # URL of an endpoint that exists, where it has no private DNS.
    secrets_manager_endpoint = optional(string)
  })
  default = null
}

variable "notifications" {
  description = "Who is told how rotations ended; nobody by default."
  type = object({
    # Who is told of a failed rotation, by a name of your choice. Events of failures need a trail of CloudTrail in
    # the region.
    failure_targets = optional(map(object({
      # `sns`, `sqs`, `lambda`, `api-destination` or `event-bus`.
      type = string
      # ARN of the topic, queue, function, API destination or event bus.
      arn = string
      # Whether to let EventBridge in. For a topic or queue this replaces its whole policy, so that it must be
      # said; a function gets a statement more, and the others a role.
      create_policy = optional(bool)
      # Seconds that delivery is tried for, 60 to 86400.
      maximum_event_age_in_seconds = optional(number, 86400)
      # How often delivery is tried again, 0 to 185.
      maximum_retry_attempts = optional(number, 185)
      # Queue for what could not be delivered, whose own policy must let EventBridge (`events.amazonaws.com`) send
      # to it; that of the module by default, where it has one.
      dead_letter_queue_arn = optional(string)
    })), {})
    # Who is told of a new current value, by a name of your choice. No trail is needed.
    success_targets = optional(map(object({
      # `sns`, `sqs`, `lambda`, `api-destination` or `event-bus`.
      type = string
      # ARN of the topic, queue, function, API destination or event bus.
      arn = string
      # Whether to let EventBridge in. For a topic or queue this replaces its whole policy, so that it must be
      # said; a function gets a statement more, and the others a role.
      create_policy = optional(bool)
      # Seconds that delivery is tried for, 60 to 86400.
      maximum_event_age_in_seconds = optional(number, 86400)
      # How often delivery is tried again, 0 to 185.
      maximum_retry_attempts = optional(number, 185)
      # Queue for what could not be delivered, whose own policy must let EventBridge (`events.amazonaws.com`) send
      # to it; that of the module by default, where it has one.
      dead_letter_queue_arn = optional(string)
    })), {})
    # Whether success is the `RotationSucceeded` event, which needs a trail, in place of every new current value,
    # also one put by hand.
    trailed_success = optional(bool, false)
    # Whether to create a topic that is told of failures and alarms.
    create_topic = optional(bool, false)
    # Whether the created topic is told of successes too.
    topic_success = optional(bool, false)
    # Who gets the messages of the created topic by e-mail, after confirming it.
    topic_email_addresses = optional(list(string), [])
    # Whether to encrypt the created topic with a key of its own, which EventBridge and CloudWatch may use.
    create_topic_kms_key = optional(bool, false)
    # Key of yours that encrypts the created topic. Its policy must let `events.amazonaws.com` and
    # `cloudwatch.amazonaws.com` use it; that of `alias/aws/sns` does not.
    topic_kms_key_id = optional(string)
    # Whether to create a queue for what could not be delivered to a target.
    create_dead_letter_queue = optional(bool, false)
    # Whether to watch errors, throttles and the duration of the functions, which needs no trail.
    create_alarms = optional(bool, true)
    # ARNs that alarms go to, beside the created topic.
    alarm_actions = optional(list(string), [])
    # Whether to create a trail of CloudTrail with management events, which events of failures need; one in the
    # account is enough.
    create_trail = optional(bool, false)
    # Days that the log of the created trail is kept.
    trail_retention_in_days = optional(number, 90)
  })
  default = null
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
  nullable    = false
}
