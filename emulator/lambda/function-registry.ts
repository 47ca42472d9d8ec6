import { ApiError } from '../service.ts';
import type { FunctionHost } from './function-host.ts';
import { type FunctionReference, readFunctionReference } from './function-reference.ts';
import { functionNotFound, type LambdaFunction } from './lambda-function.ts';
import type { RequestFields } from './request-fields.ts';

/** All functions of all regions. */
export class FunctionRegistry {
  readonly account: string;
  readonly host: FunctionHost;
  readonly #functions = new Map<string, LambdaFunction>();

  constructor(account: string, host: FunctionHost) {
    this.account = account;
    this.host = host;
  }

  find(region: string, name: string): LambdaFunction | undefined {
    return this.#functions.get(`${region}/${name}`);
  }

  /** Reads FunctionName and Qualifier of a request. */
  reference(region: string, request: RequestFields): FunctionReference {
    return this.parse(region, request.requiredString('FunctionName'), request.string('Qualifier'));
  }

  /** Reads a name or ARN as this account and region understand it. */
  parse(region: string, text: string, qualifier?: string): FunctionReference {
    return readFunctionReference(text, { region, account: this.account }, qualifier);
  }

  /** @throws ApiError `ResourceNotFoundException` */
  get(region: string, reference: FunctionReference): LambdaFunction {
    const found = this.find(region, reference.name);
    if (found !== undefined) return found;
    const suffix = reference.qualifier === undefined ? '' : `:${reference.qualifier}`;
    throw functionNotFound(`arn:aws:lambda:${region}:${this.account}:function:${reference.name}${suffix}`);
  }

  /** @throws ApiError `ResourceConflictException` */
  checkFree(region: string, name: string): void {
    if (this.find(region, name) === undefined) return;
    throw new ApiError('ResourceConflictException', `Function already exist: ${name}`, 409);
  }

  add(lambdaFunction: LambdaFunction): void {
    this.#functions.set(`${lambdaFunction.region}/${lambdaFunction.name}`, lambdaFunction);
  }

  remove(lambdaFunction: LambdaFunction): void {
    this.#functions.delete(`${lambdaFunction.region}/${lambdaFunction.name}`);
  }

  /** The functions of a region, by name. */
  list(region: string): LambdaFunction[] {
    return [...this.#functions.values()]
      .filter((candidate) => candidate.region === region)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
