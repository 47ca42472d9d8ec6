import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import type { Strategy } from '../../functions/core/environment.ts';
import { guardFolder } from '../../tests/servers/guarded-folder.ts';
import { Cloud } from './cloud.ts';
import type { DemoDatabase, DemoEngine } from './engine.ts';
import { duration } from './result.ts';
import type { Screen } from './screen.ts';

/** What a story needs. */
export interface StageOptions {
  readonly engine: DemoEngine;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

/** A database, the emulator, and the bundle deployed once for each strategy. */
export interface Stage {
  readonly database: DemoDatabase;
  readonly emulator: Emulator;
  readonly cloud: Cloud;
  /** The function's ARN by the strategies that every engine has. */
  readonly functions: Readonly<Record<Exclude<Strategy, 'dual-password'>, string>>;
}

/**
 * Starts everything and tells so.
 *
 * @param everything is given what must be undone in the end, as soon as it is there
 */
export async function setStage(
  { engine, screen, signal }: StageOptions,
  everything: AsyncDisposableStack,
): Promise<Stage> {
  screen.status(() => 'starting a database and the emulator');
  // All that the parts make lands in one folder, which goes away even when this process is killed.
  const folder = await guardFolder(join(tmpdir(), 'rotating-secret-demo-'));
  everything.defer(() => folder.release());
  // The database may run as another user, which must be able to pass.
  await chmod(folder.path, 0o711);
  process.env.TMPDIR = folder.path;

  const startMs = performance.now();
  const database = everything.use(await engine.start());
  signal.throwIfAborted();
  screen.line(`${database.description}, started in ${duration(performance.now() - startMs)}`);

  // A failed rotation shall be seen, not repaired by the next try.
  const emulator = everything.use(await startEmulator({ rotation: { retries: 0 } }));
  const cloud = everything.adopt(new Cloud(emulator), (it) => it.close());
  signal.throwIfAborted();
  screen.line(`Secrets Manager and Lambda, emulated, on ${emulator.url}`);

  const deploy = (strategy: Strategy) =>
    cloud.deploy({ name: `rotate-${strategy}`, strategy, bundle: engine.bundle, caPath: database.caPath });
  const functions = {
    'alternating-users': await deploy('alternating-users'),
    'single-user': await deploy('single-user'),
  };
  screen.line(`${engine.bundle}, deployed as rotate-alternating-users and rotate-single-user (nodejs24.x)`);
  return { database, emulator, cloud, functions };
}
