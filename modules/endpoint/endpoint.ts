import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsIamPolicyDocument } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region/index.js';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import type { Construct } from 'constructs';
import type { Variable } from '../authoring/declarations.ts';
import { expr, template } from '../authoring/expression.ts';
import { ModuleStack, refuseUnless } from '../authoring/module-stack.ts';
import { bool, list, map, object, optional, string } from '../authoring/types.ts';
import { ROTATION_ACTIONS } from '../rotator/role.ts';

/** Who may reach the endpoint. */
const client = object('EndpointClient', {
  security_group_id: optional(string, 'Security group of the client.'),
  cidr_ipv4: optional(string, 'IPv4 addresses of the client.'),
});

const variables: Readonly<Record<string, Variable>> = {
  create: { type: bool, description: 'Whether to create anything.', default: true, nullable: false },
  region: { type: string, description: "Region of the VPC; the provider's by default.", default: null },
  name: { type: string, description: 'Name of the endpoint and its security group.', nullable: false },
  vpc_id: { type: string, description: 'VPC of the endpoint.', nullable: false },
  subnet_ids: {
    type: list(string),
    description: 'Subnets that the endpoint has an address in; each is billed by the hour.',
    nullable: false,
  },
  private_dns_enabled: {
    type: bool,
    description:
      "Whether the region's public name of Secrets Manager leads every client in the VPC to this endpoint, which then serves them without restriction.",
    default: false,
    nullable: false,
  },
  secret_arns: {
    type: list(string),
    description: 'Secrets that the endpoint serves, where private DNS is off; every secret by default.',
    default: null,
  },
  clients: {
    type: map(client),
    description: 'Who may reach the endpoint, by a name of your choice.',
    default: {},
    nullable: false,
    validations: [
      {
        condition: expr`
          alltrue([for client in values(var.clients) : (client.security_group_id == null) != (client.cidr_ipv4 == null)])
        `,
        message: 'Each client must say one of security_group_id and cidr_ipv4.',
      },
    ],
  },
  tags: { type: map(string), description: 'Tags of everything.', default: {}, nullable: false },
};

/** The interface endpoint of Secrets Manager in a VPC; it also stands alone, in the regions of replicas. */
export class EndpointModule extends ModuleStack {
  constructor(scope: Construct) {
    super(scope, 'endpoint');
    for (const [name, variable] of Object.entries(variables)) this.variable(name, variable);
    this.block(DataAwsCallerIdentity, 'current', {});
    this.block(DataAwsRegion, 'current', { region: expr`var.region` });
    this.#endpoint();
    this.#securityGroup();
    this.output('id', { description: 'ID of the endpoint.', value: expr`one(aws_vpc_endpoint.this[*].id)` });
    this.output('url', {
      description:
        'URL of the endpoint by its own name, which works with and without private DNS: the `SECRETS_MANAGER_ENDPOINT` of a rotator.',
      value: expr`try("https://\${aws_vpc_endpoint.this[0].dns_entry[0].dns_name}", null)`,
    });
    this.output('security_group_id', {
      description: "ID of the endpoint's security group, which lets clients in.",
      value: expr`one(aws_security_group.this[*].id)`,
    });
  }

  #endpoint(): void {
    this.locals({ restricted: expr`var.create && !var.private_dns_enabled && var.secret_arns != null` });
    this.block(
      DataAwsIamPolicyDocument,
      'this',
      {
        count: expr<number>`local.restricted ? 1 : 0`,
        statement: [
          {
            sid: 'MakePasswords',
            actions: ['secretsmanager:GetRandomPassword'],
            resources: ['*'],
            principals: [{ type: 'AWS', identifiers: ['*'] }],
            condition: [accountOnly],
          },
        ],
      },
      {
        dynamic: {
          statement: {
            forEach: expr`length(var.secret_arns) > 0 ? [var.secret_arns] : []`,
            content: {
              sid: 'UseTheseSecrets',
              actions: ROTATION_ACTIONS,
              resources: expr`statement.value`,
              principals: [{ type: 'AWS', identifiers: ['*'] }],
              condition: [accountOnly],
            },
          },
        },
        comment: [
          'A policy of an endpoint grants nothing: it limits what goes through, whoever asks. Without secrets there is no',
          'statement on them, since one without a Resource is refused.',
        ].join('\n'),
      },
    );
    this.block(VpcEndpoint, 'this', {
      count: expr<number>`var.create ? 1 : 0`,
      region: expr`var.region`,
      serviceName: template`com.amazonaws.\${data.aws_region.current.region}.secretsmanager`,
      vpcEndpointType: 'Interface',
      vpcId: expr`var.vpc_id`,
      subnetIds: expr<string[]>`var.subnet_ids`,
      securityGroupIds: [expr`aws_security_group.this[0].id`],
      privateDnsEnabled: expr<boolean>`var.private_dns_enabled`,
      policy: expr`one(data.aws_iam_policy_document.this[*].minified_json)`,
      tags: expr<Record<string, string>>`merge({ Name = var.name }, var.tags)`,
      lifecycle: refuseUnless({
        condition: expr`!local.restricted || length(coalesce(one(data.aws_iam_policy_document.this[*].minified_json), "-")) <= 20480`,
        message:
          'The ARNs of the secrets exceed the 20480 characters of the policy of an endpoint: put some of the secrets into another call of the module, which makes an endpoint of its own, or set private DNS, with which the endpoint serves every secret. In a call of this submodule alone secret_arns may be left out.',
      }),
    });
  }

  #securityGroup(): void {
    this.section('Security group');
    this.block(SecurityGroup, 'this', {
      count: expr<number>`var.create ? 1 : 0`,
      region: expr`var.region`,
      name: expr`var.name`,
      description: 'Interface endpoint of Secrets Manager',
      vpcId: expr`var.vpc_id`,
      tags: expr<Record<string, string>>`merge({ Name = var.name }, var.tags)`,
    });
    this.block(
      VpcSecurityGroupIngressRule,
      'this',
      {
        region: expr`var.region`,
        securityGroupId: expr`aws_security_group.this[0].id`,
        description: template`From \${each.key}`,
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        referencedSecurityGroupId: expr`each.value.security_group_id`,
        cidrIpv4: expr`each.value.cidr_ipv4`,
        tags: expr<Record<string, string>>`var.tags`,
      },
      { forEach: expr`var.create ? var.clients : {}` },
    );
  }
}

const accountOnly = {
  test: 'StringEquals',
  variable: 'aws:PrincipalAccount',
  values: [expr`data.aws_caller_identity.current.account_id`],
};
