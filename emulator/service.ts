import type { Clock } from './clock.ts';
import type { Caller, History } from './history.ts';

/** What each service of the emulator is made with. */
export interface ServiceContext {
  readonly clock: Clock;
  readonly history: History;
  /** Twelve digits. */
  readonly account: string;
}

/** One call of an operation, after authentication. */
export interface ServiceRequest {
  readonly operation: string;
  /** The region of the SigV4 scope. */
  readonly region: string;
  readonly caller: Caller;
  readonly requestId: string;
  readonly userAgent: string;
}

/** An error in AWS's form; the HTTP layer renders it for the service's protocol. */
export class ApiError extends Error {
  /** The error's name, such as `ResourceNotFoundException`. */
  readonly code: string;
  /** The HTTP status; Secrets Manager answers 400 for all but its own failures. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** What the rotation engine needs of Lambda. */
export interface FunctionInvoker {
  /**
   * Whether the function (or the version or alias that the ARN names) exists and its resource policy lets
   * `principal` invoke it on behalf of `sourceArn` in `sourceAccount`.
   */
  mayInvoke(
    functionArn: string,
    by: { readonly principal: string; readonly sourceAccount: string; readonly sourceArn: string },
  ): boolean;
  /** Invokes the function and waits for its end. Never rejects: every failure is in the result. */
  invoke(
    functionArn: string,
    event: Readonly<Record<string, unknown>>,
    invokedBy: string,
  ): Promise<FunctionResult>;
}

/** How a run of a function ended. */
export interface FunctionResult {
  readonly requestId: string;
  /** Absent when the function returned. */
  readonly error?: { readonly type: string; readonly message: string };
}
