import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../emulator/index.ts';
import { pinTags } from '../../functions/core/pins.ts';
import { guardFolder } from '../../tests/servers/guarded-folder.ts';
import { Cloud } from './cloud.ts';
import type { DemoEngine } from './engine.ts';
import { brokenPromises, conclusions, duration } from './result.ts';
import { RotatedSecret } from './rotated-secret.ts';
import type { Screen } from './screen.ts';
import { summary } from './summary.ts';

/** How many rotations with alternating users happen under the eyes of the application. */
const alternatingRotations = 3;

/**
 * Starts everything, rotates, proves and stops everything, also when it is interrupted or fails.
 *
 * @throws Error when a rotation does not complete or a proof does not hold
 */
export async function tellStory({
  engine,
  screen,
  signal,
}: {
  readonly engine: DemoEngine;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}): Promise<void> {
  await using everything = new AsyncDisposableStack();
  screen.line(screen.paint('bold', 'Rotating real passwords while an application keeps logging in'));
  screen.status(() => 'starting a database and the emulator');
  // All that the parts make lands in one folder, which goes away even when this process is killed.
  const folder = everything.adopt(await guardFolder(join(tmpdir(), 'rotating-secret-demo-')), (it) =>
    it.release(),
  );
  // The database may run as another user, which must be able to pass.
  await chmod(folder.path, 0o711);
  process.env.TMPDIR = folder.path;

  const startMs = performance.now();
  const database = everything.use(await engine.start());
  signal.throwIfAborted();
  screen.line(`${database.description}, started in ${duration(performance.now() - startMs)}`);

  // A failed rotation shall be seen, not repaired by the next try.
  const emulator = await startEmulator({ rotation: { retries: 0 } });
  everything.defer(() => emulator.close());
  const cloud = everything.adopt(new Cloud(emulator), (it) => it.close());
  signal.throwIfAborted();
  screen.line(`Secrets Manager and Lambda, emulated, on ${emulator.url}`);

  const deploy = (strategy: 'single-user' | 'alternating-users') =>
    cloud.deploy({ name: `rotate-${strategy}`, strategy, bundle: engine.bundle, caPath: database.caPath });
  const alternatingUsers = await deploy('alternating-users');
  const singleUser = await deploy('single-user');
  screen.line(`${engine.bundle}, deployed as rotate-alternating-users and rotate-single-user (nodejs24.x)`);

  const { engine: engineName, host, port, dbname } = database.admin;
  const unborn = { engine: engineName, host, port, dbname, username: 'orders_app' };
  const adminArn = await cloud.createSecret('demo/admin', database.admin);
  const ordersArn = await cloud.createSecret('demo/orders-app', unborn, {
    [pinTags.adminSecret]: adminArn,
    [pinTags.username]: unborn.username,
    [pinTags.hosts]: `${host}:${port}`,
    [pinTags.manageUser]: 'true',
    [pinTags.grantRoles]: database.applicationRole,
  });
  screen.line('Secret demo/orders-app: a user that does not exist yet, and no password');

  const parts = { cloud, database, history: emulator.history, screen, signal };
  const orders = new RotatedSecret({
    ...parts,
    secretName: 'demo/orders-app',
    secretArn: ordersArn,
    functionArn: alternatingUsers,
    strategy: 'alternating-users',
  });
  await orders.rotate('birth');
  orders.startApplication();
  for (let number = 1; number <= alternatingRotations; number++) await orders.rotate(String(number));
  await orders.stopApplication();

  const reportsArn = await cloud.createSecret('demo/reports-app', await database.createUser('reports_app'));
  screen.line();
  screen.line('Secret demo/reports-app: a user made by hand, whose password somebody may have seen');
  const reports = new RotatedSecret({
    ...parts,
    secretName: 'demo/reports-app',
    secretArn: reportsArn,
    functionArn: singleUser,
    strategy: 'single-user',
  });
  reports.startApplication();
  await reports.rotate(String(alternatingRotations + 1));
  await reports.stopApplication();

  const results = [...orders.results, ...reports.results];
  screen.status(undefined);
  screen.line();
  screen.line(summary(results, screen));
  screen.line();
  for (const line of conclusions(results)) screen.line(line);
  const broken = results.flatMap(brokenPromises);
  if (broken.length > 0) throw new Error(broken.join('; '));
}
