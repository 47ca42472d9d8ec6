resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  storage_encrypted           = true
  db_name                     = "orders"
  username                    = "master"
  manage_master_user_password = true
  vpc_security_group_ids      = [var.database_security_group_id]
  skip_final_snapshot         = true
}

module "rotating_secret" {
  source = "../.."

  secrets = {
    orders = {
      name             = "orders/db"
      engine           = "postgres"
      connection       = { host = aws_db_instance.orders.address, dbname = "orders", username = "orders_app" }
      admin_secret_arn = aws_db_instance.orders.master_user_secret[0].secret_arn
      manage_user      = true
      rotation         = { automatically_after_days = 30 }
    }
  }

  network = {
    vpc_id          = var.vpc_id
    subnet_ids      = var.subnet_ids
    databases       = { orders = { security_group_id = var.database_security_group_id, port = 5432 } }
    create_endpoint = true
  }
}
