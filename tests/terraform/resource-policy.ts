import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT } from './everything.ts';
import type { PolicyDocument } from './iam-policy.ts';

/** A request for something that has a policy of its own. */
export interface RequestToResource {
  /** A role's ARN, or a service such as `events.amazonaws.com`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** Its own policies allow a role everything, so that the policy of the resource decides; services have none. */
const everything = {
  name: 'everything',
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/** Decides whether the policy of a resource lets a request in, as IAM would. */
export async function letsIn(
  policy: PolicyDocument,
  { principal, action, resource, context = {} }: RequestToResource,
): Promise<boolean> {
  const simulation: Simulation = {
    request: { principal, action, resource: { resource, accountId: ACCOUNT }, contextVariables: context },
    identityPolicies: principal.startsWith('arn:') ? [everything] : [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: policy,
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType === 'error')
    throw new Error(`${action} cannot be evaluated: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
}
