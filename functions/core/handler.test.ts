import { describe, expect, it } from 'vitest';
import {
  EngineCommandError,
  EngineUnreachableError,
  LoginRefusedError,
  RotationError,
  UnexpectedError,
} from './errors.ts';
import { steps } from './event.ts';
import { rotationHandler } from './handler.ts';
import { jsonLogger } from './logger.ts';
import { errorOf, type Scene, type SceneOptions, secretArn, secretValue, setScene } from './testing/scene.ts';

const context = { awsRequestId: 'request-7', getRemainingTimeInMillis: () => 30_000 };
/** With no time left, nobody waits for a value that is late. */
const hurried = { ...context, getRemainingTimeInMillis: () => 1 };
const eventOf = (Step: string) => ({
  Step,
  SecretId: secretArn,
  ClientRequestToken: 'v2',
  RotationToken: 'rotation-token',
});

/** A handler over a scene, and the lines that it logs. */
function handlerOf(scene: Scene) {
  const lines: string[] = [];
  const storesFor: string[] = [];
  const { engine, environment, store } = scene.rotation;
  const handler = rotationHandler({
    engine,
    environment,
    logger: jsonLogger((line) => lines.push(line)),
    storeFor(secretId) {
      storesFor.push(secretId);
      return store;
    },
  });
  const records = (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line));
  return { handler, lines, records, storesFor };
}

const begun = (options: SceneOptions = {}): Scene =>
  setScene({
    versions: [
      { id: 'v1', value: secretValue(), labels: ['AWSCURRENT'] },
      { id: 'v2', labels: ['AWSPENDING'] },
    ],
    ...options,
  });

const failing = (fault: Error): Scene =>
  setScene({
    onLogin() {
      throw fault;
    },
  });

