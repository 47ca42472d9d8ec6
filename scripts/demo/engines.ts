import type { DemoEngine } from './engine.ts';
import { mariadbEngine, mysqlEngine } from './mysql-engine.ts';
import { postgresEngine } from './postgres-engine.ts';

/** The engines by the name that `--engine` takes. */
export const engines: Readonly<Record<string, DemoEngine>> = {
  postgres: postgresEngine,
  mysql: mysqlEngine,
  mariadb: mariadbEngine,
};
