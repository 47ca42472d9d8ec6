import type { ShownResource } from './workspace.ts';

/** The secret of an admin, as RDS names it. */
export const ADMIN =
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-11111111-2222-3333-4444-555555555555-AbCdEf';

/** One call of the root module, under a label of the caller's choice. */
export function call(settings: string, label = 'rotating_secret'): string {
  return `module "${label}" {\n  source = "./repository"\n\n  ${settings}\n}`;
}

/** The values of all managed resources of a type. */
export function ofType(
  resources: readonly ShownResource[],
  type: string,
): readonly Readonly<Record<string, unknown>>[] {
  return resources
    .filter((resource) => resource.type === type && resource.mode === 'managed')
    .map(({ values }) => values);
}
