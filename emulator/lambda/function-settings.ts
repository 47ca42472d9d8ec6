import { ApiError } from '../service.ts';
import { constraint, type RequestFields } from './request-fields.ts';
import { reservedVariables } from './reserved-variables.ts';

/** A function's configuration, without its code. */
export interface FunctionSettings {
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  /** Seconds, 1 to 900. */
  readonly timeout: number;
  /** MB, 128 to 10,240. Reported, not enforced. */
  readonly memorySize: number;
  readonly architectures: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly logFormat: 'Text' | 'JSON';
  readonly logGroup?: string;
  readonly layers: readonly string[];
  /** Members without an effect here, as the request gave them. */
  readonly recorded: Readonly<Record<string, unknown>>;
}

/** Run on the pinned Node 24, whatever their number, and executables named `bootstrap`. */
const runtimes = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x', 'provided.al2', 'provided.al2023'];
/** Lambda's quota for the environment variables of a function, in bytes of their JSON. */
const maxVariablesBytes = 4096;
const rolePattern = /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;
const recordedObjects = [
  'VpcConfig',
  'DeadLetterConfig',
  'TracingConfig',
  'EphemeralStorage',
  'SnapStart',
  'LoggingConfig',
];
const recordedMembers = [...recordedObjects, 'FileSystemConfigs', 'KMSKeyArn'];

const defaults: FunctionSettings = {
  runtime: '',
  handler: '',
  role: '',
  description: '',
  timeout: 3,
  memorySize: 128,
  architectures: ['x86_64'],
  variables: {},
  logFormat: 'Text',
  layers: [],
  recorded: {},
};

/**
 * Reads the settings of a CreateFunction request, or of an update on top of `current`.
 * @throws ApiError with Lambda's name and words for each member that is wrong
 */
export function readFunctionSettings(
  request: RequestFields,
  current: FunctionSettings = defaults,
): FunctionSettings {
  const logging = request.object('LoggingConfig');
  const logGroup = logging?.string('LogGroup') ?? current.logGroup;
  const settings: FunctionSettings = {
    runtime: request.string('Runtime') ?? current.runtime,
    handler: request.string('Handler') ?? current.handler,
    role: request.string('Role') ?? current.role,
    description: request.string('Description') ?? current.description,
    timeout: request.integer('Timeout', 1, 900) ?? current.timeout,
    memorySize: request.integer('MemorySize', 128, 10_240) ?? current.memorySize,
    architectures: readArchitectures(request) ?? current.architectures,
    variables: readVariables(request) ?? current.variables,
    logFormat: (logging?.string('LogFormat') ?? current.logFormat) === 'JSON' ? 'JSON' : 'Text',
    ...(logGroup === undefined ? {} : { logGroup }),
    layers: request.strings('Layers') ?? current.layers,
    recorded: readRecorded(request, current.recorded),
  };
  check(settings, request.string('PackageType') ?? 'Zip');
  return settings;
}

/** Reads `Architectures`, which an update of the code may carry too. */
export function readArchitectures(request: RequestFields): readonly string[] | undefined {
  const architectures = request.strings('Architectures');
  if (architectures === undefined) return undefined;
  const [only] = architectures;
  if (architectures.length !== 1 || (only !== 'x86_64' && only !== 'arm64')) {
    throw constraint(
      'Architectures',
      `[${architectures}]`,
      'Member must have length 1 and be one of: [x86_64, arm64]',
    );
  }
  return architectures;
}

function check(settings: FunctionSettings, packageType: string): void {
  if (packageType !== 'Zip')
    throw invalid(`PackageType ${packageType} is not supported: this emulator runs zip packages only`);
  if (settings.role === '') throw constraint('Role', 'null', 'Member must not be null');
  if (!rolePattern.test(settings.role)) {
    throw constraint(
      'Role',
      settings.role,
      `Member must satisfy regular expression pattern: ${rolePattern.source}`,
    );
  }
  if (settings.runtime === '' || settings.handler === '') {
    throw invalid(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  if (!runtimes.includes(settings.runtime)) {
    throw invalid(
      `Value ${settings.runtime} at 'runtime' failed to satisfy constraint: this emulator runs [${runtimes.join(', ')}]`,
    );
  }
  if (!/^\S{1,128}$/.test(settings.handler)) {
    throw constraint('Handler', settings.handler, 'Member must satisfy regular expression pattern: [^\\s]+');
  }
  if (settings.description.length > 256) {
    throw constraint(
      'Description',
      settings.description,
      'Member must have length less than or equal to 256',
    );
  }
  if (settings.layers.length > 5) throw invalid('Cannot reference more than 5 layers.');
}

function readVariables(request: RequestFields): Readonly<Record<string, string>> | undefined {
  const variables = request.object('Environment')?.stringMap('Variables');
  if (variables === undefined) return request.has('Environment') ? {} : undefined;
  const cannot =
    'Lambda was unable to configure your environment variables because the environment variables you have provided';
  for (const name of variables.keys()) {
    if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name)) {
      throw constraint(
        'Environment.Variables',
        name,
        'Map keys must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+',
      );
    }
  }
  const reserved = [...variables.keys()].filter((name) => reservedVariables.has(name));
  if (reserved.length > 0) {
    throw invalid(
      `${cannot} contains reserved keys that are currently not supported for modification. ` +
        `Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const record = Object.fromEntries(variables);
  if (Object.values(record).some((value) => value.includes('\0')))
    throw invalid(`${cannot} contain a NUL character.`);
  const bytes = Buffer.byteLength(JSON.stringify(record));
  if (bytes > maxVariablesBytes) throw invalid(`${cannot} exceeded the 4KB limit: ${bytes} bytes.`);
  return record;
}

function readRecorded(
  request: RequestFields,
  current: FunctionSettings['recorded'],
): FunctionSettings['recorded'] {
  for (const name of recordedObjects) request.object(name);
  request.object('EphemeralStorage')?.integer('Size', 512, 10_240);
  request.string('KMSKeyArn');
  if (!Array.isArray(request.raw('FileSystemConfigs') ?? []))
    throw invalid('FileSystemConfigs: expected a list');
  const given = recordedMembers
    .filter((name) => request.has(name))
    .map((name) => [name, request.raw(name)] as const);
  return { ...current, ...Object.fromEntries(given) };
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidParameterValueException', message);
}
