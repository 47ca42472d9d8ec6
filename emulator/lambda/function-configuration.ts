import type { Deployment } from './function-host.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** Describes a deployed version as the API does. `qualifier` is the one that the request named. */
export function functionConfiguration(
  lambdaFunction: LambdaFunction,
  deployment: Deployment,
  qualifier?: string,
): Record<string, unknown> {
  const { settings, code, version } = deployment;
  return {
    FunctionName: lambdaFunction.name,
    FunctionArn: lambdaFunction.qualifiedArn(qualifier),
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeout,
    MemorySize: settings.memorySize,
    LastModified: deployment.lastModified.toISOString().replace('Z', '+0000'),
    Version: version,
    RevisionId: lambdaFunction.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: settings.architectures,
    ...(Object.keys(settings.variables).length === 0
      ? {}
      : { Environment: { Variables: settings.variables } }),
    ...(settings.layers.length === 0 ? {} : { Layers: settings.layers.map((Arn) => ({ Arn, CodeSize: 0 })) }),
    ...recordedMembers(settings.recorded, lambdaFunction.name, settings),
  };
}

function recordedMembers(
  recorded: Readonly<Record<string, unknown>>,
  name: string,
  settings: Deployment['settings'],
): Record<string, unknown> {
  const { KMSKeyArn, DeadLetterConfig, VpcConfig, FileSystemConfigs } = recorded;
  const snapStart = (recorded.SnapStart as { ApplyOn?: unknown } | undefined)?.ApplyOn ?? 'None';
  return {
    TracingConfig: recorded.TracingConfig ?? { Mode: 'PassThrough' },
    EphemeralStorage: recorded.EphemeralStorage ?? { Size: 512 },
    SnapStart: { ApplyOn: snapStart, OptimizationStatus: 'Off' },
    LoggingConfig: {
      ...(recorded.LoggingConfig as object | undefined),
      LogFormat: settings.logFormat,
      LogGroup: settings.logGroup ?? `/aws/lambda/${name}`,
    },
    // An update takes these away by giving an empty one.
    ...(isEmpty(KMSKeyArn) ? {} : { KMSKeyArn }),
    ...(isEmpty(FileSystemConfigs) ? {} : { FileSystemConfigs }),
    ...(isEmpty(DeadLetterConfig) ? {} : { DeadLetterConfig }),
    ...(isEmpty(VpcConfig) ? {} : { VpcConfig }),
  };
}

/** Whether nothing but empty strings, empty lists and switches is in it. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || typeof value === 'boolean') return true;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}
