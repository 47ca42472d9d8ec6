# Generated from TypeScript by `npm run synth`. Do not edit.

#--------------------------------------------------------------------------------------------------------------
# Secrets
#--------------------------------------------------------------------------------------------------------------

locals {
  secrets = var.create ? var.secrets : {}
}

module "secret" {
  for_each = local.secrets
  source   = "./modules/secret"

  create                         = each.value.create
  region                         = var.region
  arn                            = each.value.arn
  name                           = each.value.name
  name_prefix                    = each.value.name_prefix
  description                    = each.value.description
  kms_key_id                     = local.kms_key_ids[each.key]
  recovery_window_in_days        = each.value.recovery_window_in_days
  replicas                       = each.value.replicas
  force_overwrite_replica_secret = each.value.force_overwrite_replica_secret
  policy_statements              = each.value.policy_statements
  block_public_policy            = each.value.block_public_policy
  engine                         = each.value.engine
  connection                     = each.value.connection
  create_initial_value           = each.value.create_initial_value
  initial_value                  = lookup(var.initial_values, each.key, null)
  admin_secret_arn               = each.value.admin_secret_arn
  manage_user                    = each.value.manage_user
  username                       = each.value.username
  hosts                          = each.value.hosts
  grant_roles                    = each.value.grant_roles

  tags = each.value.create ? merge(var.tags, each.value.tags) : each.value.tags
}

#--------------------------------------------------------------------------------------------------------------
# Key
#--------------------------------------------------------------------------------------------------------------

