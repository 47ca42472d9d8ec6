export { type RotationOptions, SecretsManager } from './secrets-manager.ts';
