import { ApiError } from '../service.ts';
import type { RequestFields } from './request-fields.ts';

/** Cuts a list by the request's `Marker` and `MaxItems` (1 to 10,000; default 50). */
export function page<T>(
  request: RequestFields,
  items: readonly T[],
): { items: readonly T[]; next: { NextMarker?: string } } {
  const marker = request.string('Marker') ?? '0';
  if (!/^\d{1,9}$/.test(marker))
    throw new ApiError('InvalidParameterValueException', 'The marker is not one that this operation gave');
  const start = Number(marker);
  const end = start + (request.integer('MaxItems', 1, 10_000) ?? 50);
  return { items: items.slice(start, end), next: end < items.length ? { NextMarker: String(end) } : {} };
}
