import { ApiError } from '../../service.ts';
import { sha256 } from '../code-package.ts';
import { functionConfiguration } from '../function-configuration.ts';
import { readArchitectures, readFunctionSettings } from '../function-settings.ts';
import { LambdaFunction } from '../lambda-function.ts';
import { page } from '../paging.ts';
import type { RequestFields } from '../request-fields.ts';
import { readTags } from './attribute-operations.ts';
import { namedFunction, type OperationCall, type Operations } from './operation.ts';
import { publishVersion } from './version-operations.ts';

/** Lambda's quota for a zip in a request, in bytes. */
const maxZipBytes = 50 * 1024 * 1024;

/** Create, read, update and delete functions. */
export const functionOperations: Operations = {
  async CreateFunction({ region, request, registry }) {
    const { name } = registry.reference(region, request);
    const settings = readFunctionSettings(request);
    const tags = readTags(request);
    const zip = readZip(request.object('Code'));
    const codeSigningConfigArn = request.string('CodeSigningConfigArn');
    const publish = request.boolean('Publish') ?? false;
    registry.checkFree(region, name);
    const code = await registry.host.unpack(zip);
    try {
      // Another request may have taken the name in the meantime.
      registry.checkFree(region, name);
      const deployment = registry.host.deploy(name, region, '$LATEST', settings, code);
      const target = new LambdaFunction(name, region, registry.account, deployment);
      for (const [key, value] of tags) target.tags.set(key, value);
      target.codeSigningConfigArn = codeSigningConfigArn;
      registry.add(target);
      if (!publish) return functionConfiguration(target, deployment);
      // AWS answers with the version's number here, but with the ARN of the function.
      return { ...publishVersion(registry.host, target), FunctionArn: target.arn };
    } finally {
      await code.release();
    }
  },

  GetFunction(call) {
    const { target, qualifier } = namedFunction(call);
    const configuration = functionConfiguration(target, target.deployment(qualifier), qualifier);
    const { reservedConcurrency, tags } = target;
    return {
      Configuration: configuration,
      Code: { RepositoryType: 'S3' },
      ...(tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) }),
      ...(reservedConcurrency === undefined
        ? {}
        : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    };
  },

  GetFunctionConfiguration(call) {
    const { target, qualifier } = namedFunction(call);
    return functionConfiguration(target, target.deployment(qualifier), qualifier);
  },

  ListFunctions({ region, request, registry }) {
    const withVersions = request.string('FunctionVersion') === 'ALL';
    const configurations = registry
      .list(region)
      .flatMap((target) => [
        functionConfiguration(target, target.latest, withVersions ? '$LATEST' : undefined),
        ...(withVersions
          ? target.published.map((version) => functionConfiguration(target, version, version.version))
          : []),
      ]);
    const { items, next } = page(request, configurations);
    return { Functions: items, ...next };
  },

  async UpdateFunctionCode(call) {
    const { registry, region, request } = call;
    const zip = readZip(request);
    const architectures = readArchitectures(request);
    const publish = request.boolean('Publish') ?? false;
    const named = latestOnly(call);
    named.checkRevision(request.string('RevisionId'));
    if (request.boolean('DryRun') === true) {
      return { ...functionConfiguration(named, named.latest), CodeSha256: sha256(zip), CodeSize: zip.length };
    }
    const code = await registry.host.unpack(zip);
    try {
      // It may have been deleted in the meantime.
      const target = latestOnly(call);
      const settings = {
        ...target.latest.settings,
        ...(architectures === undefined ? {} : { architectures }),
      };
      registry.host.retire(
        target.replaceLatest(registry.host.deploy(target.name, region, '$LATEST', settings, code)),
      );
      return publish ? publishVersion(registry.host, target) : functionConfiguration(target, target.latest);
    } finally {
      await code.release();
    }
  },

  UpdateFunctionConfiguration(call) {
    const { registry, region, request } = call;
    const target = latestOnly(call);
    target.checkRevision(request.string('RevisionId'));
    const settings = readFunctionSettings(request, target.latest.settings);
    const deployment = registry.host.deploy(target.name, region, '$LATEST', settings, target.latest.code);
    registry.host.retire(target.replaceLatest(deployment));
    return functionConfiguration(target, deployment);
  },

  DeleteFunction(call) {
    const { registry } = call;
    const { target, qualifier } = namedFunction(call);
    if (qualifier === undefined) {
      registry.remove(target);
      for (const deployment of [target.latest, ...target.published.splice(0)])
        registry.host.retire(deployment);
      return {};
    }
    if (qualifier === '$LATEST' || target.aliases.has(qualifier)) {
      throw new ApiError(
        'InvalidParameterValueException',
        `${qualifier} cannot be deleted without deleting the function`,
      );
    }
    const deployment = target.deployment(qualifier);
    const aliases = [...target.aliases.values()].filter((alias) => alias.functionVersion === qualifier);
    if (aliases.length > 0) {
      const names = aliases.map((alias) => alias.name).join(', ');
      throw new ApiError(
        'ResourceConflictException',
        `Unable to delete version because the following aliases reference it: [${names}]`,
        409,
      );
    }
    target.published.splice(target.published.indexOf(deployment), 1);
    registry.host.retire(deployment);
    return {};
  },
};

/** An update changes `$LATEST`; a published version stays as it is. */
function latestOnly(call: OperationCall): LambdaFunction {
  const { target, qualifier } = namedFunction(call);
  if (qualifier === undefined || qualifier === '$LATEST') return target;
  throw new ApiError(
    'InvalidParameterValueException',
    `Only $LATEST can be updated, and ${qualifier} was named`,
  );
}

function readZip(code: RequestFields | undefined): Buffer {
  const text = code?.string('ZipFile');
  if (text === undefined) {
    const how =
      code?.has('S3Bucket') === true || code?.has('ImageUri') === true
        ? ': this emulator takes no S3Bucket and no ImageUri'
        : '';
    throw new ApiError(
      'InvalidParameterValueException',
      `Please provide a source for function code (ZipFile)${how}`,
    );
  }
  const zip = Buffer.from(text, 'base64');
  if (zip.length > maxZipBytes) {
    throw new ApiError(
      'RequestEntityTooLargeException',
      `The zip must be smaller than ${maxZipBytes} bytes`,
      413,
    );
  }
  return zip;
}
