import type { Body } from './json.ts';
import type { Literal, Type } from './types.ts';

/** A top-level block of the module, where it was declared. */
export interface Block {
  readonly keyword: 'variable' | 'output' | 'locals' | 'data' | 'resource' | 'module' | 'check' | 'terraform';
  readonly labels: readonly string[];
  readonly body: Body;
  /** What stands above the block, without the comment's `#`. */
  readonly comment: string | undefined;
  /** The banner that opens a group of blocks with this one. */
  readonly section: string | undefined;
}

/** A variable of a module; the type is given as data. */
export interface Variable {
  readonly type: Type;
  /** Markdown, on one line. */
  readonly description: string;
  /** Absent: the caller must give the variable. */
  readonly default?: Literal;
  readonly nullable?: boolean;
  readonly ephemeral?: boolean;
  readonly validations?: readonly Validation[];
}

/** A rule of a variable, an argument or a check, and what is said when it is broken. */
export interface Validation {
  /** A Terraform expression. */
  readonly condition: string;
  /** Says what was expected and what to write instead. May interpolate. */
  readonly message: string;
}

/** An output of a module. */
export interface Output {
  /** Markdown, on one line. */
  readonly description: string;
  readonly value: string;
  /** Default: a string. Terraform infers it; languages that read the output cannot. */
  readonly type?: Type;
  /** Addresses that exist before anybody can use the output's value. */
  readonly dependsOn?: readonly string[];
}

/** What Terraform lets every resource have, and CDKTF has no property or only an iterator for. */
export interface MetaArguments {
  readonly comment?: string;
  /** A Terraform expression. */
  readonly forEach?: string;
  /** Repeated blocks by name. */
  readonly dynamic?: Readonly<Record<string, Dynamic>>;
  readonly dependsOn?: readonly string[];
  /** Attributes in Terraform's JSON syntax, for what CDKTF's types cannot say: the count of a module, for one. */
  readonly overrides?: Body;
}

/** A `dynamic` block. */
export interface Dynamic {
  /** A Terraform expression. */
  readonly forEach: string;
  readonly content: Body;
}
