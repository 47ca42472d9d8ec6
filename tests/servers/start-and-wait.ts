/** Starts a server, says where it is, and waits to be killed. */
import { startPostgres } from './postgres.ts';

const { port, dataDir } = await startPostgres();
console.log(JSON.stringify({ port, dataDir }));
