# Generated from TypeScript by `npm run synth`. Do not edit.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {
  region = var.region
}

#--------------------------------------------------------------------------------------------------------------
# Rules
#--------------------------------------------------------------------------------------------------------------

# A pattern holds 2,048 characters, which is 12 secrets. Secrets Manager tells by itself of a new current value, and of
# a failure through CloudTrail alone, with the secret in additionalEventData.
locals {
  chunks = {
    for index, keys in chunklist(sort(keys(var.create ? var.secret_arns : {})), 12) :
    format("%02d", index + 1) => [for key in keys : var.secret_arns[key]]
  }

  patterns = merge(
    {
      for chunk, arns in local.chunks : "failure-${chunk}" => {
        source      = ["aws.secretsmanager"]
        detail-type = ["AWS Service Event via CloudTrail", "AWS API Call via CloudTrail"]
        detail = {
          eventSource = ["secretsmanager.amazonaws.com"]
          eventName   = ["RotationFailed", "RotationAbandoned", "TestRotationFailed"]
          additionalEventData = {
            SecretId = arns
          }
        }
      } if length(local.targets.failure) > 0
    },
    {
      for chunk, arns in local.chunks : "success-${chunk}" => {
        source      = ["aws.secretsmanager"]
        detail-type = ["Secret Label Updated"]
        resources   = arns
        detail = {
          labelUpdated = ["AWSCURRENT"]
        }
      } if length(local.targets.success) > 0 && !var.trailed_success
    },
    {
      for chunk, arns in local.chunks : "success-${chunk}" => {
        source      = ["aws.secretsmanager"]
        detail-type = ["AWS Service Event via CloudTrail", "AWS API Call via CloudTrail"]
        detail = {
          eventSource = ["secretsmanager.amazonaws.com"]
          eventName   = ["RotationSucceeded"]
          additionalEventData = {
            SecretId = arns
          }
        }
      } if length(local.targets.success) > 0 && var.trailed_success
    }
  )
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.patterns

  region        = var.region
  name          = "${var.name}-${each.key}"
  description   = startswith(each.key, "failure") ? "Rotations that failed" : "Secrets with a new current value"
  event_pattern = jsonencode(each.value)

  tags = var.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode(each.value)) <= 2048
      error_message = "The ARNs of 12 secrets exceed the 2048 characters of an event pattern: their names must have 80 characters or fewer on average. Put those with longer names into another call of the module, of fewer than 12 secrets."
    }
  }
}

#--------------------------------------------------------------------------------------------------------------
# Targets
#--------------------------------------------------------------------------------------------------------------

locals {
  topic_target = {
    for name in ["created-topic"] : name => {
      type                         = "sns"
      arn                          = one(aws_sns_topic.this[*].arn)
      create_policy                = false
      maximum_event_age_in_seconds = 86400
      maximum_retry_attempts       = 185
      dead_letter_queue_arn        = null
    } if var.create_topic
  }

  targets = {
    failure = merge(var.failure_targets, local.topic_target)
    success = merge(var.success_targets, { for name, target in local.topic_target : name => target if var.topic_success })
  }

  deliveries = merge([
    for rule in keys(local.patterns) : {
      for name, target in local.targets[split("-", rule)[0]] :
      "${rule}/${name}" => merge(target, { rule = rule, outcome = split("-", rule)[0], name = name })
    }
  ]...)
}

# People read the text, machines the JSON. EventBridge fills in what stands in <>; an event bus gets the event as it is.
locals {
  messages = {
    failure = {
      paths = {
        account = "$.account"
        cause   = "$.detail.errorMessage"
        event   = "$.detail.eventName"
        region  = "$.region"
        secret  = "$.detail.additionalEventData.SecretId"
        time    = "$.time"
      }
      text = "\"<event> for the secret <secret> at <time> (account <account>, <region>). <cause> AWSCURRENT has not moved by this rotation. The log of the rotation function says which step failed, and what to do.\""
      json = "{\"outcome\": \"failure\", \"event\": \"<event>\", \"secret\": \"<secret>\", \"cause\": \"<cause>\", \"account\": \"<account>\", \"region\": \"<region>\", \"time\": \"<time>\"}"
    }
    success = {
      paths = {
        account = "$.account"
        region  = "$.region"
        secret  = var.trailed_success ? "$.detail.additionalEventData.SecretId" : "$.resources[0]"
        time    = "$.time"
      }
      text = "\"The secret <secret> has a new current value since <time> (account <account>, <region>).\""
      json = "{\"outcome\": \"success\", \"secret\": \"<secret>\", \"account\": \"<account>\", \"region\": \"<region>\", \"time\": \"<time>\"}"
    }
  }
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.deliveries

  region    = var.region
  rule      = aws_cloudwatch_event_rule.this[each.value.rule].name
  target_id = each.value.name
  arn       = each.value.arn
  role_arn  = contains(["api-destination", "event-bus"], each.value.type) ? one(aws_iam_role.this[*].arn) : null

  retry_policy {
    maximum_event_age_in_seconds = each.value.maximum_event_age_in_seconds
    maximum_retry_attempts       = each.value.maximum_retry_attempts
  }

  dynamic "input_transformer" {
    for_each = each.value.type == "event-bus" ? [] : [local.messages[each.value.outcome]]

    content {
      input_paths    = input_transformer.value.paths
      input_template = each.value.type == "sns" ? input_transformer.value.text : input_transformer.value.json
    }
  }

  dynamic "dead_letter_config" {
    for_each = var.create_dead_letter_queue || each.value.dead_letter_queue_arn != null ? [true] : []

    content {
      arn = each.value.dead_letter_queue_arn != null ? each.value.dead_letter_queue_arn : one(aws_sqs_queue.dead_letter[*].arn)
    }
  }
}

