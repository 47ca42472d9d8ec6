import { once } from 'node:events';
import { createServer } from 'node:net';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { secretsManagerClientConfig } from './secrets-manager-client.ts';
import { errorOf, secretArn } from './testing/scene.ts';

const clientOf = (secretsManagerEndpoint: string | undefined): SecretsManagerClient =>
  new SecretsManagerClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' },
    ...secretsManagerClientConfig({ secretsManagerEndpoint }),
  });

describe('secretsManagerClientConfig', () => {
  it('leaves the endpoint to the SDK unless one is configured', async () => {
    const configured = await clientOf('https://vpce-1.example.com').config.endpoint?.();

    expect(clientOf(undefined).config.endpoint).toBeUndefined();
    expect(configured?.hostname).toBe('vpce-1.example.com');
  });

  it('tries three times where connections break, and then says so', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const client = clientOf(`http://127.0.0.1:${port}`);

    const error = await errorOf(client.send(new DescribeSecretCommand({ SecretId: secretArn })));
    client.destroy();
    server.close();

    expect(connections).toBe(3);
    expect(error).toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) });
  });
});
