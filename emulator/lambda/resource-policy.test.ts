import { describe, expect, it } from 'vitest';
import { RequestFields } from './request-fields.ts';
import { allowsInvocation, statementOf } from './resource-policy.ts';

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:rotator';
const by = {
  principal: 'secretsmanager.amazonaws.com',
  sourceAccount: '123456789012',
  sourceArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/orders:db-a1b2c3',
};

function statement(changes: Record<string, unknown>) {
  const request = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: by.principal, ...changes };
  return statementOf(new RequestFields(request), functionArn);
}

describe('a statement', () => {
  it.each([
    ['without conditions', {}, true],
    ['for everybody', { Principal: '*' }, true],
    ['for all actions', { Action: 'lambda:*' }, true],
    ['for another action', { Action: 'lambda:GetFunction' }, false],
    ['for another service', { Principal: 'events.amazonaws.com' }, false],
    ['for an account', { Principal: '123456789012' }, false],
    ['for the account', { SourceAccount: '123456789012' }, true],
    ['for another account', { SourceAccount: '210987654321' }, false],
    ['for the secret', { SourceArn: by.sourceArn }, true],
    [
      'for secrets whose names begin alike',
      { SourceArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/*' },
      true,
    ],
    ['for any secret of any region', { SourceArn: 'arn:aws:secretsmanager:*:123456789012:secret:*' }, true],
    [
      'for a suffix of six characters',
      { SourceArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/orders:db-??????' },
      true,
    ],
    [
      'for a suffix of five',
      { SourceArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/orders:db-?????' },
      false,
    ],
    [
      'for a star that would have to cross a colon',
      { SourceArn: 'arn:aws:secretsmanager:*:secret:prod/orders:db-a1b2c3' },
      false,
    ],
    ['for the secret in another account', { SourceArn: by.sourceArn, SourceAccount: '210987654321' }, false],
    ['for an organisation', { PrincipalOrgID: 'o-1234567890' }, false],
  ])('%s: lets Secrets Manager invoke: %s → %s', (_, changes, expected) => {
    expect(allowsInvocation(statement(changes), by)).toBe(expected);
  });

  it('with many stars is matched in no time', () => {
    const hostile = statement({
      SourceArn: `arn:aws:secretsmanager:us-east-1:123456789012:${'*a'.repeat(200)}b`,
    });
    const startedMs = performance.now();

    const allowed = allowsInvocation(hostile, {
      ...by,
      sourceArn: `arn:aws:secretsmanager:us-east-1:123456789012:${'a'.repeat(2000)}`,
    });

    expect(allowed).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  it.each([
    ['Action', 'iam:PassRole'],
    ['StatementId', 'with spaces'],
    ['Principal', 'nobody'],
  ])('with a bad %s is refused', (member, value) => {
    expect(() => statement({ [member]: value })).toThrow(/constraint|principal was invalid/);
  });
});
