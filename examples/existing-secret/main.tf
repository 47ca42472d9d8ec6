data "aws_secretsmanager_secret" "legacy" {
  name = var.secret_name
}

module "rotating_secret" {
  source = "../.."

  secrets = {
    legacy = {
      create   = false
      arn      = data.aws_secretsmanager_secret.legacy.arn
      engine   = "postgres"
      rotation = { automatically_after_days = 7 }
    }
  }
}
