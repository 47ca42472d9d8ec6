import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../service.ts';

/** What the Authorization of a request says about it. */
export interface Admission {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service's name in SigV4, such as `secretsmanager`. */
  readonly service: string;
}

const scheme = 'AWS4-HMAC-SHA256 ';
const credentialPattern =
  /^Credential=(?<accessKeyId>\w{1,128})\/\d{8}\/(?<region>[a-z0-9-]{1,32})\/(?<service>[a-z0-9-]{1,64})\/aws4_request$/;

/**
 * Lets a request in or refuses it. The emulator runs uploaded code, so no page in a browser on this machine may reach it: a
 * page cannot send Authorization without a preflight, which is refused, its requests carry an Origin, and a name that was
 * rebound to this address shows in Host. The signature is not verified: any credentials do.
 * @throws ApiError with status 403
 */
export function admit(headers: IncomingHttpHeaders, port: number): Admission {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase())) {
    throw new ApiError(
      'AccessDeniedException',
      `Host: expected one of ${hosts.join(', ')}, found ${headers.host ?? 'none'}`,
      403,
    );
  }
  if (headers.origin !== undefined) {
    throw new ApiError(
      'AccessDeniedException',
      'requests with an Origin, such as those of web pages, are refused',
      403,
    );
  }
  if (headers.authorization === undefined) {
    throw new ApiError(
      'MissingAuthenticationTokenException',
      'Missing Authentication Token: sign the request with SigV4; any access key and secret will do',
      403,
    );
  }
  const { accessKeyId, region, service } = readScope(headers.authorization);
  if (accessKeyId === undefined || region === undefined || service === undefined) {
    throw new ApiError(
      'IncompleteSignatureException',
      'Authorization: expected AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=…, Signature=…',
      403,
    );
  }
  return { accessKeyId, region, service };
}

function readScope(authorization: string): Partial<Admission> {
  if (!authorization.startsWith(scheme)) return {};
  const parts = authorization.slice(scheme.length).split(',');
  const credential = parts.map((part) => part.trim()).find((part) => part.startsWith('Credential='));
  return credentialPattern.exec(credential ?? '')?.groups ?? {};
}
