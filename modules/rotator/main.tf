# Generated from TypeScript by `npm run synth`. Do not edit.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {
  region = var.region
}

#--------------------------------------------------------------------------------------------------------------
# Function
#--------------------------------------------------------------------------------------------------------------

locals {
  create_function = var.create && var.create_function

  engines = {
    postgres = {
      package    = "${path.module}/../../bundles/postgres.zip"
      strategies = ["single-user", "alternating-users"]
    }
    mysql = {
      package    = "${path.module}/../../bundles/mysql.zip"
      strategies = ["single-user", "alternating-users", "dual-password"]
    }
    mariadb = {
      package    = "${path.module}/../../bundles/mysql.zip"
      strategies = ["single-user", "alternating-users"]
    }
  }

  package = var.s3_existing_package == null ? try(coalesce(var.local_existing_package), local.engines[var.engine].package, null) : null
}

locals {
  environment = merge(
    {
      for name, value in {
        ROTATION_STRATEGY          = var.strategy
        SECRETS_MANAGER_ENDPOINT   = var.secrets_manager_endpoint
        PASSWORD_SOURCE            = var.password.source
        PASSWORD_LENGTH            = var.password.length
        EXCLUDE_CHARACTERS         = var.password.exclude_characters
        EXCLUDE_NUMBERS            = var.password.exclude_numbers
        EXCLUDE_PUNCTUATION        = var.password.exclude_punctuation
        EXCLUDE_UPPERCASE          = var.password.exclude_uppercase
        EXCLUDE_LOWERCASE          = var.password.exclude_lowercase
        REQUIRE_EACH_INCLUDED_TYPE = var.password.require_each_included_type
      } : name => tostring(value) if value != null
    },
    var.environment_variables
  )
}

resource "aws_lambda_function" "this" {
  count = local.create_function ? 1 : 0

  region                         = var.region
  function_name                  = var.name
  description                    = coalesce(var.description, "Rotates secrets: ${join(", ", compact([var.engine, var.strategy]))}")
  role                           = aws_iam_role.this[0].arn
  handler                        = var.handler
  runtime                        = var.runtime
  architectures                  = var.architectures
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  layers                         = var.layers
  reserved_concurrent_executions = var.reserved_concurrent_executions
  code_signing_config_arn        = var.code_signing_config_arn
  filename                       = local.package
  s3_bucket                      = try(var.s3_existing_package.bucket, null)
  s3_key                         = try(var.s3_existing_package.key, null)
  s3_object_version              = try(var.s3_existing_package.version_id, null)
  source_code_hash               = local.package == null ? try(var.s3_existing_package.source_code_hash, null) : filebase64sha256(local.package)

  tags = var.tags

  dynamic "environment" {
    for_each = length(local.environment) > 0 ? [local.environment] : []

    content {
      variables = environment.value
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing_mode == null ? [] : [var.tracing_mode]

    content {
      mode = tracing_config.value
    }
  }

  dynamic "vpc_config" {
    for_each = local.in_vpc ? [var.network] : []

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = concat([aws_security_group.this[0].id], vpc_config.value.security_group_ids)
    }
  }

  lifecycle {
    precondition {
      condition     = sum(concat([0], [for name, value in local.environment : length(name) + length(value)])) <= 4096
      error_message = "The environment of a function holds 4096 characters: shorten environment_variables. What belongs to one secret stands in its tags."
    }
  }

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.runtime]
}

# The function may not make a log group, so that none is left behind when this one is destroyed.
resource "aws_cloudwatch_log_group" "this" {
  count = local.create_function ? 1 : 0

  region            = var.region
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.cloudwatch_logs_retention_in_days
  kms_key_id        = var.cloudwatch_logs_kms_key_id

  tags = var.tags
}

#--------------------------------------------------------------------------------------------------------------
# Permission of Secrets Manager to call the function
#--------------------------------------------------------------------------------------------------------------

# An alias or version of a function has a policy of its own.
locals {
  function_name = var.create_function ? one(aws_lambda_function.this[*].function_name) : join(":", slice(split(":", var.function_arn), 0, 7))
  qualifier     = var.create_function ? null : try(split(":", var.function_arn)[7], null)
}

resource "aws_lambda_permission" "this" {
  count = var.create && var.create_permission && !var.permission_source_arn ? 1 : 0

  region         = var.region
  statement_id   = "AllowSecretsManager"
  action         = "lambda:InvokeFunction"
  function_name  = local.function_name
  qualifier      = local.qualifier
  principal      = "secretsmanager.amazonaws.com"
  source_account = data.aws_caller_identity.current.account_id
}

resource "aws_lambda_permission" "secret" {
  for_each = var.create && var.create_permission && var.permission_source_arn ? var.secrets : {}

  region         = var.region
  statement_id   = "AllowSecretsManager-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = local.function_name
  qualifier      = local.qualifier
  principal      = "secretsmanager.amazonaws.com"
  source_account = data.aws_caller_identity.current.account_id
  source_arn     = each.value.arn
}

#--------------------------------------------------------------------------------------------------------------
# Role
#--------------------------------------------------------------------------------------------------------------

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

