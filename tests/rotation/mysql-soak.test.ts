import { expect, it } from 'vitest';
import { soak } from '../../scripts/soak/soak.ts';
import { findMysql } from '../servers/mysql-binaries.ts';
import { describeWithServer } from '../servers/require-servers.ts';

describeWithServer('mysql', findMysql, 'clients that hold a value for seconds', () => {
  it('never fail through ten rotations with two passwords, and do with one', async () => {
    const [dual, control] = await soak({ rotations: 10, intervalMs: 4_000, staleMs: 3_000, clients: 3 });

    console.log(`the control, single-user: ${control?.failed} of ${control?.logins} logins failed`);
    expect(dual).toMatchObject({ strategy: 'dual-password', failed: 0, lastFailure: undefined });
    expect(dual?.logins).toBeGreaterThan(100);
    expect(control?.strategy).toBe('single-user');
    expect(control?.failed).toBeGreaterThan(0);
  }, 300_000);
});
