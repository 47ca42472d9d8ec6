variable "secret_name" {
  description = "Name of a secret that exists, with a value of engine, host, username and password."
  type        = string
}
