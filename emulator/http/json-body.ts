import { ApiError } from '../service.ts';

/**
 * Parses a request's JSON.
 * @param code the error that the service gives for what is no JSON
 * @throws ApiError
 */
export function parseJson(body: Buffer, code: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new ApiError(code, `Could not parse request body into json: ${(error as Error).message}`);
  }
}
