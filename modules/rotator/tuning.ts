import {
  type Attributes,
  bool,
  list,
  map,
  number,
  object,
  optional,
  required,
  string,
} from '../authoring/types.ts';

/** How the passwords of a rotator are made; each becomes a variable of the function's environment. */
export const password = object('PasswordRules', {
  length: optional(number, 'Characters of a password, 1 to 4096; 32 by default.'),
  exclude_characters: optional(string, "Characters that no password has; the engine's own list by default."),
  exclude_numbers: optional(bool, 'Whether passwords have no digits.'),
  exclude_punctuation: optional(bool, 'Whether passwords have no punctuation.'),
  exclude_uppercase: optional(bool, 'Whether passwords have no uppercase letters.'),
  exclude_lowercase: optional(bool, 'Whether passwords have no lowercase letters.'),
  require_each_included_type: optional(
    bool,
    'Whether every password has a character of each kind that is not excluded; `true` by default.',
  ),
  source: optional(
    string,
    '`local` for the random numbers of the function, `secretsmanager` for GetRandomPassword.',
  ),
});

/** A function's code in S3. */
export const s3Package = object('S3Package', {
  bucket: required(string, 'Bucket in the region of the function.'),
  key: required(string, 'Key of the zip.'),
  version_id: optional(string, 'Version of the object.'),
  source_code_hash: optional(
    string,
    'Base64 SHA-256 of the zip, so that new code under the same key is noticed.',
  ),
});

/** What a rotator can be tuned with, under the same names in the root module and in the rotator's. */
export const tuning = {
  description: optional(string, 'Description of the function.'),
  local_existing_package: optional(string, "Path of a zip to deploy in place of the engine's."),
  s3_existing_package: optional(s3Package, "Zip in S3 to deploy in place of the engine's."),
  handler: optional(string, 'Handler of the function.', 'index.handler'),
  runtime: optional(string, 'Runtime of the function.', 'nodejs24.x'),
  architectures: optional(list(string), '`arm64` or `x86_64`.', ['arm64']),
  memory_size: optional(number, 'Memory of the function in MB.', 256),
  timeout: optional(number, 'Seconds that a step of a rotation may take.', 60),
  environment_variables: optional(map(string), 'More variables for the environment of the function.', {}),
  password: optional(password, 'How passwords are made.', {}),
  layers: optional(
    list(string),
    'ARNs of layers, such as one with the certificates that `CA_BUNDLE` names.',
    [],
  ),
  reserved_concurrent_executions: optional(
    number,
    'Concurrency reserved for the function; not reserved by default. Too few make rotations that meet fail.',
  ),
  tracing_mode: optional(string, '`Active` or `PassThrough` for X-Ray; off by default.'),
  code_signing_config_arn: optional(string, 'ARN of a code signing configuration.'),
  cloudwatch_logs_retention_in_days: optional(number, 'Days that the log of the function is kept.', 30),
  cloudwatch_logs_kms_key_id: optional(string, 'ARN of the key that encrypts the log.'),
  role_path: optional(string, "Path of the function's role and policies."),
  role_permissions_boundary: optional(string, "ARN of the permissions boundary of the function's role."),
  permission_source_arn: optional(
    bool,
    'Whether Secrets Manager may call the function for these secrets only, beyond for this account only; for up to 50 secrets.',
    false,
  ),
} satisfies Attributes;
