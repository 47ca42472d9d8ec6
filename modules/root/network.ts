import { expr, template } from '../authoring/expression.ts';
import type { ModuleStack } from '../authoring/module-stack.ts';

/** Declares what the functions may reach in their VPC, and the endpoint of Secrets Manager. */
export function declareNetwork(module: ModuleStack): void {
  module.section('Network');
  module.locals({
    network: expr`var.network == null ? { databases = {}, https = {} } : { databases = var.network.databases, https = var.network.https }`,
    create_endpoint: expr`var.create && try(var.network.create_endpoint, false)`,
    egress: expr`
      merge(
        { for name, database in local.network.databases : "database-\${name}" => database },
        { for name, way in local.network.https : "https-\${name}" => merge(way, { port = 443 }) },
        {
          for name in ["endpoint"] : name => {
            port                = 443
            security_group_id   = one(module.endpoint[*].security_group_id)
            create_ingress_rule = true
          } if local.create_endpoint
        }
      )
    `,
  });
  module.module(
    'endpoint',
    './modules/endpoint',
    {
      region: expr`var.region`,
      name: template`\${var.name}-endpoint`,
      vpc_id: expr`var.network.vpc_id`,
      subnet_ids: expr`var.network.subnet_ids`,
      private_dns_enabled: expr`var.network.endpoint_private_dns_enabled`,
      secret_arns: expr`
        distinct(compact(concat(
          [for key in keys(local.secrets) : module.secret[key].arn],
          [for key in keys(local.secrets) : local.secrets[key].admin_secret_arn]
        )))
      `,
      tags: expr`var.tags`,
    },
    { overrides: { count: expr`local.create_endpoint ? 1 : 0` } },
  );
  module.check('network_reaches_secrets_manager', [
    {
      condition: expr`
          !var.create || var.network == null || try(
            var.network.create_endpoint || length(var.network.https) > 0 || length(var.network.security_group_ids) > 0, false
          )
        `,
      message:
        'The functions stand in a VPC without a way to Secrets Manager, so every rotation will time out: set network.create_endpoint, or name in network.https the security group of an endpoint or the addresses behind a NAT gateway.',
    },
  ]);
}
