export type { FunctionHostOptions } from './function-host.ts';
export { type InvokeResponse, Lambda } from './lambda.ts';
export type { FunctionCredentials } from './process-environment.ts';
export { Workspace } from './workspace.ts';
