import { ApiError } from '../service.ts';
import type { RequestFields } from './request-fields.ts';

/** What Invoke asks for beside the function. */
export interface InvokeRequest {
  readonly type: 'RequestResponse' | 'Event' | 'DryRun';
  readonly wantsLog: boolean;
  /** JSON text. */
  readonly payload: Buffer;
  /** JSON text in ASCII. */
  readonly clientContext?: string;
}

/**
 * Reads the headers and the payload of an Invoke request.
 * @throws ApiError `InvalidParameterValueException` or `InvalidRequestContentException`
 */
export function readInvokeRequest(fields: RequestFields, payload: Buffer): InvokeRequest {
  const type = fields.string('InvocationType') ?? 'RequestResponse';
  if (type !== 'RequestResponse' && type !== 'Event' && type !== 'DryRun') {
    throw new ApiError(
      'InvalidParameterValueException',
      `InvocationType: expected RequestResponse, Event or DryRun, found ${type}`,
    );
  }
  const clientContext = fields.string('ClientContext');
  return {
    type,
    wantsLog: fields.string('LogType') === 'Tail',
    payload: readPayload(payload),
    ...(clientContext === undefined ? {} : { clientContext: readClientContext(clientContext) }),
  };
}

function readPayload(payload: Buffer): Buffer {
  if (payload.length === 0) return Buffer.from('{}');
  try {
    JSON.parse(payload.toString('utf8'));
    return payload;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}

function readClientContext(base64: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return JSON.stringify(value).replace(
      /[^\x20-\x7e]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  } catch {
    throw new ApiError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    );
  }
}
