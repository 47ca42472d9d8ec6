/** Starts the server that the argument names, says where it is, and waits to be killed. */
import { startMysqlServer } from './mysql.ts';

const { dataDir } = await startMysqlServer(process.argv[2] === 'mariadb' ? 'mariadb' : 'mysql');
console.log(JSON.stringify({ dataDir }));
