import type { ShownResource } from './workspace.ts';

/** The message that EventBridge makes of an event for a target: what its paths find, in the places of its template. */
export function filledIn({ input_transformer }: ShownResource['values'], source: unknown): string {
  const [transformer] = input_transformer as {
    readonly input_paths: Readonly<Record<string, string>>;
    readonly input_template: string;
  }[];
  const found = (path: string) =>
    path
      .split('.')
      .slice(1)
      .reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], source);
  return Object.entries(transformer?.input_paths ?? {}).reduce(
    (text, [name, path]) => text.replaceAll(`<${name}>`, String(found(path))),
    transformer?.input_template ?? '',
  );
}