locals {
  create_kms_key = var.create && var.create_kms_key
  kms_key_arn    = one(aws_kms_key.this[*].arn)

  kms_key_ids = {
    for key, secret in local.secrets :
    key => secret.create && secret.kms_key_id == null ? local.kms_key_arn : secret.kms_key_id
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# Names no role: the policies of roles say who may use the key, for which secret, and through Secrets Manager
# alone. A key that named the role of a rotator could not exist before it, nor the rotator before its secrets.
data "aws_iam_policy_document" "key" {
  count = local.create_kms_key ? 1 : 0

  statement {
    sid       = "LeaveToIamPolicies"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type = "AWS"

      identifiers = [
        "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root",
      ]
    }
  }
}

resource "aws_kms_key" "this" {
  count = local.create_kms_key ? 1 : 0

  region                  = var.region
  description             = "Secrets of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.kms_key_deletion_window_in_days
  policy                  = data.aws_iam_policy_document.key[0].json

  tags = var.tags
}

resource "aws_kms_alias" "this" {
  count = local.create_kms_key ? 1 : 0

  region        = var.region
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this[0].key_id
}

#--------------------------------------------------------------------------------------------------------------
# Network
#--------------------------------------------------------------------------------------------------------------

locals {
  network         = var.network == null ? { databases = {}, https = {} } : { databases = var.network.databases, https = var.network.https }
  create_endpoint = var.create && try(var.network.create_endpoint, false)

  egress = merge(
    { for name, database in local.network.databases : "database-${name}" => database },
    { for name, way in local.network.https : "https-${name}" => merge(way, { port = 443 }) },
    {
      for name in ["endpoint"] : name => {
        port                = 443
        security_group_id   = one(module.endpoint[*].security_group_id)
        create_ingress_rule = true
      } if local.create_endpoint
    }
  )
}

module "endpoint" {
  count  = local.create_endpoint ? 1 : 0
  source = "./modules/endpoint"

  region              = var.region
  name                = "${var.name}-endpoint"
  vpc_id              = var.network.vpc_id
  subnet_ids          = var.network.subnet_ids
  private_dns_enabled = var.network.endpoint_private_dns_enabled

  secret_arns = distinct(compact(concat(
    [for key in keys(local.secrets) : module.secret[key].arn],
    [for key in keys(local.secrets) : local.secrets[key].admin_secret_arn]
  )))

  tags = var.tags
}

check "network_reaches_secrets_manager" {
  assert {
    condition = !var.create || var.network == null || try(
      var.network.create_endpoint || length(var.network.https) > 0 || length(var.network.security_group_ids) > 0, false
    )
    error_message = "The functions stand in a VPC without a way to Secrets Manager, so every rotation will time out: set network.create_endpoint, or name in network.https the security group of an endpoint or the addresses behind a NAT gateway."
  }
}

#--------------------------------------------------------------------------------------------------------------
# Rotators: one for each engine and strategy in use, and those that secrets name
#--------------------------------------------------------------------------------------------------------------

locals {
  pairs = {
    postgres-single-user = {
      engine   = "postgres"
      strategy = "single-user"
    }
    postgres-alternating-users = {
      engine   = "postgres"
      strategy = "alternating-users"
    }
    mysql-single-user = {
      engine   = "mysql"
      strategy = "single-user"
    }
    mysql-alternating-users = {
      engine   = "mysql"
      strategy = "alternating-users"
    }
    mysql-dual-password = {
      engine   = "mysql"
      strategy = "dual-password"
    }
    mariadb-single-user = {
      engine   = "mariadb"
      strategy = "single-user"
    }
    mariadb-alternating-users = {
      engine   = "mariadb"
      strategy = "alternating-users"
    }
  }

  rotator_of = {
    for key, secret in local.secrets :
    key => secret.rotator != null ? secret.rotator : "${secret.engine}-${coalesce(secret.strategy, "single-user")}" if secret.rotation.enabled
  }
}

# What is not tuned is left to the defaults of the module.
locals {
  untuned = {
    for name in [
      "engine",
      "strategy",
      "create_function",
      "function_arn",
      "create_permission",
      "description",
      "local_existing_package",
      "s3_existing_package",
      "handler",
      "runtime",
      "architectures",
      "memory_size",
      "timeout",
      "environment_variables",
      "password",
      "layers",
      "reserved_concurrent_executions",
      "tracing_mode",
      "code_signing_config_arn",
      "cloudwatch_logs_retention_in_days",
      "cloudwatch_logs_kms_key_id",
      "role_path",
      "role_permissions_boundary",
      "permission_source_arn",
    ] : name => null
  }

  rotators = {
    for name in distinct(values(local.rotator_of)) :
    name => contains(keys(var.rotators), name) ? var.rotators[name] : local.untuned
  }
}

module "rotator" {
  for_each = local.rotators
  source   = "./modules/rotator"

  region   = var.region
  name     = "${var.name}-${each.key}"
  engine   = try(coalesce(each.value.engine), local.pairs[each.key].engine)
  strategy = try(coalesce(each.value.strategy), local.pairs[each.key].strategy, null)

  secrets = {
    for key, rotator in local.rotator_of : key => {
      arn                     = module.secret[key].arn
      kms_key_id              = local.kms_key_ids[key]
      admin_secret_arn        = local.secrets[key].admin_secret_arn
      admin_secret_kms_key_id = local.secrets[key].admin_secret_kms_key_id
    } if rotator == each.key
  }

  network = var.network == null ? null : {
    vpc_id             = var.network.vpc_id
    subnet_ids         = var.network.subnet_ids
    security_group_ids = var.network.security_group_ids
    egress             = local.egress
  }

  secrets_manager_endpoint          = local.create_endpoint ? one(module.endpoint[*].url) : try(var.network.secrets_manager_endpoint, null)
  create_function                   = each.value.create_function
  function_arn                      = each.value.function_arn
  create_permission                 = each.value.create_permission
  description                       = each.value.description
  local_existing_package            = each.value.local_existing_package
  s3_existing_package               = each.value.s3_existing_package
  handler                           = each.value.handler
  runtime                           = each.value.runtime
  architectures                     = each.value.architectures
  memory_size                       = each.value.memory_size
  timeout                           = each.value.timeout
  environment_variables             = each.value.environment_variables
  password                          = each.value.password
  layers                            = each.value.layers
  reserved_concurrent_executions    = each.value.reserved_concurrent_executions
  tracing_mode                      = each.value.tracing_mode
  code_signing_config_arn           = each.value.code_signing_config_arn
  cloudwatch_logs_retention_in_days = each.value.cloudwatch_logs_retention_in_days
  cloudwatch_logs_kms_key_id        = each.value.cloudwatch_logs_kms_key_id
  role_path                         = each.value.role_path
  role_permissions_boundary         = each.value.role_permissions_boundary
  permission_source_arn             = each.value.permission_source_arn

  tags = var.tags
}

#--------------------------------------------------------------------------------------------------------------
# Schedules
#--------------------------------------------------------------------------------------------------------------

# What AWS makes of a schedule: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
locals {
  rotations = { for key in keys(local.rotator_of) : key => local.secrets[key].rotation }

  cron_fields = {
    for key, rotation in local.rotations :
    key => try(split(" ", regex("^cron\\((.*)\\)$", rotation.schedule_expression)[0]), null)
  }

  rate_hours = {
    for key, rotation in local.rotations :
    key => try(tonumber(regex("^rate\\(([0-9]+) hours?\\)$", rotation.schedule_expression)[0]), null)
  }
}

# The hours of a day that a window opens at, the hours from one to the next, and the hours that it is open.
locals {
  window_hours = {
    for key, fields in local.cron_fields : key => try(
      [for hour in split(",", fields[1]) : tonumber(hour)],
      range(tonumber(split("-", fields[1])[0]), tonumber(split("-", fields[1])[1]) + 1),
      range(tonumber(replace(split("/", fields[1])[0], "*", "0")), 24, tonumber(split("/", fields[1])[1])),
      fields[1] == "*" ? range(24) : [],
      local.rate_hours[key] < 24 ? range(0, 24, local.rate_hours[key]) : [0],
      [0]
    )
  }

  window_gap = {
    for key, hours in local.window_hours : key => min(24, [
      for index, hour in hours : (index + 1 < length(hours) ? hours[index + 1] : hours[0] + 24) - hour
    ]...)
  }

  window_length = { for key, rotation in local.rotations : key => try(tonumber(trimsuffix(rotation.duration, "h")), null) }
}

# Waits, through the outputs of the modules, for the first value, for the permission to call the function and for
# all that the function itself needs, so that a rotation that begins at once succeeds.
resource "aws_secretsmanager_secret_rotation" "this" {
  for_each = local.rotations

  region              = var.region
  secret_id           = module.secret[each.key].arn
  rotation_lambda_arn = module.rotator[local.rotator_of[each.key]].function_arn
  rotate_immediately  = coalesce(each.value.rotate_immediately, local.secrets[each.key].connection != null)

  rotation_rules {
    automatically_after_days = each.value.schedule_expression == null ? coalesce(each.value.automatically_after_days, 30) : null
    schedule_expression      = each.value.schedule_expression
    duration                 = each.value.duration
  }

  lifecycle {
    precondition {
      condition     = coalesce(each.value.automatically_after_days, 30) >= 1 && coalesce(each.value.automatically_after_days, 30) <= 1000
      error_message = "automatically_after_days of ${each.key} must be 1 to 1000."
    }

    precondition {
      condition = each.value.schedule_expression == null || local.cron_fields[each.key] != null ? true : can(
        regex("^rate\\([1-9][0-9]* (hours?|days?)\\)$", each.value.schedule_expression)
      )
      error_message = "schedule_expression of ${each.key} must be rate(N days), rate(N hours) or cron(0 H D M W *)."
    }

    precondition {
      condition     = try(tonumber(regex("^rate\\(([0-9]+) days?\\)$", each.value.schedule_expression)[0]) <= 999, true)
      error_message = "schedule_expression of ${each.key} must be rate(999 days) at most."
    }

    precondition {
      condition = local.cron_fields[each.key] == null || try(
        length(local.cron_fields[each.key]) == 6 &&
        local.cron_fields[each.key][0] == "0" &&
        can(regex("^[0-9*,/-]+$", local.cron_fields[each.key][1])) &&
        can(regex("^([0-9*,/L-]+|\\?)$", local.cron_fields[each.key][2])) &&
        can(regex("^[0-9A-Z*,/-]+$", local.cron_fields[each.key][3])) &&
        can(regex("^([0-9A-Z*,/#-]+|\\?)$", local.cron_fields[each.key][4])) &&
        (local.cron_fields[each.key][2] == "?") != (local.cron_fields[each.key][4] == "?") &&
        local.cron_fields[each.key][5] == "*",
        false
      )
      error_message = "schedule_expression of ${each.key} must have six fields in cron(): minutes 0, hours, day of the month, month, day of the week, year *; one of the two days is ?. At 8:00 UTC on the first of each month: cron(0 8 1 * ? *)."
    }

    precondition {
      condition     = length(local.window_hours[each.key]) > 0 && local.window_gap[each.key] >= 4 && coalesce(local.rate_hours[each.key], 4) >= 4
      error_message = "schedule_expression of ${each.key} must leave 4 hours between rotations: rate(4 hours), or cron(0 0/4 * * ? *)."
    }

    precondition {
      condition     = each.value.duration == null || can(regex("^([1-9]|1[0-9]|2[0-4])h$", each.value.duration))
      error_message = "duration of ${each.key} must be 1h to 24h."
    }

    precondition {
      condition = local.window_length[each.key] == null || try(
        local.window_length[each.key] <= local.window_gap[each.key] &&
        local.window_length[each.key] + max(local.window_hours[each.key]...) <= 24,
        false
      )
      error_message = "The window of ${each.key} must close before the next one opens and before the day ends in UTC: shorten its duration, or let it open earlier."
    }
  }
}

#--------------------------------------------------------------------------------------------------------------
# Notifications
#--------------------------------------------------------------------------------------------------------------

module "notifications" {
  count  = var.create && var.notifications != null ? 1 : 0
  source = "./modules/notifications"

  region      = var.region
  name        = var.name
  secret_arns = { for key in keys(local.rotator_of) : key => module.secret[key].arn }

  functions = {
    for key, rotator in local.rotators : key => {
      name    = module.rotator[key].function_name
      timeout = coalesce(rotator.timeout, 60)
    } if coalesce(rotator.create_function, true)
  }

  failure_targets          = var.notifications.failure_targets
  success_targets          = var.notifications.success_targets
  trailed_success          = var.notifications.trailed_success
  create_topic             = var.notifications.create_topic
  topic_success            = var.notifications.topic_success
  topic_email_addresses    = var.notifications.topic_email_addresses
  create_topic_kms_key     = var.notifications.create_topic_kms_key
  topic_kms_key_id         = var.notifications.topic_kms_key_id
  create_dead_letter_queue = var.notifications.create_dead_letter_queue
  create_alarms            = var.notifications.create_alarms
  alarm_actions            = var.notifications.alarm_actions
  create_trail             = var.notifications.create_trail
  trail_retention_in_days  = var.notifications.trail_retention_in_days

  tags = var.tags
}
