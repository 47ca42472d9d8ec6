import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logIn } from '../servers/postgres-login.ts';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { type PostgresTarget, startPostgresTarget } from './postgres-target.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

/** Whatever PostgreSQL can have against a rotation is told apart, with its SQLSTATE and the way out. */
describeWithPostgres([18, 15], 'what the server refuses', (major) => {
  let target: PostgresTarget;
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    target = await startPostgresTarget({
      major,
      settings: process.platform === 'linux' ? { listen_addresses: '127.0.0.1,127.0.0.2' } : {},
      hba: [
        'hostssl all banned 127.0.0.1/32 reject',
        'hostssl all all 127.0.0.1/32 scram-sha-256',
        'hostnossl all plain 127.0.0.1/32 scram-sha-256',
      ],
    });
    rehearsal = await startRehearsal({ bundle: 'postgres', caPath: target.caPath });
  });

  afterAll(async () => {
    await rehearsal?.[Symbol.asyncDispose]();
    await target?.[Symbol.asyncDispose]();
  });

  const newSecret = async (
    change: object = {},
    username = `app_${randomBytes(4).toString('hex')}`,
  ): Promise<{ readonly username: string; readonly arn: string }> => {
    await target.createUser({ username, password: 'initial' });
    const { engine, host, port, dbname } = target;
    return {
      username,
      arn: await rehearsal.createSecret({
        engine,
        host,
        port,
        dbname,
        username,
        password: 'initial',
        ...change,
      }),
    };
  };

  it('names the entry that pg_hba.conf lacks', async () => {
    const { arn } = await newSecret({}, 'banned');

    const result = await rehearsal.rotate(arn);

    expect(result.errorType).toBe('LoginRefusedError');
    expect(result.errorMessage).toContain('pg_hba.conf');
    expect(result.errorMessage).toContain('28000');
  });

  it('names a full server, and rotates once there is room', async () => {
    const { username, arn } = await newSecret();
    await target.session.query(`ALTER ROLE ${username} CONNECTION LIMIT 1`);
    const holder = await logIn(target.server, {
      user: username,
      password: 'initial',
      database: target.dbname,
    });
    const full = await rehearsal.rotate(arn);
    await holder.end();

    const steps = ['setSecret', 'testSecret', 'finishSecret'] as const;
    const results = [];
    for (const step of steps) results.push(await rehearsal.step(step, arn, full.token));

    expect(full.errorType).toBe('LoginRefusedError');
    expect(full.errorMessage).toContain('53300');
    expect(results.map(({ errorMessage }) => errorMessage)).toEqual([undefined, undefined, undefined]);
  });

  it.each(['nowhere', 'host=evil.example.com dbname=app', 'a/b?c=d', "x' OR '1"])(
    'takes the dbname %s for a name, which does not exist',
    async (dbname) => {
      const { arn } = await newSecret({ dbname });

      const result = await rehearsal.rotate(arn);

      expect(result.errorType).toBe('LoginRefusedError');
      expect(result.errorMessage).toContain('3D000');
    },
  );

  it('names a database that the user may not connect to', async () => {
    const { arn } = await newSecret({ dbname: 'private' });
    await target.superuser.query('CREATE DATABASE private');
    await target.superuser.query('REVOKE CONNECT ON DATABASE private FROM PUBLIC');

    const result = await rehearsal.rotate(arn);

    expect(result.errorType).toBe('LoginRefusedError');
    expect(result.errorMessage).toContain('GRANT CONNECT');
  });

  it('names a role that may not log in', async () => {
    const { username, arn } = await newSecret();
    await target.session.query(`ALTER ROLE ${username} NOLOGIN`);

    const result = await rehearsal.rotate(arn);

    expect(result.errorType).toBe('LoginRefusedError');
    expect(result.errorMessage).toContain('ALTER ROLE ... LOGIN');
  });

  it('mentions the expiry of a role that the server rejects like a wrong password', async () => {
    const { username, arn } = await newSecret();
    await target.session.query(`ALTER ROLE ${username} VALID UNTIL '2001-02-03'`);

    const result = await rehearsal.rotate(arn);

    expect(result.errorType).toBe('CredentialsRejectedError');
    expect(result.errorMessage).toContain('VALID UNTIL');
  });

  it('names a user that the admin finds expired', async () => {
    const adminArn = await rehearsal.createSecret({
      engine: 'postgres',
      host: target.host,
      port: target.port,
      ...target.admin,
    });
    const { username, arn } = await newSecret();
    await rehearsal.tag(arn, {
      'rotating-secret:admin-secret': adminArn,
      'rotating-secret:username': username,
      'rotating-secret:manage-user': 'true',
    });
    await target.session.query(`ALTER ROLE ${username} VALID UNTIL '2001-02-03'`);

    const result = await rehearsal.rotate(arn);

    expect(result.errorType).toBe('EngineCommandError');
    expect(result.errorMessage).toContain("VALID UNTIL '2001-02-03");
  });

  it('rotates a user whose sessions only read, and act as another role', async () => {
    const { username, arn } = await newSecret();
    await target.session.query(`CREATE ROLE ${username}_owner`);
    await target.session.query(`GRANT ${username}_owner TO ${username}`);
    await target.superuser.query(`ALTER ROLE ${username} SET default_transaction_read_only = on`);
    await target.session.query(`ALTER ROLE ${username} SET role = '${username}_owner'`);

    const result = await rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
  });

  it('names a host that does not resolve', async () => {
    const { arn } = await newSecret({ host: 'no-such-host.invalid' });

    const result = await rehearsal.rotate(arn);

    expect(result.errorType).toBe('EngineUnreachableError');
    expect(result.errorMessage).toContain('does not resolve');
  });

  // Only Linux answers on all of 127.0.0.0/8.
  it.runIf(process.platform === 'linux')('refuses a certificate for another name', async () => {
    const { arn } = await newSecret({ host: '127.0.0.2' });

    const result = await rehearsal.rotate(arn);

    expect(result.errorType).toBe('EngineUnreachableError');
    expect(result.errorMessage).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('sends no password to a server that declines TLS', async () => {
    const received: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        received.push(data);
        socket.write('N');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { arn } = await newSecret({ port });

    const result = await rehearsal.rotate(arn);
    await new Promise((resolve) => server.close(resolve));

    expect(result.errorType).toBe('EngineUnreachableError');
    expect(result.errorMessage).toContain('does not offer TLS');
    // The SSLRequest of the protocol, eight bytes, once.
    expect(Buffer.concat(received).toString('hex')).toBe('0000000804d2162f');
  });

  it('goes without TLS only where the secret says so', async () => {
    const { arn } = await newSecret({ ssl: false }, 'plain');
    const { arn: other } = await newSecret({ ssl: false });

    const plain = await rehearsal.rotate(arn);
    const refused = await rehearsal.rotate(other);

    expect(plain).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(refused.errorType).toBe('LoginRefusedError');
  });
});
