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
};

/** The engine of a rotator that brings its own function or zip. */
export const customEngine = 'custom';

/** Names of the engines as they stand in a list of HCL: `"postgres", "custom"`. */
export const engineList = [...Object.keys(engines), customEngine].map((name) => `"${name}"`).join(', ');

/** Every pair of engine and strategy that a function exists for: `"postgres-single-user", …`. */
export const pairList = Object.entries(engines)
  .flatMap(([name, { strategies }]) => strategies.map((strategy) => `"${name}-${strategy}"`))
  .join(', ');
