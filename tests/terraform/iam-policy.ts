import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { ApiCall, KmsCall } from '../../emulator/index.ts';

/** A policy document of IAM. */
export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** A statement of a policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A call that a role made, as IAM sees it. */
export interface RequestOfRole {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** A call of Secrets Manager as IAM sees it; one that names no secret is about all of them. */
export function requestOfApiCall({ operation, resource }: ApiCall): RequestOfRole {
  return { action: `secretsmanager:${operation}`, resource: resource ?? '*', context: {} };
}

/** A use of a key as IAM sees it. */
export function requestOfKmsCall({
  operation,
  keyId,
  viaService,
  encryptionContext,
}: KmsCall): RequestOfRole {
  return {
    action: `kms:${operation}`,
    resource: keyId,
    context: {
      'kms:ViaService': viaService,
      'kms:EncryptionContext:SecretARN': encryptionContext.SecretARN,
      'kms:EncryptionContext:SecretVersionId': encryptionContext.SecretVersionId,
    },
  };
}

/** Decides whether these policies of a role allow a request, as IAM would. */
export async function isAllowed(
  policies: readonly PolicyDocument[],
  { action, resource, context }: RequestOfRole,
): Promise<boolean> {
  const accountId = '123456789012';
  const simulation: Simulation = {
    request: {
      action,
      principal: `arn:aws:iam::${accountId}:role/rotator`,
      resource: { resource, accountId },
      contextVariables: evaluable(context),
    },
    identityPolicies: policies.map((policy, index) => ({
      name: `policy-${index}`,
      policy: evaluable(policy),
    })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    // The key leaves it to the policies of roles; a secret without a policy of its own does so by nature.
    ...(action.startsWith('kms:') ? { resourcePolicy: keyPolicy(accountId) } : {}),
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType === 'error')
    throw new Error(`${action} cannot be evaluated: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
}

/**
 * Writes keys of an encryption context as keys of request tags, which are compared in the same way: the evaluator
 * knows that the names of tags are free, and drops an encryption context.
 */
function evaluable<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('kms:EncryptionContext:', 'aws:RequestTag/')) as T;
}

function keyPolicy(accountId: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  };
}

/** The actions of a statement. */
export function actionsOf({ Action }: Statement): readonly string[] {
  return typeof Action === 'string' ? [Action] : Action;
}

/** The policies without one action. */
export function withoutAction(
  policies: readonly PolicyDocument[],
  action: string,
): readonly PolicyDocument[] {
  return policies.map((policy) => ({
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: actionsOf(statement).filter((name) => name !== action),
    })).filter(({ Action }) => Action.length > 0),
  }));
}
