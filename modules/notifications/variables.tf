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
  description = "Beginning of all names."
  type        = string
  nullable    = false
}

variable "secret_arns" {
  description = "ARNs of the secrets, by a key of your choice."
  type        = map(string)
  nullable    = false
}

variable "functions" {
  description = "Rotation functions to watch, by a key of your choice."
  type = map(object({
    # Name of the function.
    name = string
    # Seconds that a step may take.
    timeout = number
  }))
  default  = {}
  nullable = false
}

variable "failure_targets" {
  description = "Who is told of a failed rotation, by a name of your choice. Events of failures need a trail of CloudTrail in the region."
  type = map(object({
    # `sns`, `sqs`, `lambda`, `api-destination` or `event-bus`.
    type = string
    # ARN of the topic, queue, function, API destination or event bus.
    arn = string
    # Whether to let EventBridge in. For a topic or queue this replaces its whole policy, so that it must be said;
    # a function gets a statement more, and the others a role.
    create_policy = optional(bool)
    # Seconds that delivery is tried for, 60 to 86400.
    maximum_event_age_in_seconds = optional(number, 86400)
    # How often delivery is tried again, 0 to 185.
    maximum_retry_attempts = optional(number, 185)
    # Queue for what could not be delivered, whose own policy must let EventBridge (`events.amazonaws.com`) send
    # to it; that of the module by default, where it has one.
    dead_letter_queue_arn = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for target in values(var.failure_targets) : contains(["sns", "sqs", "lambda", "api-destination", "event-bus"], target.type)])
    error_message = "type of a target must be one of sns, sqs, lambda, api-destination, event-bus."
  }

  validation {
    condition = alltrue([
      for target in values(var.failure_targets) : !contains(["sns", "sqs"], target.type) || target.create_policy != null
    ])
    error_message = "create_policy of a topic or queue must be said: true replaces its whole policy by one that lets EventBridge in, false leaves that to you."
  }

  validation {
    condition     = alltrue([for key in keys(var.failure_targets) : can(regex("^[A-Za-z0-9_-]{1,40}$", key))])
    error_message = "Keys of failure_targets must be 1 to 40 letters, digits, hyphens or underscores, since other names end with them."
  }

  validation {
    condition     = alltrue([for target in values(var.failure_targets) : target.type != "sqs" || !endswith(target.arn, ".fifo")])
    error_message = "A queue in failure_targets must not be FIFO, since messages have no group: name a standard queue."
  }

  validation {
    condition     = length(var.failure_targets) <= (var.create_topic ? 4 : 5)
    error_message = "An EventBridge rule has 5 targets, of which a created topic is one: send to an event bus or a topic what more are to get."
  }
}

variable "success_targets" {
  description = "Who is told of a new current value, by a name of your choice. No trail is needed."
  type = map(object({
    # `sns`, `sqs`, `lambda`, `api-destination` or `event-bus`.
    type = string
    # ARN of the topic, queue, function, API destination or event bus.
    arn = string
    # Whether to let EventBridge in. For a topic or queue this replaces its whole policy, so that it must be said;
    # a function gets a statement more, and the others a role.
    create_policy = optional(bool)
    # Seconds that delivery is tried for, 60 to 86400.
    maximum_event_age_in_seconds = optional(number, 86400)
    # How often delivery is tried again, 0 to 185.
    maximum_retry_attempts = optional(number, 185)
    # Queue for what could not be delivered, whose own policy must let EventBridge (`events.amazonaws.com`) send
    # to it; that of the module by default, where it has one.
    dead_letter_queue_arn = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for target in values(var.success_targets) : contains(["sns", "sqs", "lambda", "api-destination", "event-bus"], target.type)])
    error_message = "type of a target must be one of sns, sqs, lambda, api-destination, event-bus."
  }

  validation {
    condition = alltrue([
      for target in values(var.success_targets) : !contains(["sns", "sqs"], target.type) || target.create_policy != null
    ])
    error_message = "create_policy of a topic or queue must be said: true replaces its whole policy by one that lets EventBridge in, false leaves that to you."
  }

  validation {
    condition     = alltrue([for key in keys(var.success_targets) : can(regex("^[A-Za-z0-9_-]{1,40}$", key))])
    error_message = "Keys of success_targets must be 1 to 40 letters, digits, hyphens or underscores, since other names end with them."
  }

  validation {
    condition     = alltrue([for target in values(var.success_targets) : target.type != "sqs" || !endswith(target.arn, ".fifo")])
    error_message = "A queue in success_targets must not be FIFO, since messages have no group: name a standard queue."
  }

  validation {
    condition     = length(var.success_targets) <= (var.create_topic ? 4 : 5)
    error_message = "An EventBridge rule has 5 targets, of which a created topic is one: send to an event bus or a topic what more are to get."
  }
}

variable "trailed_success" {
  description = "Whether success is the `RotationSucceeded` event, which needs a trail, in place of every new current value, also one put by hand."
  type        = bool
  default     = false
  nullable    = false
}

variable "create_topic" {
  description = "Whether to create a topic that is told of failures and alarms."
  type        = bool
  default     = false
  nullable    = false
}

variable "topic_success" {
  description = "Whether the created topic is told of successes too."
  type        = bool
  default     = false
  nullable    = false
}

variable "topic_email_addresses" {
  description = "Who gets the messages of the created topic by e-mail, after confirming it."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.topic_email_addresses) == 0 || var.create_topic
    error_message = "topic_email_addresses subscribe to the created topic: set create_topic = true."
  }
}

variable "create_topic_kms_key" {
  description = "Whether to encrypt the created topic with a key of its own, which EventBridge and CloudWatch may use."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.create_topic_kms_key || (var.create_topic && var.topic_kms_key_id == null)
    error_message = "create_topic_kms_key needs create_topic = true and no topic_kms_key_id."
  }
}

variable "topic_kms_key_id" {
  description = "Key of yours that encrypts the created topic. Its policy must let `events.amazonaws.com` and `cloudwatch.amazonaws.com` use it; that of `alias/aws/sns` does not."
  type        = string
  default     = null

  validation {
    condition     = var.topic_kms_key_id == null || !endswith(coalesce(var.topic_kms_key_id, "-"), "alias/aws/sns")
    error_message = "EventBridge may not use alias/aws/sns: set create_topic_kms_key = true, or name a key of your own."
  }
}

variable "create_dead_letter_queue" {
  description = "Whether to create a queue for what could not be delivered to a target."
  type        = bool
  default     = false
  nullable    = false
}

variable "create_alarms" {
  description = "Whether to watch errors, throttles and the duration of the functions, which needs no trail."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_actions" {
  description = "ARNs that alarms go to, beside the created topic."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "create_trail" {
  description = "Whether to create a trail of CloudTrail with management events, which events of failures need; one in the account is enough."
  type        = bool
  default     = false
  nullable    = false
}

variable "trail_retention_in_days" {
  description = "Days that the log of the created trail is kept."
  type        = number
  default     = 90
  nullable    = false
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
  nullable    = false
}
