import type { Filters } from './requests.ts';
import type { Secret } from './secret.ts';

type Filter = Filters[number];

/** Whether a secret matches all filters of ListSecrets; within one, a single value is enough. */
export function matchesFilters(secret: Secret, filters: Filters): boolean {
  return filters.every((filter) => matchesFilter(secret, filter));
}

function matchesFilter(secret: Secret, { Key, Values }: Filter): boolean {
  const excluded = Values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
  const wanted = Values.filter((value) => !value.startsWith('!'));
  if (excluded.some((value) => matchesValue(secret, Key, value))) return false;
  return wanted.length === 0 || wanted.some((value) => matchesValue(secret, Key, value));
}

function matchesValue(secret: Secret, key: string, value: string): boolean {
  if (key === 'all') {
    const words = value.toLowerCase().split(/[ /_+=.@:-]+/);
    const attributes = searchable(secret).map((attribute) => attribute.toLowerCase());
    return words.every((word) => attributes.some((attribute) => attribute.includes(word)));
  }
  if (key === 'description') {
    return secret.description?.toLowerCase().startsWith(value.toLowerCase()) ?? false;
  }
  return attributesOf(secret, key).some((attribute) => attribute.startsWith(value));
}

function attributesOf(secret: Secret, key: string): readonly string[] {
  switch (key) {
    case 'name':
      return [secret.name];
    case 'tag-key':
      return [...secret.tags.keys()];
    case 'tag-value':
      return [...secret.tags.values()];
    case 'primary-region':
      return secret.primaryRegion === undefined ? [] : [secret.primaryRegion];
    default:
      // owning-service: no secret of the emulator belongs to another service.
      return [];
  }
}

function searchable(secret: Secret): readonly string[] {
  return [secret.name, secret.description ?? '', ...secret.tags.keys(), ...secret.tags.values()];
}
