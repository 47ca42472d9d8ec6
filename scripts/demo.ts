/**
 * `make demo`: real rotations of real passwords, on this machine alone.
 *
 * Exit status: 0 when every rotation completed and every proof held; 1 when not; 2 for wrong arguments; 130 or 143
 * after Ctrl-C or SIGTERM.
 */
import { constants } from 'node:os';
import { Command, Option } from 'commander';
import { engines } from './demo/engines.ts';
import { Screen } from './demo/screen.ts';
import { tellStory } from './demo/story.ts';

const command = new Command('demo')
  .description('Rotates real passwords, in an embedded database and an emulated Secrets Manager.')
  .addOption(new Option('--engine <name>', 'the database').choices(Object.keys(engines)).default('postgres'))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const screen = new Screen(process.stdout);
const interruption = new AbortController();
let exitCode = 0;
const interrupt = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void => {
  exitCode ||= 128 + constants.signals[signal];
  screen.status(() => 'stopping everything');
  interruption.abort();
};
// The handlers stay in place when they have run: Ctrl-C may come twice, from the terminal and from npm.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
// The shell of `npm run` dies of a signal without handing it on; whoever started this is then gone.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) interrupt('SIGHUP');
}, 200).unref();

try {
  const { engine: name } = command.opts<{ engine: string }>();
  const engine = engines[name];
  if (engine === undefined) throw new Error(`there is no engine ${name}`);
  await tellStory({ engine, screen, signal: interruption.signal });
} catch (error) {
  if (interruption.signal.aborted) {
    screen.line('Stopped; nothing is left behind.');
  } else {
    screen.line(screen.paint('red', `The demo failed: ${error instanceof Error ? error.message : error}`));
    exitCode = 1;
  }
} finally {
  screen.close();
}
process.exit(exitCode);
