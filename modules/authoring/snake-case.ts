/** Writes a camelCase name as Terraform does: `kmsKeyId` becomes `kms_key_id`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Writes a Terraform name in camelCase: `kms_key_id` becomes `kmsKeyId`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
