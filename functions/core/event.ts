import { InvalidEventError } from './errors.ts';
import { Sensitive } from './sensitive.ts';
import { textMember } from './text-member.ts';

/** The four steps of a rotation, in their order. */
export const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One step of a rotation. */
export type Step = (typeof steps)[number];

/** What Secrets Manager asks of a rotation function. */
export interface RotationEvent {
  readonly step: Step;
  /** The secret's full ARN. */
  readonly secretId: string;
  /** Becomes the id of the new version. */
  readonly clientRequestToken: string;
  /** Present when the rotation runs with a role of another account; passed on to PutSecretValue, never logged. */
  readonly rotationToken: Sensitive<string> | undefined;
}

/**
 * Reads the event of a rotation; unknown members are ignored.
 *
 * @throws InvalidEventError naming the member that is missing or not understood
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export function parseEvent(event: unknown): RotationEvent {
  const step = member(event, 'Step');
  const rotationToken = textMember(event, 'RotationToken');
  return {
    step: parseStep(step),
    secretId: member(event, 'SecretId'),
    clientRequestToken: member(event, 'ClientRequestToken'),
    rotationToken: rotationToken === undefined ? undefined : new Sensitive(rotationToken),
  };
}

function parseStep(text: string): Step {
  const step = steps.find((known) => known === text);
  if (step !== undefined) return step;
  throw new InvalidEventError(
    'Step',
    `The event's Step must be one of ${steps.join(', ')}; found ${JSON.stringify(text.slice(0, 40))}.`,
  );
}

function member(event: unknown, name: string): string {
  const value = textMember(event, name);
  if (value !== undefined) return value;
  throw new InvalidEventError(
    name,
    `The event has no ${name}. This function is made to be called by Secrets Manager's rotation (RotateSecret), which sends Step, SecretId and ClientRequestToken.`,
  );
}
