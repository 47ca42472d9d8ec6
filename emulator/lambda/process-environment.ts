import { dirname } from 'node:path';
import type { FunctionSettings } from './function-settings.ts';

/** The keys of a function's role, as its process gets them. */
export interface FunctionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What the variables of a function's process are made from. */
export interface ProcessEnvironmentInputs {
  readonly functionName: string;
  readonly version: string;
  readonly region: string;
  readonly settings: FunctionSettings;
  readonly folder: string;
  readonly credentials: FunctionCredentials;
  readonly nodeBinary: string;
  /** The emulator's own URL, where the function finds Secrets Manager. */
  readonly endpointUrl: string;
  readonly logStreamName: string;
}

/**
 * Lists the environment of a function's process: Lambda's variables and the function's own, nothing of the emulator's.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function processEnvironment(inputs: ProcessEnvironmentInputs): Record<string, string> {
  const { functionName, version, region, settings, folder, credentials, nodeBinary, endpointUrl } = inputs;
  const isNode = settings.runtime.startsWith('nodejs');
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: isNode ? `${dirname(nodeBinary)}:/usr/local/bin:/usr/bin:/bin` : '/usr/local/bin:/usr/bin:/bin',
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpointUrl,
    ...settings.variables,
    _HANDLER: settings.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup ?? `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: inputs.logStreamName,
    AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
    ...(isNode ? { AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}` } : {}),
    LAMBDA_TASK_ROOT: folder,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
  };
}
