import { createHash } from 'node:crypto';
import { manualClock } from '../clock.ts';
import { type ApiCall, type EventBridgeEvent, History, type KmsCall } from '../history.ts';
import type { FunctionInvoker, FunctionResult } from '../service.ts';
import { type RotationOptions, SecretsManager } from './secrets-manager.ts';

/** The event of one step, as a rotation function gets it. */
export interface StepEvent {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

/** A rotation function of a test: what it throws is how the run fails. */
export type RotationFunction = (event: StepEvent) => void | Promise<void>;

/** The function that tests rotate with. */
export const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:rotator';

/** A version id of the length that the API wants, the same for the same name. */
export function token(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 36);
}

/** A service with a standing clock, and a Lambda service of one function that the test can replace or remove. */
export function serviceUnderTest(options: RotationOptions = {}) {
  const clock = manualClock(new Date('2026-03-10T10:30:00Z'));
  const history = new History();
  const steps: StepEvent[] = [];
  const lambda: { rotator: RotationFunction | undefined; permitted: boolean } = {
    rotator: undefined,
    permitted: true,
  };
  const invoker: FunctionInvoker = {
    mayInvoke: (arn, by) =>
      arn === functionArn && lambda.permitted && by.principal === 'secretsmanager.amazonaws.com',
    async invoke(_arn, event): Promise<FunctionResult> {
      const step = event as unknown as StepEvent;
      steps.push(step);
      try {
        await lambda.rotator?.(step);
        return { requestId: 'run' };
      } catch (error) {
        return { requestId: 'run', error: { type: 'Error', message: String(error) } };
      }
    },
  };
  const service = new SecretsManager({ clock, history, account: '123456789012' }, invoker, options);
  const callIn = (region: string, operation: string, body: unknown): Promise<Record<string, unknown>> =>
    service.handle(
      {
        operation,
        region,
        caller: { accessKeyId: 'AKIATEST', arn: 'arn:aws:iam::123456789012:user/AKIATEST' },
        requestId: 'request',
        userAgent: 'test',
      },
      body,
    );
  const call = (operation: string, body: unknown) => callIn('eu-west-1', operation, body);

  return {
    clock,
    service,
    steps,
    lambda,
    call,
    callIn,
    apiCalls: (): readonly ApiCall[] => history.apiCalls.all(),
    kmsCalls: (): readonly KmsCall[] => history.kmsCalls.all(),
    events: (): readonly EventBridgeEvent[] => history.events.all(),
    clearHistory: () => history.clear(),
    /** The names of the service's own events of a secret, oldest first. */
    serviceEvents: (): readonly unknown[] =>
      history.events
        .all()
        .filter((event) => event['detail-type'] === 'AWS Service Event via CloudTrail')
        .map(({ detail }) => detail.eventName),
    /** Moves the clock, and waits for what that sets off. */
    async advance(ms: number): Promise<void> {
      await clock.advance(ms);
      await service.settled();
    },
    /** Labels by version id, each list sorted. */
    async labels(secretId: string, region = 'eu-west-1'): Promise<Record<string, string[]>> {
      const { VersionIdsToStages: stages = {} } = await callIn(region, 'DescribeSecret', {
        SecretId: secretId,
      });
      return Object.fromEntries(
        Object.entries(stages as Record<string, string[]>).map(([id, labels]) => [id, [...labels].sort()]),
      );
    },
    /** A secret with the value `one` in version `token('one')`. */
    async createSecret(name = 'orders', more: Record<string, unknown> = {}): Promise<string> {
      const { ARN } = await call('CreateSecret', {
        Name: name,
        ClientRequestToken: token('one'),
        SecretString: 'one',
        ...more,
      });
      return String(ARN);
    },
    /** A function that rotates as AWS's templates do, leaving AWSPENDING where it is. */
    async templateRotator({ Step, SecretId, ClientRequestToken }: StepEvent): Promise<void> {
      if (Step === 'createSecret') {
        await call('PutSecretValue', {
          SecretId,
          ClientRequestToken,
          SecretString: `value of ${ClientRequestToken}`,
          VersionStages: ['AWSPENDING'],
        });
      }
      if (Step === 'finishSecret') {
        const { VersionId } = await call('GetSecretValue', { SecretId });
        if (VersionId === ClientRequestToken) return;
        await call('UpdateSecretVersionStage', {
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: ClientRequestToken,
          RemoveFromVersionId: VersionId,
        });
      }
    },
  };
}
