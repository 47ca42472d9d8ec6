/** Who made a call: the access key of its SigV4 Authorization, and the session token's own mark where it has one. */
export interface Caller {
  /** The access key id. Functions of the emulator get one of their own, so their calls can be told apart. */
  readonly accessKeyId: string;
  /** The ARN that CloudTrail would show: a function's assumed role, or a user named after the access key. */
  readonly arn: string;
}

/** One call of an API, as it ended. Request and response bodies are not kept: they hold secret values. */
export interface ApiCall {
  readonly time: Date;
  readonly service: 'secretsmanager' | 'lambda';
  readonly operation: string;
  readonly region: string;
  readonly caller: Caller;
  readonly requestId: string;
  readonly userAgent: string;
  /** The secret's or function's ARN where the call names one that exists. */
  readonly resource?: string;
  /** VersionId, VersionStage, … of the request: what CloudTrail shows, never a value. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly durationMs: number;
  /** The error's name; absent when the call succeeded. */
  readonly errorName?: string;
}

/** One call of KMS that AWS would have made with the caller's rights. */
export interface KmsCall {
  readonly time: Date;
  readonly operation: 'Decrypt' | 'GenerateDataKey' | 'Encrypt';
  readonly region: string;
  /** Key id or ARN as the secret names it; `alias/aws/secretsmanager` for the AWS managed key. */
  readonly keyId: string;
  readonly encryptionContext: { readonly SecretARN: string; readonly SecretVersionId: string };
  readonly viaService: string;
  readonly caller: Caller;
  /** The Secrets Manager operation that needed the key. */
  readonly operationOfSecretsManager: string;
}

/** An event in EventBridge's envelope. */
export interface EventBridgeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One run of a function. */
export interface Invocation {
  readonly time: Date;
  readonly functionArn: string;
  readonly requestId: string;
  /** `secretsmanager.amazonaws.com` for a rotation step, else the caller's ARN. */
  readonly invokedBy: string;
  /** The rotation step, where the event has one. */
  readonly step?: string;
  readonly coldStart: boolean;
  readonly durationMs: number;
  /** `Unhandled` or `Handled`; absent when the function returned. */
  readonly functionError?: string;
  /** What the function threw: `errorType` and `errorMessage`. */
  readonly errorType?: string;
  readonly errorMessage?: string;
  /** All lines that the function wrote during the run, stdout and stderr. */
  readonly log: string;
}

/** A list that forgets its oldest entries, so that a long-running emulator stays small. */
export class BoundedList<T> {
  readonly #limit: number;
  #items: T[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(item: T): void {
    this.#items.push(item);
    // Trimmed in halves: shifting at each push would move the whole list every time.
    if (this.#items.length > this.#limit * 2) this.#items = this.#items.slice(-this.#limit);
  }

  /** The newest entries, oldest first, at most the limit. */
  all(): readonly T[] {
    return this.#items.slice(-this.#limit);
  }

  clear(): void {
    this.#items = [];
  }
}

/** All that happened in an emulator, bounded; `onX` callbacks see each entry as it happens. */
export class History {
  readonly apiCalls: BoundedList<ApiCall>;
  readonly kmsCalls: BoundedList<KmsCall>;
  readonly events: BoundedList<EventBridgeEvent>;
  readonly invocations: BoundedList<Invocation>;
  readonly #listeners = new Set<HistoryListener>();

  /** @param limit entries kept of each kind; default 10,000 */
  constructor(limit = 10_000) {
    this.apiCalls = new BoundedList(limit);
    this.kmsCalls = new BoundedList(limit);
    this.events = new BoundedList(limit);
    this.invocations = new BoundedList(limit);
  }

  recordApiCall(call: ApiCall): void {
    this.apiCalls.push(call);
    for (const listener of this.#listeners) listener.apiCall?.(call);
  }

  recordKmsCall(call: KmsCall): void {
    this.kmsCalls.push(call);
    for (const listener of this.#listeners) listener.kmsCall?.(call);
  }

  recordEvent(event: EventBridgeEvent): void {
    this.events.push(event);
    for (const listener of this.#listeners) listener.event?.(event);
  }

  recordInvocation(invocation: Invocation): void {
    this.invocations.push(invocation);
    for (const listener of this.#listeners) listener.invocation?.(invocation);
  }

  /** Calls the listener for each entry from now on; returns the function that ends it. */
  listen(listener: HistoryListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  clear(): void {
    this.apiCalls.clear();
    this.kmsCalls.clear();
    this.events.clear();
    this.invocations.clear();
  }
}

/** What a listener may want to see. */
export interface HistoryListener {
  apiCall?(call: ApiCall): void;
  kmsCall?(call: KmsCall): void;
  event?(event: EventBridgeEvent): void;
  invocation?(invocation: Invocation): void;
}
