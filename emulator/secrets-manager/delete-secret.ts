import { ApiError } from '../service.ts';
import { type Call, type Response, requireSecret, type Service } from './call.ts';
import type { deleteSecretRequest, secretRequest } from './requests.ts';
import { epochSeconds, requireNotDeleted, requirePrimary, type Secret } from './secret.ts';
import type { Parsed } from './shapes.ts';

type Input = Parsed<typeof deleteSecretRequest>;

const dayMs = 24 * 60 * 60 * 1000;
const defaultRecoveryDays = 30;

/** DeleteSecret: at the end of the recovery window, or at once when that is forced. */
export function deleteSecret(call: Call, input: Input): Response {
  const forced = input.ForceDeleteWithoutRecovery === true;
  const days = recoveryDays(input, forced);
  const found = call.store.find(call.request.region, input.SecretId);
  if (found === undefined && forced) return answerMissing(call, input.SecretId);
  const secret = requireSecret(call, input.SecretId);
  requirePrimary(secret);
  requireNoReplicas(secret);
  if (!forced) requireNotDeleted(secret);

  call.rotation.stop(secret);
  secret.deletion?.timer.cancel();
  announce(call, 'StartSecretVersionDelete', secret);
  if (forced) {
    purge(call, secret);
    return answer(secret, call.now);
  }
  const dueAt = new Date(call.now.getTime() + days * dayMs);
  secret.deletion = { dueAt, timer: call.agenda.after(days * dayMs, () => purge(call, secret)) };
  secret.changedAt = call.now;
  return answer(secret, dueAt);
}

/** RestoreSecret: takes a deletion back; the rotation schedule runs again. */
export function restoreSecret(call: Call, input: Parsed<typeof secretRequest>): Response {
  const secret = requireSecret(call, input.SecretId);
  requirePrimary(secret);
  if (secret.deletion !== undefined) {
    secret.deletion.timer.cancel();
    delete secret.deletion;
    secret.changedAt = call.now;
    announce(call, 'CancelSecretVersionDelete', secret);
    call.rotation.schedule(secret);
  }
  return { ARN: secret.arn, Name: secret.name };
}

function recoveryDays({ RecoveryWindowInDays: days }: Input, forced: boolean): number {
  if (forced && days !== undefined) {
    throw new ApiError(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw new ApiError(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    );
  }
  return days ?? defaultRecoveryDays;
}

function requireNoReplicas(secret: Secret): void {
  const regions = [...secret.replicas.values()]
    .filter(({ status }) => status !== 'Failed')
    .map(({ region }) => region);
  if (regions.length === 0) return;
  throw new ApiError(
    'InvalidParameterException',
    `You can't delete secret ${secret.arn} that still has replica regions [${regions.join(', ')}].`,
  );
}

function purge(service: Pick<Service, 'store' | 'events'>, secret: Secret): void {
  service.store.remove(secret);
  announce(service, 'EndSecretVersionDelete', secret);
}

function announce(
  { events }: Pick<Service, 'events'>,
  eventName: 'StartSecretVersionDelete' | 'CancelSecretVersionDelete' | 'EndSecretVersionDelete',
  secret: Secret,
): void {
  for (const { id, value } of secret.versions.versions.values()) {
    if (value !== undefined) events.service(eventName, secret, { versionId: id });
  }
}

function answer(secret: Secret, dueAt: Date): Response {
  return { ARN: secret.arn, Name: secret.name, DeletionDate: epochSeconds(dueAt) };
}

/** A forced deletion of a secret that does not exist succeeds, so that it can be repeated. */
function answerMissing(call: Call, secretId: string): Response {
  const name = secretId.replace(/^arn:.*:secret:/, '').replace(/-[A-Za-z0-9]{6}$/, '');
  const isArn = secretId.startsWith('arn:');
  return {
    ARN: isArn ? secretId : call.store.newArn(call.request.region, secretId),
    Name: isArn ? name : secretId,
    DeletionDate: epochSeconds(call.now),
  };
}