describe('rotationHandler', () => {
  it('rotates a secret in four calls, and logs one record for each', async () => {
    const scene = begun();
    const { handler, records, storesFor } = handlerOf(scene);

    for (const step of steps) await handler(eventOf(step), context);

    const { password } = JSON.parse(scene.secret.textOf('v2') ?? '{}');
    expect(scene.secret.labels().v2).toContain('AWSCURRENT');
    expect(scene.database.users.get('app')?.passwords).toEqual([password]);
    expect(storesFor).toEqual([secretArn, secretArn, secretArn, secretArn]);
    expect(records()).toEqual(
      steps.map((step) => ({
        level: 'INFO',
        message: 'Rotation step ended.',
        step,
        secretId: secretArn,
        versionId: 'v2',
        engine: 'model',
        requestId: 'request-7',
        durationMs: expect.any(Number),
        outcome: 'done',
        detail: expect.any(String),
      })),
    );
  });

  it('logs that a step found its work done', async () => {
    const { handler, records } = handlerOf(setScene({ users: { app: 'pending-password' } }));

    await handler(eventOf('setSecret'), context);

    expect(records()).toMatchObject([{ level: 'INFO', outcome: 'already-done' }]);
  });

  it('logs the notices of a step', async () => {
    const scene = setScene({ users: { app: 'pending-password' }, notices: ['The user expires soon.'] });
    const { handler, records } = handlerOf(scene);

    await handler(eventOf('testSecret'), context);

    expect(records()).toMatchObject([{ outcome: 'done', notices: ['The user expires soon.'] }]);
  });

  it('logs a failure once and throws it, which is how Secrets Manager learns of it', async () => {
    const fault = new LoginRefusedError('too-many-connections', '53300', 'Too many connections.');
    const { handler, records } = handlerOf(failing(fault));

    const error = await errorOf(handler(eventOf('setSecret'), context));

    expect(error).toBe(fault);
    expect(records()).toEqual([
      {
        level: 'ERROR',
        message: 'Rotation step failed.',
        step: 'setSecret',
        secretId: secretArn,
        versionId: 'v2',
        engine: 'model',
        requestId: 'request-7',
        durationMs: expect.any(Number),
        outcome: 'failed',
        errorCode: 'LOGIN_REFUSED',
        errorName: 'LoginRefusedError',
        errorReason: 'too-many-connections',
        errorMessage: 'Too many connections.',
      },
    ]);
  });

  it.each([
    [new EngineUnreachableError({ host: 'h', port: 1 }, 'tls', 'Not trusted.'), 'tls'],
    [new LoginRefusedError('no-such-database', '3D000', 'No such database.'), 'no-such-database'],
    [new EngineCommandError('privilege', '42501', 'Not allowed.'), 'privilege'],
  ])('logs what tells errors of one code apart: %s', async (fault, reason) => {
    const { handler, records } = handlerOf(failing(fault));

    await errorOf(handler(eventOf('setSecret'), context));

    expect(records()).toMatchObject([{ errorReason: reason }]);
  });

  it('names no reason for an error that has none', async () => {
    const { handler, records } = handlerOf(setScene({ rotationEnabled: false }));

    await errorOf(handler(eventOf('testSecret'), context));

    expect(records()).toMatchObject([{ errorCode: 'STAGING' }]);
    expect(records()[0]).not.toHaveProperty('errorReason');
  });

  it.each<[string, unknown]>([
    ['an error of the language', new TypeError('cannot read hunter2')],
    ['something that is no error', 'hunter2'],
  ])('withholds the message of %s', async (_case, fault) => {
    const { handler, lines } = handlerOf(
      setScene({
        onLogin() {
          throw fault;
        },
      }),
    );

    const error = await errorOf(handler(eventOf('setSecret'), context));

    expect(error).toBeInstanceOf(UnexpectedError);
    expect(`${error.message} ${error.stack} ${lines.join()}`).not.toContain('hunter2');
  });

  it.each<[string, unknown, string]>([
    ['no event', undefined, 'Step'],
    ['a step that there is not', eventOf('dropSecret'), 'Step'],
    ['no secret', { ...eventOf('setSecret'), SecretId: undefined }, 'SecretId'],
    ['no token', { ...eventOf('setSecret'), ClientRequestToken: '' }, 'ClientRequestToken'],
  ])(
    'refuses an event with %s, in the log and to the caller, and asks for no secret',
    async (_case, event, field) => {
      const { handler, records, lines, storesFor } = handlerOf(setScene());

      const error = await errorOf(handler(event, context));

      expect(error).toMatchObject({ code: 'INVALID_EVENT', field });
      expect(records()).toMatchObject([
        { outcome: 'failed', errorCode: 'INVALID_EVENT', requestId: 'request-7' },
      ]);
      expect(lines.join()).not.toContain('rotation-token');
      expect(storesFor).toEqual([]);
    },
  );

  it.each<[string, () => Scene]>([
    ['a rotation that goes well', () => begun()],
    ['a rotation of a user whose password is rejected', () => begun({ users: { app: 'changed-elsewhere' } })],
    ['a rotation that is switched off', () => begun({ rotationEnabled: false })],
    [
      'a value that is not JSON',
      () =>
        begun({
          versions: [
            { id: 'v1', value: 'current-password', labels: ['AWSCURRENT'] },
            { id: 'v2', labels: ['AWSPENDING'] },
          ],
        }),
    ],
  ])('writes no password, RotationToken or event to the log of %s', async (_case, makeScene) => {
    const scene = makeScene();
    const { handler, lines } = handlerOf(scene);

    for (const step of steps) {
      await handler(eventOf(step), hurried).catch((error) => expect(error).toBeInstanceOf(RotationError));
    }

    const { password = 'none' } = JSON.parse(scene.secret.textOf('v2') ?? '{}');
    const log = lines.join('');
    expect(lines).toHaveLength(4);
    for (const secret of [
      'current-password',
      'changed-elsewhere',
      'rotation-token',
      password,
      'ClientRequestToken',
      'SecretId',
    ])
      expect(log).not.toContain(secret);
  });
});