# Roles have no region, so that the name says which function it is for.
resource "aws_iam_role" "this" {
  count = local.create_function ? 1 : 0

  name                 = "${var.name}-${data.aws_region.current.region}"
  description          = "Rotation function ${var.name}"
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json

  tags = var.tags
}

# Of these, only the log has a resource that a policy can name.
data "aws_iam_policy_document" "runtime" {
  count = local.create_function ? 1 : 0

  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this[0].arn}:*"]
  }

  dynamic "statement" {
    for_each = {
      for sid, statement in {
        StandInVpc = {
          enabled = local.in_vpc
          actions = [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
          ]
        }
        SendTraces = {
          enabled = var.tracing_mode != null
          actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        }
        MakePasswords = {
          enabled = var.engine == "custom" || lookup(local.environment, "PASSWORD_SOURCE", "local") == "secretsmanager"
          actions = ["secretsmanager:GetRandomPassword"]
        }
      } : sid => statement.actions if statement.enabled
    }

    content {
      sid       = statement.key
      actions   = statement.value
      resources = ["*"]
    }
  }
}

resource "aws_iam_role_policy" "runtime" {
  count = local.create_function ? 1 : 0

  name   = "runtime"
  role   = aws_iam_role.this[0].id
  policy = data.aws_iam_policy_document.runtime[0].json
}

# A managed policy holds 6,144 characters: 8 secrets with a key, an admin and an admin's key for each, more where these are
# shared. How many share them is not known before their ARNs are: past 80 secrets each policy holds a tenth of them.
locals {
  secrets_per_policy = max(8, ceil(length(var.secrets) / 10))

  chunks = {
    for index, keys in chunklist(sort(keys(var.create ? var.secrets : {})), local.secrets_per_policy) : format("%02d", index + 1) => [
      for key in keys : var.secrets[key]
    ]
  }

  policies        = local.create_function ? local.chunks : {}
  secrets_manager = "secretsmanager.${data.aws_region.current.region}.${data.aws_partition.current.dns_suffix}"
}

data "aws_iam_policy_document" "secrets" {
  for_each = local.chunks

  statement {
    sid = "RotateSecrets"

    actions = [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:ListSecretVersionIds",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ]

    resources = each.value[*].arn
  }

  dynamic "statement" {
    for_each = {
      for sid, statement in {
        ReadAdminSecrets = {
          actions   = ["secretsmanager:GetSecretValue"]
          resources = distinct(compact(each.value[*].admin_secret_arn))
          secrets   = []
        }
        UseKeys = {
          actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
          resources = distinct(compact(each.value[*].kms_key_id))
          secrets   = [for secret in each.value : secret.arn if secret.kms_key_id != null]
        }
        UseAdminKeys = {
          actions   = ["kms:Decrypt"]
          resources = distinct(compact(each.value[*].admin_secret_kms_key_id))
          secrets   = distinct([for secret in each.value : secret.admin_secret_arn if secret.admin_secret_kms_key_id != null])
        }
      } : sid => statement if length(statement.resources) > 0
    }

    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = length(statement.value.secrets) == 0 ? {} : {
          "kms:ViaService"                  = [local.secrets_manager]
          "kms:EncryptionContext:SecretARN" = statement.value.secrets
        }

        content {
          test     = "StringEquals"
          variable = condition.key
          values   = condition.value
        }
      }
    }
  }
}

resource "aws_iam_policy" "secrets" {
  for_each = local.policies

  name        = "${var.name}-${data.aws_region.current.region}-secrets-${each.key}"
  description = "What the rotation function ${var.name} needs of its secrets"
  path        = var.role_path
  policy      = data.aws_iam_policy_document.secrets[each.key].minified_json

  tags = var.tags

  lifecycle {
    precondition {
      condition     = length(data.aws_iam_policy_document.secrets[each.key].minified_json) <= 6144
      error_message = "The ARNs of ${length(each.value)} secrets, their admin secrets and keys exceed the 6144 characters of a managed policy. A rotator takes 200 secrets that share a key and an admin, 80 that share neither, and fewer with names of more than 50 characters: add another to rotators and name it as the rotator of some of the secrets, or put these into another call of the module."
    }
  }
}

resource "aws_iam_role_policy_attachment" "secrets" {
  for_each = local.policies

  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.secrets[each.key].arn
}

#--------------------------------------------------------------------------------------------------------------
# Security group
#--------------------------------------------------------------------------------------------------------------

locals {
  in_vpc = local.create_function && var.network != null
  egress = local.in_vpc ? var.network.egress : {}
}

resource "aws_security_group" "this" {
  count = local.in_vpc ? 1 : 0

  region      = var.region
  name        = var.name
  description = "Rotation function ${var.name}"
  vpc_id      = var.network.vpc_id

  tags = merge({ Name = var.name }, var.tags)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = local.egress

  region                       = var.region
  security_group_id            = aws_security_group.this[0].id
  description                  = "To ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = each.value.security_group_id
  prefix_list_id               = each.value.prefix_list_id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6

  tags = var.tags
}

# Rules on security groups of others, where asked for.
resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for name, rule in local.egress : name => rule if rule.create_ingress_rule }

  region                       = var.region
  security_group_id            = each.value.security_group_id
  description                  = "From the rotation function ${var.name}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = aws_security_group.this[0].id

  tags = var.tags
}
