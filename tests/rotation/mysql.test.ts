import { findServer } from '../servers/mysql-binaries.ts';
import { describeWithServer } from '../servers/require-servers.ts';
import { alternatingUsers, describeEngineContract, dualPassword, singleUser } from './engine-contract.ts';
import { startMysqlTarget } from './mysql-target.ts';

const servers = [
  { flavor: 'mysql', strategies: [singleUser, alternatingUsers, dualPassword] },
  { flavor: 'mariadb', strategies: [singleUser, alternatingUsers] },
] as const;

for (const { flavor, strategies } of servers) {
  describeWithServer(
    'mysql',
    () => findServer(flavor),
    `rotation on ${flavor}`,
    () => {
      for (const strategy of strategies) describeEngineContract(() => startMysqlTarget(flavor), strategy);
    },
  );
}
