import { randomUUID } from 'node:crypto';
import type { EventBridgeEvent } from '../history.ts';
import type { ApiError, ServiceContext, ServiceRequest } from '../service.ts';
import type { Secret } from './secret.ts';
import { lowerCamel } from './shapes.ts';

/** What Secrets Manager reports of its own doings, by way of CloudTrail (user guide, "CloudTrail entries"). */
export type ServiceEventName =
  | 'RotationStarted'
  | 'RotationSucceeded'
  | 'RotationFailed'
  | 'RotationAbandoned'
  | 'TestRotationStarted'
  | 'TestRotationSucceeded'
  | 'TestRotationFailed'
  | 'StartSecretVersionDelete'
  | 'CancelSecretVersionDelete'
  | 'EndSecretVersionDelete';

const serviceHost = 'secretsmanager.amazonaws.com';

/** Puts the service's events, in EventBridge's envelope, into the history. */
export class Events {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** `AWS Service Event via CloudTrail`: the secret stands in `additionalEventData.SecretId` only. */
  service(
    eventName: ServiceEventName,
    secret: Secret,
    more: { readonly errorMessage?: string; readonly versionId?: string } = {},
  ): void {
    const kind = eventName.includes('VersionDelete') ? 'SecretVersionDelete' : 'Rotation';
    this.#record('AWS Service Event via CloudTrail', secret.region, [], {
      ...this.#trailRecord(eventName, secret.region),
      userIdentity: { accountId: this.#context.account, invokedBy: serviceHost },
      sourceIPAddress: serviceHost,
      userAgent: serviceHost,
      ...(more.errorMessage === undefined ? {} : { errorMessage: more.errorMessage }),
      requestParameters: null,
      responseElements: null,
      additionalEventData: {
        SecretId: secret.arn,
        ...(more.versionId === undefined ? {} : { SecretVersionId: more.versionId }),
      },
      requestID: `${kind}-${secret.arn}-${randomUUID()}`,
      eventType: 'AwsServiceEvent',
    });
  }

  /** `AWS API Call via CloudTrail`, for a call that writes; `parameters` are those that may be shown. */
  apiCall(
    request: ServiceRequest,
    parameters: Readonly<Record<string, unknown>>,
    outcome: { readonly response: Readonly<Record<string, unknown>> } | { readonly error: ApiError },
  ): void {
    this.#record('AWS API Call via CloudTrail', request.region, [], {
      ...this.#trailRecord(request.operation, request.region),
      userIdentity: {
        type: request.caller.arn.includes(':assumed-role/') ? 'AssumedRole' : 'IAMUser',
        arn: request.caller.arn,
        accountId: this.#context.account,
        accessKeyId: request.caller.accessKeyId,
      },
      sourceIPAddress: '127.0.0.1',
      userAgent: request.userAgent,
      ...('error' in outcome ? { errorCode: outcome.error.code, errorMessage: outcome.error.message } : {}),
      requestParameters: lowerCamelKeys(parameters),
      responseElements: 'response' in outcome ? responseElements(outcome.response) : null,
      requestID: request.requestId,
      eventType: 'AwsApiCall',
    });
  }

  /** The native event, which needs no trail and knows success only. */
  labelUpdated(secret: Secret, label: string, versionId: string): void {
    this.#record('Secret Label Updated', secret.region, [secret.arn], {
      name: secret.name,
      labelUpdated: label,
      versionId,
    });
  }

  #trailRecord(eventName: string, region: string): Readonly<Record<string, unknown>> {
    return {
      eventVersion: '1.08',
      eventTime: eventTime(this.#context.clock.now()),
      eventSource: serviceHost,
      eventName,
      awsRegion: region,
      eventID: randomUUID(),
      readOnly: false,
      managementEvent: true,
      recipientAccountId: this.#context.account,
      eventCategory: 'Management',
    };
  }

  #record(
    detailType: string,
    region: string,
    resources: readonly string[],
    detail: EventBridgeEvent['detail'],
  ): void {
    this.#context.history.recordEvent({
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source: 'aws.secretsmanager',
      account: this.#context.account,
      time: eventTime(this.#context.clock.now()),
      region,
      resources,
      detail,
    });
  }
}

/** Events carry whole seconds. */
function eventTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** CloudTrail shows an empty answer as none. */
function responseElements(response: Readonly<Record<string, unknown>>): unknown {
  return Object.keys(response).length === 0 ? null : lowerCamelKeys(response);
}

/** CloudTrail spells members its own way, at all depths. */
function lowerCamelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamelKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [lowerCamel(name), lowerCamelKeys(member)]),
  );
}
