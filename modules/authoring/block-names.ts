import type { Json } from './json.ts';

/**
 * What is a block and not an attribute, which Terraform's JSON syntax does not tell, by the block that it stands
 * in. A test compares it with what the bindings know of each resource in use.
 */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  terraform: ['required_providers'],
  variable: ['validation'],
  check: ['assert'],
  dynamic: ['content'],
  lifecycle: ['precondition', 'postcondition'],
};

/** Names that are blocks in every resource and data source where this project uses them. */
const NESTED = new Set([
  'abort_incomplete_multipart_upload',
  'apply_server_side_encryption_by_default',
  'condition',
  'dead_letter_config',
  'dynamic',
  'environment',
  'event_selector',
  'expiration',
  'filter',
  'input_transformer',
  'lifecycle',
  'principals',
  'replica',
  'retry_policy',
  'rotation_rules',
  'rule',
  'statement',
  'tracing_config',
  'vpc_config',
]);

/** Blocks that hold values and no resource, where a name of {@link NESTED} is an attribute like any other. */
const VALUES = new Set([
  'locals',
  'module',
  'output',
  'variable',
  'check',
  'assert',
  'precondition',
  'postcondition',
  'validation',
]);

/** Tells whether `name` is a block inside of a block `owner`. */
export function isBlock(owner: string, name: string, value: Json): boolean {
  if (BLOCKS[owner]?.includes(name)) return true;
  return !VALUES.has(owner) && NESTED.has(name) && typeof value === 'object' && value !== null;
}
