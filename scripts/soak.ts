/**
 * `npm run soak`: clients that read their secret again only every 3 s log in to a real MySQL all the time, while its
 * user is rotated every 4 s with two passwords at a time; and beside them the same clients with one.
 *
 * Exit status: 0 when no login failed with two passwords; 1 when one did, or a rotation failed.
 */
import { Command } from 'commander';
import { soak } from './soak/soak.ts';

const command = new Command('soak')
  .description('Logs in with stale values through many rotations, with two passwords and with one.')
  .option('--rotations <count>', 'how many rotations', '50')
  .option('--interval <seconds>', 'from one rotation to the next', '4')
  .option('--stale <seconds>', 'how old a value may be that a client logs in with', '3')
  .option('--clients <count>', 'how many clients for each strategy', '4')
  .parse();
const { rotations, interval, stale, clients } = command.opts<Readonly<Record<string, string>>>();

const results = await soak({
  rotations: Number(rotations),
  intervalMs: Number(interval) * 1_000,
  staleMs: Number(stale) * 1_000,
  clients: Number(clients),
  onRotation: (strategy, count, tally) =>
    console.log(`${strategy.padEnd(13)}  rotation ${count}: ${tally.logins} logins, ${tally.failed} failed`),
});
for (const { strategy, logins, failed, lastFailure } of results) {
  const reason = lastFailure === undefined ? '' : `, the last with error ${lastFailure}`;
  console.log(`${strategy}: ${rotations} rotations, ${logins} logins, ${failed} failed${reason}`);
}
process.exitCode = results.every(({ strategy, failed }) => strategy === 'single-user' || failed === 0)
  ? 0
  : 1;
