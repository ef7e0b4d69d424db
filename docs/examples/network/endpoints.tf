# The endpoints that the functions of Retrigger always need in a VPC without a NAT gateway; docs/network.md has those of rollouts and
# chats. The same subnets and security group go into aws.network of retrigger.yaml.

variable "region" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = set(string) }
variable "route_table_ids" { type = set(string) }

locals {
  gateways   = toset(["dynamodb", "s3"])
  interfaces = toset(["sqs", "sns", "sagemaker.api"])
}

resource "aws_vpc_endpoint" "gateway" {
  for_each        = local.gateways
  vpc_id          = var.vpc_id
  service_name    = "com.amazonaws.${var.region}.${each.key}"
  route_table_ids = var.route_table_ids
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = local.interfaces
  vpc_id              = var.vpc_id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}

# Of the functions: aws.network.securityGroups.
resource "aws_security_group" "functions" {
  name_prefix = "retrigger-functions-"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "endpoints" {
  name_prefix = "retrigger-endpoints-"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "to_interfaces" {
  security_group_id            = aws_security_group.functions.id
  referenced_security_group_id = aws_security_group.endpoints.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "to_gateways" {
  for_each          = local.gateways
  security_group_id = aws_security_group.functions.id
  prefix_list_id    = aws_vpc_endpoint.gateway[each.key].prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "from_functions" {
  security_group_id            = aws_security_group.endpoints.id
  referenced_security_group_id = aws_security_group.functions.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
