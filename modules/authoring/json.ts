/** A value of Terraform's JSON syntax. */
export type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The body of a block in Terraform's JSON syntax. */
export type Body = Readonly<Record<string, Json>>;