#--------------------------------------------------------------------------------------------------------------
# What lets EventBridge deliver
#--------------------------------------------------------------------------------------------------------------

locals {
  rule_arns = [
    "arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:rule/${var.name}-failure-*",
    "arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:rule/${var.name}-success-*",
  ]

  given_targets = merge(
    { for name, target in var.failure_targets : "failure-${name}" => target if var.create },
    { for name, target in var.success_targets : "success-${name}" => target if var.create }
  )

  policies = {
    for type in ["sns", "sqs"] : type => {
      for name, target in local.given_targets : name => target.arn if target.type == type && coalesce(target.create_policy, false)
    }
  }

  role_arns = {
    for type, action in { api-destination = "events:InvokeApiDestination", event-bus = "events:PutEvents" } :
    action => distinct([for target in values(local.given_targets) : target.arn if target.type == type])
  }

  create_role = anytrue([for target in values(local.given_targets) : contains(["api-destination", "event-bus"], target.type)])
}

data "aws_iam_policy_document" "sns_target" {
  for_each = local.policies.sns

  statement {
    sid       = "DeliverEvents"
    actions   = ["sns:Publish"]
    resources = [each.value]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = local.rule_arns
    }
  }
}

data "aws_iam_policy_document" "sqs_target" {
  for_each = local.policies.sqs

  statement {
    sid       = "DeliverEvents"
    actions   = ["sqs:SendMessage"]
    resources = [each.value]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = local.rule_arns
    }
  }
}

resource "aws_sns_topic_policy" "target" {
  for_each = local.policies.sns

  region = var.region
  arn    = each.value
  policy = data.aws_iam_policy_document.sns_target[each.key].json
}

resource "aws_sqs_queue_policy" "target" {
  for_each = local.policies.sqs

  region = var.region

  queue_url = format(
    "https://sqs.%s.%s/%s/%s", split(":", each.value)[3], data.aws_partition.current.dns_suffix,
    split(":", each.value)[4], split(":", each.value)[5]
  )

  policy = data.aws_iam_policy_document.sqs_target[each.key].json
}

resource "aws_lambda_permission" "target" {
  for_each = { for key, target in local.deliveries : key => target if target.type == "lambda" && coalesce(target.create_policy, true) }

  region        = var.region
  statement_id  = "${var.name}-${replace(each.key, "/", "-")}"
  action        = "lambda:InvokeFunction"
  function_name = each.value.arn
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this[each.value.rule].arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "deliver" {
  count = local.create_role ? 1 : 0

  dynamic "statement" {
    for_each = { for action, arns in local.role_arns : action => arns if length(arns) > 0 }

    content {
      actions   = [statement.key]
      resources = statement.value
    }
  }
}

resource "aws_iam_role" "this" {
  count = local.create_role ? 1 : 0

  name               = "${var.name}-${data.aws_region.current.region}-events"
  description        = "Delivers events of rotations to API destinations and event buses"
  assume_role_policy = data.aws_iam_policy_document.trust.json

  tags = var.tags
}

resource "aws_iam_role_policy" "this" {
  count = local.create_role ? 1 : 0

  name   = "deliver"
  role   = aws_iam_role.this[0].id
  policy = data.aws_iam_policy_document.deliver[0].json
}

locals {
  create_queue = var.create && var.create_dead_letter_queue
}

resource "aws_sqs_queue" "dead_letter" {
  count = local.create_queue ? 1 : 0

  region                    = var.region
  name                      = "${var.name}-undelivered"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true

  tags = var.tags
}

data "aws_iam_policy_document" "dead_letter" {
  count = local.create_queue ? 1 : 0

  statement {
    sid       = "DeliverEvents"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letter[0].arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = local.rule_arns
    }
  }
}

resource "aws_sqs_queue_policy" "dead_letter" {
  count = local.create_queue ? 1 : 0

  region    = var.region
  queue_url = aws_sqs_queue.dead_letter[0].id
  policy    = data.aws_iam_policy_document.dead_letter[0].json
}

#--------------------------------------------------------------------------------------------------------------
# Topic
#--------------------------------------------------------------------------------------------------------------

