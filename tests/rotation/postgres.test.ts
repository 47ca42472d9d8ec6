import { describeWithPostgres } from '../servers/require-servers.ts';
import { alternatingUsers, describeEngineContract, singleUser } from './engine-contract.ts';
import { startPostgresTarget } from './postgres-target.ts';

describeWithPostgres([18, 15], 'rotation', (major) => {
  for (const strategy of [singleUser, alternatingUsers]) {
    describeEngineContract(() => startPostgresTarget({ major }), strategy);
  }
});
