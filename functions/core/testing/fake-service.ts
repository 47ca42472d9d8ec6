import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Deadline } from '../deadline.ts';
import { awsSecretStore, type SecretStore } from '../secret-store.ts';
import { secretArn } from './scene.ts';

/** What the service answers to one request; an error stands for a connection that gave none. */
export type Answer =
  | { readonly status?: number; readonly body: object | string; readonly requestId?: string | undefined }
  | Error;

/** A request as it went over the wire. */
export interface SeenRequest {
  readonly operation: string;
  readonly input: unknown;
  readonly signal: unknown;
}

/** The store over a client of the SDK whose wire ends here, and what went over it. */
export interface WiredStore {
  readonly store: SecretStore;
  readonly requests: readonly SeenRequest[];
}

/**
 * A store whose service gives these answers, one after the other. Requests are serialized and answers parsed by the
 * SDK as ever.
 *
 * @param deadline default: a minute from now
 */
export function storeAnsweredBy(answers: readonly Answer[], deadline = Deadline.in(60_000)): WiredStore {
  const requests: SeenRequest[] = [];
  const client = new SecretsManagerClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' },
    maxAttempts: 1,
    requestHandler: {
      async handle(
        request: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
        { abortSignal }: { readonly abortSignal?: unknown } = {},
      ) {
        requests.push({
          operation: request.headers['x-amz-target']?.replace('secretsmanager.', '') ?? '',
          input: JSON.parse(new TextDecoder().decode(request.body)),
          signal: abortSignal,
        });
        const answer = answers[requests.length - 1] ?? new Error('The test has no answer to this request.');
        if (answer instanceof Error) throw answer;
        const { status = 200, body, requestId = 'request-1' } = answer;
        return {
          response: {
            statusCode: status,
            headers: { 'x-amzn-requestid': requestId },
            body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
          },
        };
      },
    },
  });
  return { store: awsSecretStore(client, secretArn, deadline), requests };
}

/** The answer that refuses a request. */
export function refusalOf(awsName: string, message: string): Answer {
  return { status: 400, body: { __type: awsName, message } };
}