locals {
  create_topic     = var.create && var.create_topic
  create_topic_key = var.create && var.create_topic_kms_key
}

# EventBridge sends no aws:SourceArn or aws:SourceAccount when it uses the key of a topic, so that a condition on them
# would refuse it. Who may publish is limited by the policy of the topic.
data "aws_iam_policy_document" "topic_key" {
  count = local.create_topic_key ? 1 : 0

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

  statement {
    sid       = "PublishEncrypted"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "topic" {
  count = local.create_topic_key ? 1 : 0

  region              = var.region
  description         = "Notifications of ${var.name}"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.topic_key[0].json

  tags = var.tags
}

resource "aws_sns_topic" "this" {
  count = local.create_topic ? 1 : 0

  region            = var.region
  name              = "${var.name}-rotations"
  display_name      = "Secret rotations"
  kms_master_key_id = var.create_topic_kms_key ? one(aws_kms_key.topic[*].arn) : var.topic_kms_key_id

  tags = var.tags
}

data "aws_iam_policy_document" "topic" {
  count = local.create_topic ? 1 : 0

  statement {
    sid       = "DeliverEvents"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this[0].arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = local.rule_arns
    }
  }

  statement {
    sid       = "PublishAlarms"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this[0].arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  count = local.create_topic ? 1 : 0

  region = var.region
  arn    = aws_sns_topic.this[0].arn
  policy = data.aws_iam_policy_document.topic[0].json
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(local.create_topic ? var.topic_email_addresses : [])

  region    = var.region
  topic_arn = aws_sns_topic.this[0].arn
  protocol  = "email"
  endpoint  = each.value
}

#--------------------------------------------------------------------------------------------------------------
# Alarms
#--------------------------------------------------------------------------------------------------------------

locals {
  metrics = {
    errors = {
      name        = "Errors"
      statistic   = "Sum"
      description = "a step of a rotation failed"
    }
    throttles = {
      name        = "Throttles"
      statistic   = "Sum"
      description = "a step of a rotation was refused for want of concurrency"
    }
    duration = {
      name        = "Duration"
      statistic   = "Maximum"
      description = "a step of a rotation took most of its time-out"
    }
  }

  alarms = merge([
    for key, function in var.create && var.create_alarms ? var.functions : {} : {
      for metric, alarm in local.metrics : "${key}-${metric}" => merge(alarm, {
        function  = function.name
        threshold = metric == "duration" ? function.timeout * 1000 * 0.8 : 0
      })
    }
  ]...)
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  region            = var.region
  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "${each.value.function}: ${each.value.description}. The log of the function says which secret."
  namespace         = "AWS/Lambda"
  metric_name       = each.value.name

  dimensions = {
    FunctionName = each.value.function
  }

  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = concat(aws_sns_topic.this[*].arn, var.alarm_actions)

  tags = var.tags
}

#--------------------------------------------------------------------------------------------------------------
# Trail
#--------------------------------------------------------------------------------------------------------------

locals {
  create_trail = var.create && var.create_trail
  trail_name   = "${var.name}-rotations"

  trail_arn = format(
    "arn:%s:cloudtrail:%s:%s:trail/%s", data.aws_partition.current.partition, data.aws_region.current.region,
    data.aws_caller_identity.current.account_id, local.trail_name
  )
}

resource "aws_s3_bucket" "trail" {
  count = local.create_trail ? 1 : 0

  region        = var.region
  bucket_prefix = "${var.name}-trail-"

  tags = var.tags
}

resource "aws_s3_bucket_public_access_block" "trail" {
  count = local.create_trail ? 1 : 0

  region                  = var.region
  bucket                  = aws_s3_bucket.trail[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "trail" {
  count = local.create_trail ? 1 : 0

  region = var.region
  bucket = aws_s3_bucket.trail[0].id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {
      prefix = ""
    }

    expiration {
      days = var.trail_retention_in_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

data "aws_iam_policy_document" "trail" {
  count = local.create_trail ? 1 : 0

  statement {
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.trail[0].arn]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }

  statement {
    actions = ["s3:PutObject"]

    resources = [
      "${aws_s3_bucket.trail[0].arn}/AWSLogs/${data.aws_caller_identity.current.account_id}/*",
    ]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }

  statement {
    sid       = "RefusePlaintext"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.trail[0].arn, "${aws_s3_bucket.trail[0].arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "trail" {
  count = local.create_trail ? 1 : 0

  region = var.region
  bucket = aws_s3_bucket.trail[0].id
  policy = data.aws_iam_policy_document.trail[0].json
}

resource "aws_cloudtrail" "this" {
  count = local.create_trail ? 1 : 0

  region                        = var.region
  name                          = local.trail_name
  s3_bucket_name                = aws_s3_bucket.trail[0].id
  enable_log_file_validation    = true
  include_global_service_events = false

  tags = var.tags

  event_selector {
    include_management_events = true
    read_write_type           = "All"
  }

  depends_on = [aws_s3_bucket_policy.trail]
}
