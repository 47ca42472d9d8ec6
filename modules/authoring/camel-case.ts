/** Writes a name of Terraform as TypeScript does: `kms_key_id` becomes `kmsKeyId`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
