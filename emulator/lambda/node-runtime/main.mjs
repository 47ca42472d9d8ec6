// The Node runtime of the emulator's Lambda: loads the handler, then runs it for one event after the other.
import { patchConsole, setRequestId } from './console.mjs';
import { loadHandler, RuntimeError } from './handler.mjs';
import { fail, next, respond } from './runtime-client.mjs';

const { env } = process;
/** Node 24 is the first runtime without callbacks: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html */
const allowsCallbacks = ['AWS_Lambda_nodejs20.x', 'AWS_Lambda_nodejs22.x'].includes(env.AWS_EXECUTION_ENV);
/** The invocation that runs: `{ requestId, usesCallback, handler }`. */
let current;

patchConsole(env.AWS_LAMBDA_LOG_FORMAT);
process.on('uncaughtException', (error) => failAndExit('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  const error = new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason));
  if (reason instanceof Error) error.stack = reason.stack;
  failAndExit('Unhandled Promise Rejection', error, 128);
});
// The event loop ran dry while a handler was waiting. A callback handler has thereby answered null.
process.on('beforeExit', () => {
  if (current?.usesCallback) void succeed(null);
  else {
    const message =
      'The Lambda runtime client detected an unexpected Node.js exit code. ' +
      'This is most commonly caused by a Promise that was never settled.';
    failAndExit('Invoke Error', new RuntimeError('Runtime.NodeJsExit', message), 13);
  }
});

try {
  const handler = await loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER);
  if (handler.length >= 3 && !allowsCallbacks) {
    const message =
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24: ' +
      `the handler takes ${handler.length} parameters, and may take (event, context).`;
    throw new RuntimeError('Runtime.CallbackHandlerDeprecated', message);
  }
  serve(handler);
} catch (error) {
  await failAndExit('Init Error', error, 1);
}

async function serve(handler) {
  const { headers, body } = await next();
  const requestId = headers['lambda-runtime-aws-request-id'];
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  setRequestId(requestId);
  current = { requestId, usesCallback: false, handler };
  try {
    const event = JSON.parse(body);
    await succeed(await run(handler, event, context(headers)));
  } catch (error) {
    const described = describe(error);
    console.error('Invoke Error', JSON.stringify(described));
    await end(() => fail(requestId, described));
  }
}

/** Ends the current invocation once: a callback may be called twice, and after its promise has settled. */
async function end(report) {
  if (current === undefined) return;
  const { handler } = current;
  current = undefined;
  await report();
  serve(handler);
}

async function succeed(result) {
  if (current === undefined) return;
  const { requestId } = current;
  let body;
  try {
    body = JSON.stringify(result ?? null) ?? 'null';
  } catch {
    throw new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body');
  }
  await end(() => respond(requestId, body));
}

function run(handler, event, context) {
  if (!allowsCallbacks) return handler(event, context);
  return new Promise((done, failed) => {
    current.usesCallback = true;
    const result = handler(event, context, (error, value) => (error ? failed(error) : done(value)));
    if (typeof result?.then !== 'function') return;
    current.usesCallback = false;
    result.then(done, failed);
  });
}

function context(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    ...(allowsCallbacks ? { callbackWaitsForEmptyEventLoop: true } : {}),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

async function failAndExit(heading, error, exitCode) {
  const described = describe(error);
  console.error(heading, JSON.stringify(described));
  const requestId = current?.requestId;
  current = undefined;
  await fail(requestId, described);
  process.exit(exitCode);
}
