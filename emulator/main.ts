import { Command, InvalidArgumentError } from 'commander';
import { type EmulatorOptions, startEmulator } from './index.ts';

/** How often to look whether npm still runs. */
const parentCheckMs = 500;

const program = new Command('emulator')
  .description(
    'Serves AWS Secrets Manager with its rotation engine, and Lambda, on 127.0.0.1 until SIGTERM or SIGINT.',
  )
  .option('--port <number>', 'port to listen on; 0 takes any that is free', parsePort, 0)
  .option('--region <name>', "the emulator's own region", 'us-east-1')
  .option('--account <digits>', "the account's twelve digits", '123456789012')
  .allowExcessArguments(false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
program.parse();

try {
  await serve(program.opts<EmulatorOptions>());
} catch (error) {
  process.stderr.write(`emulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof RangeError ? 2 : 1;
}

async function serve(options: EmulatorOptions): Promise<void> {
  const emulator = await startEmulator(options);
  const stop = (): void => {
    emulator.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`emulator: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  stopWithNpm(stop);
  // The reader of the ready line may close the pipe after it.
  process.stdout.on('error', () => undefined);
  const { url, port, region, account } = emulator;
  process.stdout.write(`${JSON.stringify({ url, port, region, account })}\n`);
}

/**
 * npm hands on the signals that it can catch. When it was killed, nobody is left to end the emulator. (The script in
 * package.json begins with exec: else the parent were a shell, which outlives npm.)
 */
function stopWithNpm(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentCheckMs).unref();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a number from 0 to 65535');
}
