import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../../service.ts';
import { functionConfiguration } from '../function-configuration.ts';
import type { FunctionHost } from '../function-host.ts';
import type { Alias, LambdaFunction } from '../lambda-function.ts';
import { page } from '../paging.ts';
import { constraint } from '../request-fields.ts';
import { namedFunction, type OperationCall, type Operations } from './operation.ts';

/** Versions and their aliases. */
export const versionOperations: Operations = {
  PublishVersion(call) {
    const { target } = namedFunction(call);
    target.checkRevision(call.request.string('RevisionId'));
    const expected = call.request.string('CodeSha256');
    if (expected !== undefined && expected !== target.latest.code.sha256) {
      throw new ApiError(
        'InvalidParameterValueException',
        `CodeSHA256 (${expected}) is different from current CodeSHA256 in $LATEST (${target.latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    return publishVersion(call.registry.host, target, call.request.string('Description'));
  },

  ListVersionsByFunction(call) {
    const { target } = namedFunction(call);
    const versions = [target.latest, ...target.published];
    const { items, next } = page(call.request, versions);
    return {
      Versions: items.map((version) => functionConfiguration(target, version, version.version)),
      ...next,
    };
  },

  CreateAlias(call) {
    const { target } = namedFunction(call);
    const name = call.request.requiredString('Name');
    if (!/^(?!\d+$)[a-zA-Z0-9-_]{1,128}$/.test(name)) {
      throw constraint(
        'Name',
        name,
        'Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)',
      );
    }
    if (target.aliases.has(name)) {
      throw new ApiError(
        'ResourceConflictException',
        `Alias already exists: ${target.qualifiedArn(name)}`,
        409,
      );
    }
    const functionVersion = call.request.requiredString('FunctionVersion');
    return putAlias(call, target, { name, functionVersion, description: '', revisionId: '' });
  },

  UpdateAlias(call) {
    const { target, alias } = namedAlias(call);
    target.checkRevision(call.request.string('RevisionId'), alias.revisionId);
    return putAlias(call, target, alias);
  },

  GetAlias(call) {
    const { target, alias } = namedAlias(call);
    return describeAlias(target, alias);
  },

  ListAliases(call) {
    const { target } = namedFunction(call);
    const version = call.request.string('FunctionVersion');
    const aliases = [...target.aliases.values()].filter(
      (alias) => (version ?? alias.functionVersion) === alias.functionVersion,
    );
    const { items, next } = page(call.request, aliases);
    return { Aliases: items.map((alias) => describeAlias(target, alias)), ...next };
  },

  DeleteAlias(call) {
    const { target } = namedFunction(call);
    const name = call.request.requiredString('Name');
    target.aliases.delete(name);
    target.policies.delete(name);
    return {};
  },
};

/** Publishes `$LATEST` as a new version, or describes the last one when nothing has changed since. */
export function publishVersion(
  host: FunctionHost,
  target: LambdaFunction,
  description?: string,
): Record<string, unknown> {
  const { latest } = target;
  const settings = description === undefined ? latest.settings : { ...latest.settings, description };
  const last = target.published.at(-1);
  if (last?.code.sha256 === latest.code.sha256 && isDeepStrictEqual(last.settings, settings)) {
    return functionConfiguration(target, last, last.version);
  }
  const published = host.deploy(target.name, target.region, target.nextVersion(), settings, latest.code);
  target.published.push(published);
  return functionConfiguration(target, published, published.version);
}

function putAlias(call: OperationCall, target: LambdaFunction, current: Alias): Record<string, unknown> {
  const { request } = call;
  const functionVersion = request.string('FunctionVersion') ?? current.functionVersion;
  if (functionVersion !== '$LATEST' && !/^\d+$/.test(functionVersion)) {
    throw constraint(
      'FunctionVersion',
      functionVersion,
      'Member must satisfy regular expression pattern: (\\$LATEST|[0-9]+)',
    );
  }
  target.deployment(functionVersion);
  const routingConfig = request.raw('RoutingConfig') ?? current.routingConfig;
  const alias: Alias = {
    name: current.name,
    functionVersion,
    description: request.string('Description') ?? current.description,
    ...(routingConfig === undefined ? {} : { routingConfig }),
    revisionId: randomUUID(),
  };
  target.aliases.set(alias.name, alias);
  return describeAlias(target, alias);
}

function namedAlias(call: OperationCall): { readonly target: LambdaFunction; readonly alias: Alias } {
  const { target } = namedFunction(call);
  const name = call.request.requiredString('Name');
  const alias = target.aliases.get(name);
  if (alias !== undefined) return { target, alias };
  throw new ApiError('ResourceNotFoundException', `Cannot find alias arn: ${target.qualifiedArn(name)}`, 404);
}

function describeAlias(target: LambdaFunction, alias: Alias): Record<string, unknown> {
  return {
    AliasArn: target.qualifiedArn(alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(alias.routingConfig === undefined ? {} : { RoutingConfig: alias.routingConfig }),
  };
}
