/** The fields that a log record may have; nothing else is ever written. */
export interface LogFields {
  readonly step?: string;
  readonly secretId?: string;
  readonly versionId?: string;
  readonly engine?: string;
  readonly requestId?: string;
  readonly durationMs?: number;
  /** `done`: the step did its work; `already-done`: it found it done; `failed`: it threw. */
  readonly outcome?: 'done' | 'already-done' | 'failed';
  /** What the step did or found, in words that are constant. */
  readonly detail?: string;
  /** What the operator should look at although nothing failed, such as privileges that only one of a pair has. */
  readonly notices?: readonly string[];
  readonly errorCode?: string;
  /** What tells errors of one code apart: an error's `reason`, or the `phase` in which a target fell silent. */
  readonly errorReason?: string;
  readonly errorName?: string;
  readonly errorMessage?: string;
}

/** Writes log records. */
export interface Logger {
  info(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

/**
 * A logger of one JSON object a line.
 *
 * @param write takes a whole line, with its newline; default the process's standard output
 */
export function jsonLogger(
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Logger {
  const record = (level: string, message: string, fields: LogFields): void =>
    write(`${JSON.stringify({ level, message, ...fields })}\n`);
  return {
    info: (message, fields) => record('INFO', message, fields),
    error: (message, fields) => record('ERROR', message, fields),
  };
}
