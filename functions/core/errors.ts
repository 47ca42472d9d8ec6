import type { StagingLabels } from './staging-labels.ts';

/**
 * The base of every error that a rotation function throws on purpose.
 *
 * Messages say what was expected, what was found and the way out; they never hold a secret. `code` is stable
 * and meant for alarms and log queries.
 */
export abstract class RotationError extends Error {
  abstract readonly code: string;

  constructor(message: string) {
    super(message);
    // Lambda reports `name` as errorType. `new.target.name` would be mangled by the minifier.
    this.name = 'RotationError';
  }
}

/** The event lacks or misspells a field. */
export class InvalidEventError extends RotationError {
  readonly code = 'INVALID_EVENT';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'InvalidEventError';
    this.field = field;
  }
}

/** An environment variable is missing or inconsistent. */
export class ConfigurationError extends RotationError {
  readonly code = 'CONFIGURATION';
  readonly variable: string;

  constructor(variable: string, message: string) {
    super(message);
    this.name = 'ConfigurationError';
    this.variable = variable;
  }
}

/** The staging labels do not allow this step: rotation disabled, version unknown, or not AWSPENDING. */
export class StagingError extends RotationError {
  readonly code = 'STAGING';
  readonly versionId: string;
  readonly labels: StagingLabels;

  constructor(versionId: string, labels: StagingLabels, message: string) {
    super(message);
    this.name = 'StagingError';
    this.versionId = versionId;
    this.labels = labels;
  }
}

/** The secret's JSON lacks or mistypes a field. Names the field, never its value. */
export class SecretFormatError extends RotationError {
  readonly code = 'SECRET_FORMAT';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'SecretFormatError';
    this.field = field;
  }
}

/** Two versions, or a secret and its admin secret, differ where they must agree. */
export class SecretMismatchError extends RotationError {
  readonly code = 'SECRET_MISMATCH';
  /** The names of the fields that differ. */
  readonly fields: readonly string[];

  constructor(fields: readonly string[], message: string) {
    super(message);
    this.name = 'SecretMismatchError';
    this.fields = fields;
  }
}

/** The secret's value asks for something that the secret's tags do not allow. */
export class PinViolationError extends RotationError {
  readonly code = 'PIN_VIOLATION';
  readonly tag: string;

  constructor(tag: string, message: string) {
    super(message);
    this.name = 'PinViolationError';
    this.tag = tag;
  }
}

/** Where a conversation with the target broke off. */
export type EnginePhase = 'dns' | 'connect' | 'tls' | 'startup' | 'query' | 'commit';

/** The target did not answer, or not in time; nothing is known of the credential. */
export class EngineUnreachableError extends RotationError {
  readonly code = 'ENGINE_UNREACHABLE';
  readonly host: string;
  readonly port: number;
  readonly phase: EnginePhase;

  constructor(target: { readonly host: string; readonly port: number }, phase: EnginePhase, message: string) {
    super(message);
    this.name = 'EngineUnreachableError';
    this.host = target.host;
    this.port = target.port;
    this.phase = phase;
  }
}

/** Why a target refused a session although the credential was not the reason. */
export type LoginRefusal =
  | 'host-not-allowed'
  | 'too-many-connections'
  | 'no-such-database'
  | 'database-not-allowed'
  | 'login-not-permitted'
  | 'unsupported-authentication'
  | 'not-ready';

/** The target answered and refused the session for a reason that another password would not change. */
export class LoginRefusedError extends RotationError {
  readonly code = 'LOGIN_REFUSED';
  readonly reason: LoginRefusal;
  readonly engineCode: string;

  constructor(reason: LoginRefusal, engineCode: string, message: string) {
    super(message);
    this.name = 'LoginRefusedError';
    this.reason = reason;
    this.engineCode = engineCode;
  }
}

/** The target answered and refused every credential that could be tried. */
export class CredentialsRejectedError extends RotationError {
  readonly code = 'CREDENTIALS_REJECTED';
  /** What was tried, in order: staging labels, or version ids of versions without one. */
  readonly tried: readonly string[];
  readonly engineCode: string;

  constructor(tried: readonly string[], engineCode: string, message: string) {
    super(message);
    this.name = 'CredentialsRejectedError';
    this.tried = tried;
    this.engineCode = engineCode;
  }
}

/** Why a target refused a change, as far as the operator's next step depends on it. */
export type CommandRefusal = 'privilege' | 'policy' | 'unsupported' | 'state' | 'busy' | 'other';

/** The login worked, but the change was refused or must not be made. Nothing has taken effect. */
export class EngineCommandError extends RotationError {
  readonly code = 'ENGINE_COMMAND';
  readonly reason: CommandRefusal;
  /** SQLSTATE or errno; absent where the rotator itself refused before any command was sent. */
  readonly engineCode: string | undefined;

  constructor(reason: CommandRefusal, engineCode: string | undefined, message: string) {
    super(message);
    this.name = 'EngineCommandError';
    this.reason = reason;
    this.engineCode = engineCode;
  }
}

/** A call of Secrets Manager failed. */
export class SecretStoreError extends RotationError {
  readonly code = 'SECRET_STORE';
  readonly operation: string;
  /** The error's name as AWS gives it, such as `AccessDeniedException`. */
  readonly awsName: string;
  readonly requestId: string | undefined;

  constructor(operation: string, awsName: string, requestId: string | undefined, message: string) {
    super(message);
    this.name = 'SecretStoreError';
    this.operation = operation;
    this.awsName = awsName;
    this.requestId = requestId;
  }
}

/**
 * A failure that no code foresaw. Carries the original's name and stack frames but not its message: a message
 * written elsewhere may quote a secret (`JSON.parse` does, and drivers attach the statement).
 */
export class UnexpectedError extends RotationError {
  readonly code = 'UNEXPECTED';

  constructor(error: unknown) {
    const name = error instanceof Error ? error.name : typeof error;
    super(
      `An unexpected ${name} ended the step. Its message is withheld because it may quote a secret; the stack names the place.`,
    );
    this.name = 'UnexpectedError';
    const frames =
      error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
    this.stack = [`${this.name}: ${this.message}`, ...frames].join('\n');
  }
}
