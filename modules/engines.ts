/** What the module has to know of an engine that it deploys a function for. */
export interface Engine {
  /** The zip in bundles/, without its ending. */
  readonly bundle: string;
  /** The port of a connection that names none. */
  readonly port: number;
  readonly strategies: readonly string[];
}

/** Every engine with a bundle in bundles/. A new engine is one more entry. */
export const engines: Readonly<Record<string, Engine>> = {
  postgres: { bundle: 'postgres', port: 5432, strategies: ['single-user', 'alternating-users'] },
  mysql: { bundle: 'mysql', port: 3306, strategies: ['single-user', 'alternating-users', 'dual-password'] },
  // Its accounts have one password only.
  mariadb: { bundle: 'mysql', port: 3306, strategies: ['single-user', 'alternating-users'] },
};

/** The engine of a rotator that brings its own function or zip. */
export const customEngine = 'custom';

/** What stands in the `engine` of a rotator. */
export const engineNames: readonly string[] = [...Object.keys(engines), customEngine];

/** Every pair of engine and strategy that a function exists for: `postgres-single-user`, …. */
export const pairNames: readonly string[] = Object.entries(engines).flatMap(([name, { strategies }]) =>
  strategies.map((strategy) => `${name}-${strategy}`),
);

/** The strategies of each engine, for a message: `postgres has single-user and alternating-users; …`. */
export const strategiesInWords: string = Object.entries(engines)
  .map(([name, { strategies }]) => `${name} has ${enumerate(strategies, 'and')}`)
  .join('; ');

/** Writes names as code in a sentence of Markdown: `a`, `b` or `c`. */
export const inCode = (names: readonly string[]): string =>
  enumerate(
    names.map((name) => `\`${name}\``),
    'or',
  );

function enumerate(names: readonly string[], conjunction: 'and' | 'or'): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}
