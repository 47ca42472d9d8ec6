import {
  CreateFunctionCommand,
  type CreateFunctionRequest,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { strToU8, type Zippable, zipSync } from 'fflate';
import type { Emulator } from '../../index.ts';

/** What came back of an invocation. */
export interface TestResult {
  // The tests know what their functions return.
  readonly payload: Record<string, unknown>;
  readonly functionError: string | undefined;
  readonly log: string;
}

/** An SDK client that does not retry, so that a test sees the first answer. */
export function lambdaClient(emulator: Emulator, accessKeyId = 'AKIDEXAMPLE'): LambdaClient {
  return new LambdaClient({
    endpoint: emulator.url,
    region: emulator.region,
    credentials: { accessKeyId, secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
}

/** A zip of text files; what is named `bootstrap` is executable. */
export function zipOf(files: Readonly<Record<string, string>>): Uint8Array {
  const entries: Zippable = {};
  for (const [name, text] of Object.entries(files)) {
    entries[name] = [strToU8(text), { os: 3, attrs: (name === 'bootstrap' ? 0o100755 : 0o100644) << 16 }];
  }
  return zipSync(entries);
}

/** A CreateFunction request for a handler in `index.js`. */
export function functionRequest(
  source: string,
  changes: Partial<CreateFunctionRequest> & { readonly FunctionName: string },
): CreateFunctionRequest {
  return {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::123456789012:role/rotators/rotator-role',
    Timeout: 30,
    Code: { ZipFile: zipOf({ 'index.js': source }) },
    ...changes,
  };
}

let functionsMade = 0;

/** Deploys a function under a name of its own and returns how to invoke it. */
export async function deployFunction(
  emulator: Emulator,
  source: string,
  changes: Partial<CreateFunctionRequest> = {},
): Promise<{
  readonly name: string;
  readonly arn: string;
  invoke(event?: unknown, input?: Partial<InvokeCommandInput>): Promise<TestResult>;
}> {
  const client = lambdaClient(emulator);
  const name = changes.FunctionName ?? `function-${++functionsMade}`;
  const { FunctionArn: arn = '' } = await client.send(
    new CreateFunctionCommand(functionRequest(source, { ...changes, FunctionName: name })),
  );
  return {
    name,
    arn,
    async invoke(event = {}, input = {}) {
      const { Payload, FunctionError, LogResult } = await client.send(
        new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail', ...input }),
      );
      return {
        payload: JSON.parse(Payload?.transformToString() || '{}') as Record<string, unknown>,
        functionError: FunctionError,
        log: Buffer.from(LogResult ?? '', 'base64').toString('utf8'),
      };
    },
  };
}

/** Whether a process of this id is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
