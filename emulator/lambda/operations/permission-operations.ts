import { ApiError } from '../../service.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import { type PolicyStatement, statementOf } from '../resource-policy.ts';
import { namedFunction, type OperationCall, type Operations } from './operation.ts';

/** The policy that says who may invoke a function; each version and alias has one of its own. */
export const permissionOperations: Operations = {
  AddPermission(call) {
    const { target, key, statements } = namedPolicy(call);
    target.checkRevision(call.request.string('RevisionId'));
    const statement = statementOf(call.request, target.qualifiedArn(key === '' ? undefined : key));
    if (statements.some((existing) => existing.Sid === statement.Sid)) {
      throw new ApiError(
        'ResourceConflictException',
        `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        409,
      );
    }
    target.policies.set(key, [...statements, statement]);
    target.touch();
    return { Statement: JSON.stringify(statement) };
  },

  RemovePermission(call) {
    const { target, key, statements } = namedPolicy(call);
    target.checkRevision(call.request.string('RevisionId'));
    const sid = call.request.requiredString('StatementId');
    const rest = statements.filter((statement) => statement.Sid !== sid);
    if (rest.length === statements.length) {
      throw new ApiError(
        'ResourceNotFoundException',
        `Statement ${sid} is not found in resource policy.`,
        404,
      );
    }
    target.policies.set(key, rest);
    target.touch();
    return {};
  },

  GetPolicy(call) {
    const { target, statements } = namedPolicy(call);
    if (statements.length === 0) {
      throw new ApiError(
        'ResourceNotFoundException',
        'No policy is associated with the given resource.',
        404,
      );
    }
    const policy = { Version: '2012-10-17', Id: 'default', Statement: statements };
    return { Policy: JSON.stringify(policy), RevisionId: target.revisionId };
  },
};

function namedPolicy(call: OperationCall): {
  readonly target: LambdaFunction;
  readonly key: string;
  readonly statements: readonly PolicyStatement[];
} {
  const { target, qualifier } = namedFunction(call);
  target.deployment(qualifier);
  if (qualifier === '$LATEST') {
    throw new ApiError(
      'InvalidParameterValueException',
      'We currently do not support adding policies for $LATEST.',
    );
  }
  const key = qualifier ?? '';
  return { target, key, statements: target.policies.get(key) ?? [] };
}
