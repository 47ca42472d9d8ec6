export type * from './inputs.ts';
export { OutputMap } from './output-map.ts';
export { RotatingSecret, type RotatingSecretProps } from './rotating-secret.ts';
