/** Writes a camelCase name as Terraform does: `kmsKeyId` becomes `kms_key_id`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
