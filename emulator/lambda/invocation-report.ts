import type { EnvironmentOutcome } from './execution-environment.ts';

/** What a caller of Invoke gets back of a run. */
export interface InvocationReport {
  readonly payload: Buffer;
  /** Absent when the function returned. */
  readonly error?: { readonly type: string; readonly message: string };
  /** START, the function's output, END and REPORT, as CloudWatch Logs would show them. */
  readonly log: string;
}

/** What a report says beside the outcome. */
export interface InvocationFacts {
  readonly requestId: string;
  readonly version: string;
  readonly memorySize: number;
  readonly endedAt: Date;
}

/** Words the end of a run as Lambda does. */
export function reportInvocation(outcome: EnvironmentOutcome, facts: InvocationFacts): InvocationReport {
  const { requestId } = facts;
  const { end } = outcome;
  switch (end.kind) {
    case 'answer':
      if (end.answer.kind === 'response') {
        return { payload: end.answer.body, log: composeLog(outcome, facts, '', '') };
      }
      return {
        payload: end.answer.body,
        error: readError(end.answer.body),
        log: composeLog(outcome, facts, '', ''),
      };
    case 'init-error': {
      const error = readError(end.answer.body);
      const line = `INIT_REPORT Phase: invoke\tStatus: error\tError Type: ${error.type}\n`;
      return {
        payload: end.answer.body,
        error,
        log: composeLog(outcome, facts, line, status('error', error.type)),
      };
    }
    case 'timeout': {
      const what = `Task timed out after ${(end.limitMs / 1000).toFixed(2)} seconds`;
      const error = { type: 'Sandbox.Timedout', message: `RequestId: ${requestId} Error: ${what}` };
      const line = `${facts.endedAt.toISOString()} ${requestId} ${what}\n\n`;
      return {
        payload: errorPayload(error),
        error,
        log: composeLog(outcome, facts, line, 'Status: timeout'),
      };
    }
    case 'exit': {
      const error = { type: end.errorType, message: `RequestId: ${requestId} Error: ${end.reason}` };
      const line = `${error.message}\n${error.type}\n`;
      return {
        payload: errorPayload(error),
        error,
        log: composeLog(outcome, facts, line, status('error', error.type)),
      };
    }
  }
}

/** Source of the form: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
function composeLog(
  outcome: EnvironmentOutcome,
  facts: InvocationFacts,
  lastLines: string,
  statusField: string,
): string {
  const { requestId, version, memorySize } = facts;
  const duration = outcome.durationMs.toFixed(2);
  const report = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${duration} ms`,
    `Billed Duration: ${Math.ceil(outcome.durationMs)} ms`,
    `Memory Size: ${memorySize} MB`,
    ...(outcome.initDurationMs === undefined
      ? []
      : [`Init Duration: ${outcome.initDurationMs.toFixed(2)} ms`]),
    ...(statusField === '' ? [] : [statusField]),
  ];
  return (
    `${outcome.initOutput}START RequestId: ${requestId} Version: ${version}\n` +
    `${outcome.output}${lastLines}END RequestId: ${requestId}\n${report.join('\t')}\n`
  );
}

function status(word: string, errorType: string): string {
  return `Status: ${word}\tError Type: ${errorType}`;
}

function errorPayload(error: { readonly type: string; readonly message: string }): Buffer {
  return Buffer.from(JSON.stringify({ errorType: error.type, errorMessage: error.message }));
}

/** A runtime may send anything as its error object. */
function readError(body: Buffer): { readonly type: string; readonly message: string } {
  try {
    const { errorType, errorMessage } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    return { type: String(errorType ?? 'Unknown'), message: String(errorMessage ?? '') };
  } catch {
    return { type: 'Unknown', message: body.toString('utf8').slice(0, 1000) };
  }
}
