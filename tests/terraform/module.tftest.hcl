# Plans with a mocked provider, so that this runs wherever Terraform has the provider's schema:
#   terraform init && terraform test -test-directory=tests/terraform

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}", minified_json = "{}" }
  }
}

variables {
  secrets = {
    orders = { name = "orders/db", engine = "postgres" }

    payments = {
      name             = "payments/db"
      engine           = "postgres"
      strategy         = "alternating-users"
      admin_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf"
      rotation         = { schedule_expression = "cron(0 0/8 * * ? *)", duration = "2h" }
    }

    archive = {
      name     = "archive/db"
      engine   = "postgres"
      rotation = { enabled = false }
    }
  }
}

run "makes_a_rotator_for_each_engine_and_strategy_in_use" {
  command = plan

  assert {
    condition     = keys(module.rotator) == ["postgres-alternating-users", "postgres-single-user"]
    error_message = "expected one rotator for each engine and strategy of a secret that is rotated"
  }

  assert {
    condition     = keys(module.secret) == ["archive", "orders", "payments"]
    error_message = "expected every secret, rotated or not"
  }

  assert {
    condition     = keys(aws_secretsmanager_secret_rotation.this) == ["orders", "payments"]
    error_message = "expected no schedule for a secret whose rotation is switched off"
  }
}

run "rotates_at_once_only_where_asked" {
  command = plan

  assert {
    condition     = alltrue([for schedule in values(aws_secretsmanager_secret_rotation.this) : !schedule.rotate_immediately])
    error_message = "expected that an apply rotates nothing by itself"
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.this["orders"].rotation_rules[0].automatically_after_days == 30
    error_message = "expected 30 days where no schedule is given"
  }
}

run "makes_the_password_of_a_user_at_once" {
  command = plan

  variables {
    secrets = {
      orders = {
        name             = "orders/db"
        engine           = "postgres"
        connection       = { host = "db.example.com", username = "orders_app" }
        admin_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf"
        manage_user      = true
      }
    }
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.this["orders"].rotate_immediately
    error_message = "expected the first rotation to make the user"
  }
}

run "takes_values_that_the_plan_never_has" {
  command = plan

  variables {
    secrets        = { orders = { name = "orders/db", engine = "postgres", create_initial_value = true } }
    initial_values = { orders = "{}" }
  }

  assert {
    condition     = length(module.secret) == 1
    error_message = "expected the secret"
  }
}

run "makes_nothing_where_create_is_false" {
  command = plan

  variables {
    create         = false
    create_kms_key = true
    notifications  = { create_topic = true }
  }

  assert {
    condition     = length(module.secret) + length(module.rotator) + length(module.notifications) + length(aws_kms_key.this) == 0
    error_message = "expected nothing"
  }

  assert {
    condition     = output.secret_arns == {} && output.kms_key_arn == null
    error_message = "expected empty outputs"
  }
}

run "refuses_alternating_users_without_an_admin" {
  command = plan

  variables {
    secrets = { orders = { name = "orders/db", engine = "postgres", strategy = "alternating-users" } }
  }

  expect_failures = [var.secrets]
}

run "refuses_two_passwords_for_a_server_that_has_one" {
  command = plan

  variables {
    secrets = { orders = { name = "orders/db", engine = "mariadb", strategy = "dual-password" } }
  }

  expect_failures = [var.secrets]
}

run "refuses_a_window_that_lasts_past_midnight" {
  command = plan

  variables {
    secrets = {
      orders = {
        name     = "orders/db"
        engine   = "postgres"
        rotation = { schedule_expression = "cron(0 23 * * ? *)", duration = "2h" }
      }
    }
  }

  expect_failures = [aws_secretsmanager_secret_rotation.this]
}

run "warns_of_a_vpc_without_a_way_to_secrets_manager" {
  command = plan

  variables {
    network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"] }
  }

  expect_failures = [check.network_reaches_secrets_manager]
}
