import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgresTarget } from '../rotation/postgres-target.ts';
import { describeWithPostgres } from '../servers/require-servers.ts';
import {
  actionsOf,
  isAllowed,
  type PolicyDocument,
  type RequestOfRole,
  requestOfApiCall,
  requestOfKmsCall,
  withoutAction,
} from './iam-policy.ts';
import { ADMIN_KEY, LiveAccount } from './live-account.ts';
import { describeWithTerraform, type ShownResource, Workspace } from './workspace.ts';

/** A function's role: what it is allowed, and what its rotations asked for. */
interface Role {
  readonly name: string;
  readonly policies: readonly PolicyDocument[];
  readonly requests: readonly RequestOfRole[];
}

describeWithTerraform('role policies', () => {
  describeWithPostgres([18], 'after rotations of every kind', (major) => {
    let account: LiveAccount;
    let workspace: Workspace;
    let roles: readonly Role[];

    beforeAll(async () => {
      account = await LiveAccount.open(await startPostgresTarget({ major }));
      workspace = await Workspace.create({
        STANDIN_RETRY_SECONDS: '10',
        TF_VAR_reports: await reportsValue(account),
      });
      await workspace.configure(configuration(account));
      await workspace.apply();
      const resources = await workspace.resources();
      await account.untilBorn('orders');
      await account.rotate('orders');
      await account.rotate('reports');
      await loseThePassword(account, 'reports');
      await account.rotate('reports');
      roles = ['single-user', 'alternating-users'].map((strategy) => roleOf(strategy, resources, account));
    });
    afterAll(async () => {
      await workspace?.[Symbol.asyncDispose]();
      await account?.[Symbol.asyncDispose]();
    });

    it('allow every call that a rotation made', async () => {
      for (const { name, policies, requests } of roles) {
        expect(requests.length, name).toBeGreaterThan(10);
        for (const request of requests) {
          expect(await isAllowed(policies, request), `${name}: ${describeRequest(request)}`).toBe(true);
        }
      }
    });

    it('allow nothing that no rotation needs', async () => {
      const actions = new Set(
        roles.flatMap(({ policies }) => policies.flatMap(({ Statement }) => Statement.flatMap(actionsOf))),
      );
      const ofRotations = [...actions].filter((action) => /^(secretsmanager|kms):/.test(action));
      expect(ofRotations.length).toBeGreaterThan(7);

      for (const action of ofRotations) {
        const allowed = await Promise.all(
          roles.flatMap(({ policies, requests }) => {
            const fewer = withoutAction(policies, action);
            return requests.map((request) => isAllowed(fewer, request));
          }),
        );
        expect(allowed.includes(false), `${action} is never needed`).toBe(true);
      }
    });

    it('allow no role what another one does', async () => {
      const [one, other] = roles;
      const foreign = (other?.requests ?? []).filter(
        ({ action }) => action !== 'secretsmanager:GetRandomPassword',
      );

      expect(foreign.length).toBeGreaterThan(10);
      for (const request of foreign) {
        expect(await isAllowed(one?.policies ?? [], request), describeRequest(request)).toBe(false);
      }
    });

    it('allow no key but through Secrets Manager', async () => {
      for (const { policies, requests } of roles) {
        const uses = requests.filter(({ action }) => action.startsWith('kms:'));
        expect(uses.length).toBeGreaterThan(3);
        for (const request of uses) {
          const context = { ...request.context, 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
          expect(await isAllowed(policies, { ...request, context }), describeRequest(request)).toBe(false);
        }
      }
    });
  });
});

function describeRequest({ action, resource }: RequestOfRole): string {
  return `${action} on ${resource}`;
}

/** The first value of a secret whose user exists. */
async function reportsValue(account: LiveAccount): Promise<string> {
  const { engine, host, port, dbname } = account.target;
  const login = { username: 'reports_app', password: randomBytes(16).toString('hex') };
  await account.target.createUser(login);
  return JSON.stringify({ engine, host, port, dbname, ...login });
}

/** Puts two wrong values, so that the right one is found among the versions without labels alone. */
async function loseThePassword(account: LiveAccount, secretId: string): Promise<void> {
  const value = await account.read(secretId);
  for (const password of ['wrong-1', 'wrong-2']) await account.put(secretId, { ...value, password });
}

function roleOf(
  strategy: string,
  resources: readonly ShownResource[],
  { emulator: { history } }: LiveAccount,
): Role {
  const name = `rotating-secret-postgres-${strategy}-us-east-1`;
  const documents = resources.filter(
    ({ type, values }) =>
      (type === 'aws_iam_policy' && String(values.name).startsWith(`${name}-secrets`)) ||
      (type === 'aws_iam_role_policy' && values.role === name),
  );
  const isOwn = ({ caller }: { caller: { arn: string } }) => caller.arn.includes(`/${name}/`);
  return {
    name,
    policies: documents.map(({ values }) => JSON.parse(String(values.policy)) as PolicyDocument),
    requests: [
      ...history.apiCalls.all().filter(isOwn).map(requestOfApiCall),
      ...history.kmsCalls
        .all()
        .filter(isOwn)
        .filter(({ keyId }) => !keyId.startsWith('alias/aws/'))
        .map(requestOfKmsCall),
    ],
  };
}

function configuration(account: LiveAccount): string {
  return `${account.provider}

variable "reports" {
  type      = string
  ephemeral = true
}

module "rotating_secret" {
  source = "./repository"

  create_kms_key = true

  secrets = {
    orders = {
      name                    = "orders"
      engine                  = "postgres"
      strategy                = "alternating-users"
      connection              = ${account.connection('orders_app')}
      admin_secret_arn        = "${account.adminSecretArn}"
      admin_secret_kms_key_id = "${ADMIN_KEY}"
      manage_user             = true
    }

    reports = {
      name                 = "reports"
      engine               = "postgres"
      create_initial_value = true
    }
  }

  initial_values = { reports = var.reports }

  rotators = {
    postgres-single-user = {
      environment_variables = { CA_BUNDLE = "${account.target.caPath}" }
    }
    postgres-alternating-users = {
      environment_variables = { CA_BUNDLE = "${account.target.caPath}" }
      password              = { source = "secretsmanager" }
    }
  }
}
`;
}
