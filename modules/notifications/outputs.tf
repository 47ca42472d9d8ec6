# Generated from TypeScript by `npm run synth`. Do not edit.

output "topic_arn" {
  description = "ARN of the created topic."
  value       = one(aws_sns_topic.this[*].arn)
}

output "topic_kms_key_arn" {
  description = "ARN of the created topic's key."
  value       = one(aws_kms_key.topic[*].arn)
}

output "dead_letter_queue_arn" {
  description = "ARN of the created queue for what could not be delivered."
  value       = one(aws_sqs_queue.dead_letter[*].arn)
}

output "event_rule_arns" {
  description = "ARNs of the rules by outcome and number."
  value       = { for key, rule in aws_cloudwatch_event_rule.this : key => rule.arn }
}

output "alarm_arns" {
  description = "ARNs of the alarms by function and metric."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.arn }
}

output "trail_arn" {
  description = "ARN of the created trail."
  value       = one(aws_cloudtrail.this[*].arn)
}
