locals {
  services = toset(["catalog", "checkout", "invoices", "search", "shipping"])
}

module "rotating_secret" {
  source = "../.."

  secrets = {
    for service in local.services : service => {
      name             = "${service}/db"
      engine           = "postgres"
      connection       = { host = var.database_host, dbname = service, username = "${service}_app" }
      admin_secret_arn = var.admin_secret_arn
      manage_user      = true
      grant_roles      = ["${service}_owner"]

      # Not all on the same hour.
      rotation = { schedule_expression = "cron(0 ${index(sort(local.services), service)} 1 * ? *)", duration = "1h" }
    }
  }

  network = {
    vpc_id          = var.vpc_id
    subnet_ids      = var.subnet_ids
    databases       = { shared = { security_group_id = var.database_security_group_id, port = 5432 } }
    create_endpoint = true
  }
}
