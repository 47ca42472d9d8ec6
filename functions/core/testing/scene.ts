import { Deadline } from '../deadline.ts';
import { readEnvironment, type Strategy } from '../environment.ts';
import type { Rotation } from '../rotation.ts';
import type { SecretStore } from '../secret-store.ts';
import { Sensitive } from '../sensitive.ts';
import { type MemorySecret, type MemorySecretOptions, memorySecret } from './memory-secret-store.ts';
import { type ModelDatabase, type ModelDatabaseOptions, modelDatabase } from './model-engine.ts';

/** The ARN of the secret that scenes rotate. */
export const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf';
/** The ARN of the admin secret of scenes. */
export const adminArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-GhIjKl';
/** The value of the admin secret of scenes. */
export const adminValue = {
  host: 'db.example.com',
  port: 5432,
  username: 'admin',
  password: 'admin-password',
};
/** The tags that let the admin make and repair the user `app`. */
export const manageTags = {
  'rotating-secret:admin-secret': adminArn,
  'rotating-secret:username': 'app',
  'rotating-secret:manage-user': 'true',
};

/** A value for the model database; a member that is undefined is left out. */
export function secretValue(members: object = {}): object {
  return {
    engine: 'model',
    host: 'db.example.com',
    port: 5432,
    dbname: 'orders',
    username: 'app',
    password: 'current-password',
    ...members,
  };
}

/** What a scene differs in from a rotation of one user between createSecret and setSecret. */
export interface SceneOptions extends Partial<MemorySecretOptions>, Partial<ModelDatabaseOptions> {
  readonly strategy?: Strategy;
  readonly rotationToken?: string;
  /** Replaces operations of the store. */
  readonly instead?: (store: SecretStore) => Partial<SecretStore>;
  /** Time until the deadline, in milliseconds; default a minute. With 1, nobody waits for a value that is late. */
  readonly deadlineMs?: number;
}

/** A rotation with a secret in memory and a model database. */
export interface Scene {
  readonly rotation: Rotation;
  readonly secret: MemorySecret;
  readonly database: ModelDatabase;
  /** All that happened at the store and in the database, in order. */
  readonly journal: readonly string[];
}

/**
 * Sets a scene: `v1` is AWSCURRENT and `v2`, the rotation's, AWSPENDING with a value; the database knows the first
 * and the admin, whose secret is {@link adminArn}.
 */
export function setScene(options: SceneOptions = {}): Scene {
  const { strategy = 'single-user', rotationToken, instead, deadlineMs = 60_000 } = options;
  const journal: string[] = [];
  const secret = memorySecret({
    versions: currentAndPending(),
    others: { [adminArn]: adminValue },
    ...options,
    journal,
  });
  const database = modelDatabase({
    users: { app: 'current-password', admin: adminValue.password },
    ...options,
    journal,
  });
  return {
    secret,
    database,
    journal,
    rotation: {
      event: {
        step: 'setSecret',
        secretId: secretArn,
        clientRequestToken: 'v2',
        rotationToken: rotationToken === undefined ? undefined : new Sensitive(rotationToken),
      },
      engine: database.engine,
      environment: readEnvironment({ ROTATION_STRATEGY: strategy }, { excludeCharacters: '' }),
      store: { ...secret.store, ...instead?.(secret.store) },
      deadline: Deadline.in(deadlineMs),
    },
  };
}

/** The two versions of a rotation that createSecret has prepared, with members that differ from the usual ones. */
export function currentAndPending(
  current: object = {},
  pending: object = {},
): readonly [
  { id: string; value: object; labels: string[] },
  { id: string; value: object; labels: string[] },
] {
  return [
    { id: 'v1', value: secretValue(current), labels: ['AWSCURRENT'] },
    {
      id: 'v2',
      value: secretValue({ ...current, password: 'pending-password', ...pending }),
      labels: ['AWSPENDING'],
    },
  ];
}

/** The error that a promise ends in. Throws when it ends in none, or in something that is none. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Expected an error; the promise was fulfilled or threw something else.');
}
