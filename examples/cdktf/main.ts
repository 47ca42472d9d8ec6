import { DbInstance } from '@cdktf/provider-aws/lib/db-instance/index.js';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { App, TerraformOutput, TerraformStack, TerraformVariable, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { RotatingSecret } from 'rotating-secret/cdktf';

class Orders extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region: 'eu-west-1' });
    // The bindings were made for 6.25.0 and ask for no other; the module needs 6.26.
    this.addOverride('terraform.required_providers.aws.version', '>= 6.26');

    const vpcId = new TerraformVariable(this, 'vpc_id', { type: 'string' });
    const subnetIds = new TerraformVariable(this, 'subnet_ids', { type: 'list(string)' });
    const securityGroupId = new TerraformVariable(this, 'database_security_group_id', { type: 'string' });

    const database = new DbInstance(this, 'database', {
      identifier: 'orders',
      engine: 'postgres',
      instanceClass: 'db.t4g.micro',
      allocatedStorage: 20,
      storageEncrypted: true,
      dbName: 'orders',
      username: 'master',
      manageMasterUserPassword: true,
      vpcSecurityGroupIds: [securityGroupId.stringValue],
      skipFinalSnapshot: true,
    });

    const rotating = new RotatingSecret(this, 'rotating_secret', {
      secrets: {
        orders: {
          name: 'orders/db',
          engine: 'postgres',
          strategy: 'alternating-users',
          connection: { host: database.address, dbname: 'orders', username: 'orders_app' },
          adminSecretArn: database.masterUserSecret.get(0).secretArn,
          manageUser: true,
          rotation: { scheduleExpression: 'cron(0 2 ? * SUN *)', duration: '3h' },
        },
      },
      network: {
        vpcId: vpcId.stringValue,
        subnetIds: Token.asList(subnetIds.value),
        databases: { orders: { securityGroupId: securityGroupId.stringValue, port: 5432 } },
        createEndpoint: true,
      },
    });

    new TerraformOutput(this, 'secret_arn', { value: rotating.secretArns.lookup('orders') });
    new TerraformOutput(this, 'reader_policies', { value: rotating.readerPolicyJson });
  }
}

const app = new App();
new Orders(app, 'orders');
app.synth();
