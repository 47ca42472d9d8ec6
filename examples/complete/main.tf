data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "this" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "private" {
  count = 2

  vpc_id            = aws_vpc.this.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
}

resource "aws_db_subnet_group" "this" {
  name       = "payments"
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_security_group" "database" {
  name        = "payments-database"
  description = "Database of payments"
  vpc_id      = aws_vpc.this.id
}

resource "aws_db_instance" "payments" {
  identifier                    = "payments"
  engine                        = "postgres"
  instance_class                = "db.t4g.micro"
  allocated_storage             = 20
  storage_encrypted             = true
  db_name                       = "payments"
  username                      = "master"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = aws_kms_key.master.arn
  db_subnet_group_name          = aws_db_subnet_group.this.name
  vpc_security_group_ids        = [aws_security_group.database.id]
  skip_final_snapshot           = true
}

resource "aws_kms_key" "master" {
  description         = "Secret of the database's master"
  enable_key_rotation = true
}

# A key of the replica stands in the region of the replica.
resource "aws_kms_key" "replica" {
  region = var.replica_region

  description         = "Replicas of secrets"
  enable_key_rotation = true
}

module "rotating_secret" {
  source = "../.."

  name           = "payments"
  create_kms_key = true

  secrets = {
    app = {
      name                    = "payments/db"
      description             = "Application's user of the payments database"
      engine                  = "postgres"
      strategy                = "alternating-users"
      connection              = { host = aws_db_instance.payments.address, dbname = "payments", username = "payments_app" }
      admin_secret_arn        = aws_db_instance.payments.master_user_secret[0].secret_arn
      admin_secret_kms_key_id = aws_kms_key.master.arn
      manage_user             = true
      rotation                = { schedule_expression = "cron(0 2 ? * SUN *)", duration = "3h" }
      replicas                = { (var.replica_region) = { kms_key_id = aws_kms_key.replica.arn } }
    }
  }

  rotators = {
    postgres-alternating-users = {
      tracing_mode                      = "Active"
      cloudwatch_logs_retention_in_days = 365
      password                          = { length = 48 }
    }
  }

  network = {
    vpc_id          = aws_vpc.this.id
    subnet_ids      = aws_subnet.private[*].id
    databases       = { payments = { security_group_id = aws_security_group.database.id, port = 5432 } }
    create_endpoint = true
  }

  notifications = {
    create_topic             = true
    create_topic_kms_key     = true
    topic_email_addresses    = [var.email_address]
    create_dead_letter_queue = true
    create_trail             = true
  }

  tags = { service = "payments" }
}

# Where applications read a replica, they reach it through an endpoint of their own region.
resource "aws_vpc" "replica" {
  region = var.replica_region

  cidr_block           = "10.1.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "replica" {
  region = var.replica_region

  vpc_id     = aws_vpc.replica.id
  cidr_block = "10.1.0.0/24"
}

module "replica_endpoint" {
  source = "../../modules/endpoint"

  region              = var.replica_region
  name                = "payments-secrets"
  vpc_id              = aws_vpc.replica.id
  subnet_ids          = [aws_subnet.replica.id]
  private_dns_enabled = true
  clients             = { vpc = { cidr_ipv4 = aws_vpc.replica.cidr_block } }
}
