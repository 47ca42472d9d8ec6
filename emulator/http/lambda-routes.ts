/** Where an operation of Lambda lives; `{Name}` in the path is a member of the request. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly status: number;
}

/** The bindings of Lambda's API model: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const routes: readonly Route[] = [
  route('POST', '/2015-03-31/functions', 'CreateFunction', 201),
  route('GET', '/2015-03-31/functions', 'ListFunctions', 200),
  route('GET', '/2015-03-31/functions/{FunctionName}', 'GetFunction', 200),
  route('DELETE', '/2015-03-31/functions/{FunctionName}', 'DeleteFunction', 204),
  route('GET', '/2015-03-31/functions/{FunctionName}/configuration', 'GetFunctionConfiguration', 200),
  route('PUT', '/2015-03-31/functions/{FunctionName}/configuration', 'UpdateFunctionConfiguration', 200),
  route('PUT', '/2015-03-31/functions/{FunctionName}/code', 'UpdateFunctionCode', 200),
  route('POST', '/2015-03-31/functions/{FunctionName}/invocations', 'Invoke', 200),
  route('POST', '/2015-03-31/functions/{FunctionName}/versions', 'PublishVersion', 201),
  route('GET', '/2015-03-31/functions/{FunctionName}/versions', 'ListVersionsByFunction', 200),
  route('POST', '/2015-03-31/functions/{FunctionName}/aliases', 'CreateAlias', 201),
  route('GET', '/2015-03-31/functions/{FunctionName}/aliases', 'ListAliases', 200),
  route('GET', '/2015-03-31/functions/{FunctionName}/aliases/{Name}', 'GetAlias', 200),
  route('PUT', '/2015-03-31/functions/{FunctionName}/aliases/{Name}', 'UpdateAlias', 200),
  route('DELETE', '/2015-03-31/functions/{FunctionName}/aliases/{Name}', 'DeleteAlias', 204),
  route('POST', '/2015-03-31/functions/{FunctionName}/policy', 'AddPermission', 201),
  route('GET', '/2015-03-31/functions/{FunctionName}/policy', 'GetPolicy', 200),
  route('DELETE', '/2015-03-31/functions/{FunctionName}/policy/{StatementId}', 'RemovePermission', 204),
  route('GET', '/2017-03-31/tags/{Resource}', 'ListTags', 200),
  route('POST', '/2017-03-31/tags/{Resource}', 'TagResource', 204),
  route('DELETE', '/2017-03-31/tags/{Resource}', 'UntagResource', 204),
  route('PUT', '/2017-10-31/functions/{FunctionName}/concurrency', 'PutFunctionConcurrency', 200),
  route('DELETE', '/2017-10-31/functions/{FunctionName}/concurrency', 'DeleteFunctionConcurrency', 204),
  route('GET', '/2019-09-30/functions/{FunctionName}/concurrency', 'GetFunctionConcurrency', 200),
  route(
    'PUT',
    '/2020-06-30/functions/{FunctionName}/code-signing-config',
    'PutFunctionCodeSigningConfig',
    200,
  ),
  route(
    'GET',
    '/2020-06-30/functions/{FunctionName}/code-signing-config',
    'GetFunctionCodeSigningConfig',
    200,
  ),
  route(
    'DELETE',
    '/2020-06-30/functions/{FunctionName}/code-signing-config',
    'DeleteFunctionCodeSigningConfig',
    204,
  ),
];

/** An operation, and the members of its request that the path holds. */
export interface RouteMatch {
  readonly operation: string;
  readonly status: number;
  readonly members: Readonly<Record<string, string>>;
}

/** Finds the operation of a request; undefined when there is none, or the path is badly encoded. */
export function matchLambdaRoute(method: string, pathname: string): RouteMatch | undefined {
  // The AWS CLI writes a slash at the end of some paths.
  const segments = pathname.replace(/\/$/, '').split('/');
  for (const candidate of routes) {
    if (candidate.method !== method) continue;
    const members = matchPath(candidate.path.split('/'), segments);
    if (members !== undefined) return { operation: candidate.operation, status: candidate.status, members };
  }
  return undefined;
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const members: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== segment) return undefined;
    if (name === undefined) continue;
    try {
      members[name] = decodeURIComponent(segment);
    } catch {
      return undefined;
    }
  }
  return members;
}

function route(method: string, path: string, operation: string, status: number): Route {
  return { method, path, operation, status };
}
