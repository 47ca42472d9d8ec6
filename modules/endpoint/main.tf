# Generated from TypeScript by `npm run synth`. Do not edit.

data "aws_caller_identity" "current" {}

data "aws_region" "current" {
  region = var.region
}

locals {
  restricted = var.create && !var.private_dns_enabled && var.secret_arns != null
}

# A policy of an endpoint grants nothing: it limits what goes through, whoever asks. Without secrets there is no
# statement on them, since one without a Resource is refused.
data "aws_iam_policy_document" "this" {
  count = local.restricted ? 1 : 0

  statement {
    sid       = "MakePasswords"
    actions   = ["secretsmanager:GetRandomPassword"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }

  dynamic "statement" {
    for_each = length(var.secret_arns) > 0 ? [var.secret_arns] : []

    content {
      sid = "UseTheseSecrets"

      actions = [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ]

      resources = statement.value

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalAccount"
        values   = [data.aws_caller_identity.current.account_id]
      }
    }
  }
}

resource "aws_vpc_endpoint" "this" {
  count = var.create ? 1 : 0

  region              = var.region
  service_name        = "com.amazonaws.${data.aws_region.current.region}.secretsmanager"
  vpc_endpoint_type   = "Interface"
  vpc_id              = var.vpc_id
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.this[0].id]
  private_dns_enabled = var.private_dns_enabled
  policy              = one(data.aws_iam_policy_document.this[*].minified_json)

  tags = merge({ Name = var.name }, var.tags)

  lifecycle {
    precondition {
      condition     = !local.restricted || length(coalesce(one(data.aws_iam_policy_document.this[*].minified_json), "-")) <= 20480
      error_message = "The ARNs of the secrets exceed the 20480 characters of the policy of an endpoint: put some of the secrets into another call of the module, which makes an endpoint of its own, or set private DNS, with which the endpoint serves every secret. In a call of this submodule alone secret_arns may be left out."
    }
  }
}

#--------------------------------------------------------------------------------------------------------------
# Security group
#--------------------------------------------------------------------------------------------------------------

resource "aws_security_group" "this" {
  count = var.create ? 1 : 0

  region      = var.region
  name        = var.name
  description = "Interface endpoint of Secrets Manager"
  vpc_id      = var.vpc_id

  tags = merge({ Name = var.name }, var.tags)
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = var.create ? var.clients : {}

  region                       = var.region
  security_group_id            = aws_security_group.this[0].id
  description                  = "From ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4

  tags = var.tags
}
