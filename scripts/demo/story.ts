import { pinTags } from '../../functions/core/pins.ts';
import { brokenPromises, conclusions, type Result } from './result.ts';
import { RotatedSecret } from './rotated-secret.ts';
import { type Stage, type StageOptions, setStage } from './stage.ts';
import { summary } from './summary.ts';

/** How many rotations with alternating users happen under the eyes of the application. */
const alternatingRotations = 3;

/**
 * Starts everything, rotates, proves and stops everything, also when it is interrupted or fails.
 *
 * @throws Error when a rotation does not complete or a proof does not hold
 */
export async function tellStory(options: StageOptions): Promise<void> {
  const { screen } = options;
  screen.line(screen.paint('bold', 'Rotating real passwords while an application keeps logging in'));
  await using everything = new AsyncDisposableStack();
  const stage = await setStage(options, everything);
  const results = [...(await alternateUsers(options, stage)), ...(await rotateSingleUser(options, stage))];

  screen.status(undefined);
  screen.line();
  screen.line(summary(results, screen));
  screen.line();
  for (const line of conclusions(results)) screen.line(line);
  const broken = results.flatMap(brokenPromises);
  if (broken.length > 0) throw new Error(broken.join('; '));
}

/** The user of the secret is made by its first rotation: there never is a password that somebody typed. */
async function alternateUsers(
  { screen, signal }: StageOptions,
  { cloud, database, emulator, functions }: Stage,
): Promise<readonly Result[]> {
  const secretName = 'demo/orders-app';
  const strategy = 'alternating-users';
  const { engine, host, port, dbname } = database.admin;
  const username = 'orders_app';
  const adminArn = await cloud.createSecret('demo/admin', database.admin);
  const secretArn = await cloud.createSecret(
    secretName,
    { engine, host, port, dbname, username },
    {
      [pinTags.adminSecret]: adminArn,
      [pinTags.username]: username,
      [pinTags.hosts]: `${host}:${port}`,
      [pinTags.manageUser]: 'true',
      [pinTags.grantRoles]: database.applicationRole,
    },
  );
  screen.line(`Secret ${secretName}: a user that does not exist yet, and no password`);

  const history = emulator.history;
  const functionArn = functions[strategy];
  const parts = {
    cloud,
    database,
    history,
    screen,
    signal,
    secretName,
    secretArn,
    functionArn,
    strategy,
  } as const;
  const secret = new RotatedSecret(parts);
  await secret.rotate('birth');
  secret.startApplication();
  for (let number = 1; number <= alternatingRotations; number++) await secret.rotate(String(number));
  await secret.stopApplication();
  return secret.results;
}

/** The way of old: somebody made the user and its password; the user changes it itself. */
async function rotateSingleUser(
  { screen, signal }: StageOptions,
  { cloud, database, emulator, functions }: Stage,
): Promise<readonly Result[]> {
  const secretName = 'demo/reports-app';
  const strategy = 'single-user';
  const secretArn = await cloud.createSecret(secretName, await database.createUser('reports_app'));
  screen.line();
  screen.line(`Secret ${secretName}: a user made by hand, whose password somebody may have seen`);

  const history = emulator.history;
  const functionArn = functions[strategy];
  const parts = {
    cloud,
    database,
    history,
    screen,
    signal,
    secretName,
    secretArn,
    functionArn,
    strategy,
  } as const;
  const secret = new RotatedSecret(parts);
  secret.startApplication();
  await secret.rotate(String(alternatingRotations + 1));
  await secret.stopApplication();
  return secret.results;
}
