import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Strategy } from '../../functions/core/environment.ts';
import type { SecretVersion } from './application.ts';
import type { SecretValue } from './engine.ts';

/** The account as its owner sees it, through AWS's own SDK. */
export class Cloud {
  readonly #account: string;
  readonly #endpoint: string;
  readonly #lambda: LambdaClient;
  readonly #secretsManager: SecretsManagerClient;

  constructor({
    url,
    region,
    account,
  }: { readonly url: string; readonly region: string; readonly account: string }) {
    const config = {
      region,
      endpoint: url,
      credentials: { accessKeyId: 'AKIADEMO', secretAccessKey: 'the emulator takes any' },
    };
    this.#account = account;
    this.#endpoint = url;
    this.#lambda = new LambdaClient(config);
    this.#secretsManager = new SecretsManagerClient(config);
  }

  /** Deploys a bundle as a rotation function that Secrets Manager may call; returns its ARN. */
  async deploy(options: {
    readonly name: string;
    /** From the repository's root. */
    readonly bundle: string;
    readonly strategy: Strategy;
    readonly caPath: string;
  }): Promise<string> {
    const { FunctionArn } = await this.#lambda.send(
      new CreateFunctionCommand({
        FunctionName: options.name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: `arn:aws:iam::${this.#account}:role/${options.name}`,
        Code: { ZipFile: await readFile(new URL(`../../${options.bundle}`, import.meta.url)) },
        Timeout: 30,
        MemorySize: 256,
        Environment: {
          Variables: {
            ROTATION_STRATEGY: options.strategy,
            SECRETS_MANAGER_ENDPOINT: this.#endpoint,
            CA_BUNDLE: options.caPath,
          },
        },
      }),
    );
    await this.#lambda.send(
      new AddPermissionCommand({
        FunctionName: options.name,
        StatementId: 'secrets-manager',
        Action: 'lambda:InvokeFunction',
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: this.#account,
      }),
    );
    return required(FunctionArn);
  }

  /** Creates a secret; returns its ARN. */
  async createSecret(
    name: string,
    value: SecretValue,
    tags: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { ARN } = await this.#secretsManager.send(
      new CreateSecretCommand({
        Name: name,
        SecretString: JSON.stringify(value),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return required(ARN);
  }

  /** Reads the version that is AWSCURRENT. */
  async readSecret(secretId: string): Promise<SecretVersion> {
    const { SecretString, VersionId } = await this.#secretsManager.send(
      new GetSecretValueCommand({ SecretId: secretId }),
    );
    return { versionId: required(VersionId), value: JSON.parse(required(SecretString)) };
  }

  /** Starts a rotation, which goes on after the answer. */
  async rotate(secretId: string, functionArn: string): Promise<void> {
    await this.#secretsManager.send(
      new RotateSecretCommand({
        SecretId: secretId,
        ClientRequestToken: randomUUID(),
        RotationLambdaARN: functionArn,
        RotationRules: { ScheduleExpression: 'rate(30 days)' },
      }),
    );
  }

  close(): void {
    this.#lambda.destroy();
    this.#secretsManager.destroy();
  }
}

function required(member: string | undefined): string {
  if (member === undefined) throw new Error('an answer lacks a member that AWS always sends');
  return member;
}
