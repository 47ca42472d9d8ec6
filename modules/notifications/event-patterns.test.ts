import { describe, expect, it } from 'vitest';
import { failurePattern, successPattern, trailedSuccessPattern } from './event-patterns.ts';

const SECRET = 'arn:aws:secretsmanager:us-east-2:123456789012:secret:MyDatabaseSecret-a1b2c3';
const OTHER = 'arn:aws:secretsmanager:us-east-2:123456789012:secret:OtherSecret-d4e5f6';

/** A rotation's event as CloudTrail's documentation shows it, in EventBridge's envelope. */
function trailed(eventName: string, secret = SECRET) {
  return {
    version: '0',
    id: '0a1b2c3d-0000-4000-8000-000000000000',
    'detail-type': 'AWS Service Event via CloudTrail',
    source: 'aws.secretsmanager',
    account: '123456789012',
    time: '2022-09-13T02:17:48Z',
    region: 'us-east-2',
    resources: [],
    detail: {
      eventVersion: '1.08',
      userIdentity: { accountId: '123456789012', invokedBy: 'secretsmanager.amazonaws.com' },
      eventTime: '2022-09-13T02:17:48Z',
      eventSource: 'secretsmanager.amazonaws.com',
      eventName,
      awsRegion: 'us-east-2',
      errorMessage:
        'Error when executing lambda arn:aws:lambda:us-east-2:123456789012:function:MyRotator during setSecret step',
      requestParameters: null,
      responseElements: null,
      additionalEventData: { SecretId: secret },
      readOnly: false,
      eventType: 'AwsServiceEvent',
      managementEvent: true,
    },
  };
}

/** What Secrets Manager itself sends when a label moves. */
function labelled(labelUpdated: string, secret = SECRET) {
  return {
    'detail-type': 'Secret Label Updated',
    source: 'aws.secretsmanager',
    resources: [secret],
    detail: { name: 'MyDatabaseSecret', labelUpdated, versionId: '11111111-2222-3333-4444-555555555555' },
  };
}

/** A call of the API, which says that a rotation was asked for. */
const asked = {
  ...trailed('RotateSecret'),
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    ...trailed('RotateSecret').detail,
    eventType: 'AwsApiCall',
    requestParameters: { secretId: SECRET },
    additionalEventData: undefined,
  },
};

/** EventBridge's matching of exact values: each field of a pattern needs one of its values in the event. */
function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(event) ? event.some((value) => pattern.includes(value)) : pattern.includes(event);
  }
  if (typeof event !== 'object' || event === null) return false;
  return Object.entries(pattern as object).every(([key, inner]) =>
    matches(inner, (event as Record<string, unknown>)[key]),
  );
}

describe('failurePattern', () => {
  const pattern = failurePattern([SECRET]);

  it.each(['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'])(
    'matches %s of the secret',
    (name) => {
      expect(matches(pattern, trailed(name))).toBe(true);
      expect(matches(pattern, { ...trailed(name), 'detail-type': 'AWS API Call via CloudTrail' })).toBe(true);
    },
  );

  it.each([
    ['another secret', trailed('RotationFailed', OTHER)],
    ['a success', trailed('RotationSucceeded')],
    ['a start', trailed('RotationStarted')],
    ['a call', asked],
    ['another service', { ...trailed('RotationFailed'), source: 'aws.rds' }],
    ['a moved label', labelled('AWSCURRENT')],
  ])('does not match %s', (_, event) => {
    expect(matches(pattern, event)).toBe(false);
  });
});

describe('successPattern', () => {
  const pattern = successPattern([OTHER, SECRET]);

  it('matches a new current value of one of the secrets', () => {
    expect(matches(pattern, labelled('AWSCURRENT'))).toBe(true);
  });

  it.each([
    ['another label', labelled('ANALYTICS')],
    [
      'another secret',
      labelled('AWSCURRENT', 'arn:aws:secretsmanager:us-east-2:123456789012:secret:Third-g7h8i9'),
    ],
    ['the same success told by a trail', trailed('RotationSucceeded')],
  ])('does not match %s', (_, event) => {
    expect(matches(pattern, event)).toBe(false);
  });
});

describe('trailedSuccessPattern', () => {
  it('matches RotationSucceeded and not the moved label, so that nobody is told twice', () => {
    const pattern = trailedSuccessPattern([SECRET]);

    expect(matches(pattern, trailed('RotationSucceeded'))).toBe(true);
    expect(matches(pattern, labelled('AWSCURRENT'))).toBe(false);
    expect(matches(pattern, trailed('RotationFailed'))).toBe(false);
  });
});
