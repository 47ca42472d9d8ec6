import { ApiError } from '../service.ts';

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * One page of a list. NextToken says where the next one begins.
 *
 * @throws ApiError InvalidNextTokenException for a token that no answer had
 */
export function page<T>(
  all: readonly T[],
  { MaxResults, NextToken }: PageRequest,
  largest = 100,
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const start = NextToken === undefined ? 0 : decode(NextToken);
  const end = start + (MaxResults ?? largest);
  return { items: all.slice(start, end), nextToken: end < all.length ? encode(end) : undefined };
}

function encode(offset: number): string {
  return Buffer.from(`from:${offset}`).toString('base64url');
}

function decode(token: string): number {
  const offset = /^from:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined)
    throw new ApiError('InvalidNextTokenException', 'The NextToken value is invalid.');
  return Number(offset);
}
