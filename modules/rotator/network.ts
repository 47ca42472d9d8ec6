import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import { expr, template } from '../authoring/expression.ts';
import type { ModuleStack } from '../authoring/module-stack.ts';

/** Declares the security group of a function in a VPC: nothing comes in, and only what is named goes out. */
export function declareNetwork(module: ModuleStack): void {
  module.section('Security group');
  module.locals({
    in_vpc: expr`local.create_function && var.network != null`,
    egress: expr`local.in_vpc ? var.network.egress : {}`,
  });
  module.block(SecurityGroup, 'this', {
    count: expr<number>`local.in_vpc ? 1 : 0`,
    region: expr`var.region`,
    name: expr`var.name`,
    description: template`Rotation function \${var.name}`,
    vpcId: expr`var.network.vpc_id`,
    tags: expr<Record<string, string>>`merge({ Name = var.name }, var.tags)`,
  });
  module.block(
    VpcSecurityGroupEgressRule,
    'this',
    {
      region: expr`var.region`,
      securityGroupId: expr`aws_security_group.this[0].id`,
      description: template`To \${each.key}`,
      ipProtocol: 'tcp',
      fromPort: expr<number>`each.value.port`,
      toPort: expr<number>`each.value.port`,
      referencedSecurityGroupId: expr`each.value.security_group_id`,
      prefixListId: expr`each.value.prefix_list_id`,
      cidrIpv4: expr`each.value.cidr_ipv4`,
      cidrIpv6: expr`each.value.cidr_ipv6`,
      tags: expr<Record<string, string>>`var.tags`,
    },
    { forEach: expr`local.egress` },
  );
  module.block(
    VpcSecurityGroupIngressRule,
    'this',
    {
      region: expr`var.region`,
      securityGroupId: expr`each.value.security_group_id`,
      description: template`From the rotation function \${var.name}`,
      ipProtocol: 'tcp',
      fromPort: expr<number>`each.value.port`,
      toPort: expr<number>`each.value.port`,
      referencedSecurityGroupId: expr`aws_security_group.this[0].id`,
      tags: expr<Record<string, string>>`var.tags`,
    },
    {
      comment: 'Rules on security groups of others, where asked for.',
      forEach: expr`{ for name, rule in local.egress : name => rule if rule.create_ingress_rule }`,
    },
  );
}
