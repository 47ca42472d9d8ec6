import type { DemoEngine } from './engine.ts';
import { postgresEngine } from './postgres-engine.ts';

/** The engines by the name that `--engine` takes. */
export const engines: Readonly<Record<string, DemoEngine>> = { postgres: postgresEngine };
