# Generated from TypeScript by `npm run synth`. Do not edit.

data "aws_partition" "current" {}

data "aws_region" "current" {
  region = var.region
}

locals {
  region = data.aws_region.current.region

  default_ports = {
    postgres = 5432
    mysql    = 3306
    mariadb  = 3306
  }

  port = try(coalesce(var.connection.port), local.default_ports[var.engine], null)
}

# What an admin may do for the secret stands in its tags: to change them takes another permission than to
# change the value.
locals {
  username = try(coalesce(var.username), var.connection.username, null)

  hosts = var.hosts != null ? join(" ", var.hosts) : (
    var.connection == null || local.port == null ? null : "${var.connection.host}:${local.port}"
  )

  pins = {
    for tag, value in {
      "rotating-secret:admin-secret" = var.admin_secret_arn
      "rotating-secret:username"     = local.username
      "rotating-secret:hosts"        = local.hosts
      "rotating-secret:manage-user"  = var.manage_user ? "true" : null
      "rotating-secret:grant-roles"  = length(var.grant_roles) > 0 ? join(" ", var.grant_roles) : null
    } : tag => value if value != null
  }
}

resource "aws_secretsmanager_secret" "this" {
  count = var.create ? 1 : 0

  region                         = var.region
  name                           = var.name
  name_prefix                    = var.name_prefix
  description                    = var.description
  kms_key_id                     = var.kms_key_id
  recovery_window_in_days        = var.recovery_window_in_days
  force_overwrite_replica_secret = var.force_overwrite_replica_secret

  tags = merge(var.tags, local.pins)

  dynamic "replica" {
    for_each = var.replicas

    content {
      region     = replica.key
      kms_key_id = replica.value.kms_key_id
    }
  }

  lifecycle {
    precondition {
      condition     = !contains(keys(var.replicas), local.region)
      error_message = "replicas names ${local.region}, where the secret itself is; name other regions only."
    }

    precondition {
      condition     = local.hosts == null || length(coalesce(local.hosts, "-")) <= 256
      error_message = "The host and port of the connection must fit a tag, which takes 256 characters."
    }
  }
}

#--------------------------------------------------------------------------------------------------------------
# First value
#--------------------------------------------------------------------------------------------------------------

# The version holds a label of its own and no other. AWS adds AWSCURRENT to the first version of a secret by
# itself, and takes it away as the secret rotates; the label keeps AWS from removing the version then, since
# Terraform would put one that is gone again. Even so it could never take AWSCURRENT from a live value.
resource "aws_secretsmanager_secret_version" "first" {
  count = var.create && (var.connection != null || var.create_initial_value) ? 1 : 0

  region    = var.region
  secret_id = aws_secretsmanager_secret.this[0].id

  secret_string_wo = var.create_initial_value ? (var.initial_value == null ? "" : var.initial_value) : jsonencode({
    for key, value in merge(var.connection, { engine = var.engine, port = local.port }) : key => value if value != null
  })

  secret_string_wo_version = 1
  version_stages           = ["rotating-secret:first-value"]

  lifecycle {
    ignore_changes = [version_stages]
  }
}

#--------------------------------------------------------------------------------------------------------------
# Resource policy
#--------------------------------------------------------------------------------------------------------------

locals {
  create_policy = var.create && length(var.policy_statements) > 0
}

data "aws_iam_policy_document" "resource" {
  count = local.create_policy ? 1 : 0

  dynamic "statement" {
    for_each = var.policy_statements

    content {
      sid       = statement.key
      effect    = statement.value.effect
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "principals" {
        for_each = statement.value.principals

        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }

      dynamic "condition" {
        for_each = statement.value.conditions

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

# AWS copies the policy to the replicas, and refuses to have one put there.
resource "aws_secretsmanager_secret_policy" "this" {
  count = local.create_policy ? 1 : 0

  region              = var.region
  secret_arn          = aws_secretsmanager_secret.this[0].arn
  policy              = data.aws_iam_policy_document.resource[0].json
  block_public_policy = var.block_public_policy
}

#--------------------------------------------------------------------------------------------------------------
# What an application needs to read the secret, and no more
#--------------------------------------------------------------------------------------------------------------

locals {
  arn          = var.create ? one(aws_secretsmanager_secret.this[*].arn) : var.arn
  replica_arns = { for region in keys(var.replicas) : region => replace(local.arn, ":${local.region}:", ":${region}:") }

  key_arns = merge(
    var.kms_key_id == null ? {} : { (local.region) = var.kms_key_id },
    { for region, replica in var.replicas : region => replica.kms_key_id if replica.kms_key_id != null }
  )
}

data "aws_iam_policy_document" "reader" {
  statement {
    sid       = "ReadSecret"
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    resources = concat([local.arn], values(local.replica_arns))
  }

  dynamic "statement" {
    for_each = local.key_arns

    content {
      sid       = "DecryptSecretIn${replace(title(replace(statement.key, "-", " ")), " ", "")}"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.${statement.key}.${data.aws_partition.current.dns_suffix}"]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:EncryptionContext:SecretARN"
        values   = [lookup(local.replica_arns, statement.key, local.arn)]
      }
    }
  }
}
