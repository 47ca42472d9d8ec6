// What Lambda's Node runtime does to console: one record a call, on stdout, with time, request id and level.
import { format } from 'node:util';

const levels = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' };
let requestId;

/** Sets the request id that the records carry from now on. */
export function setRequestId(id) {
  requestId = id;
}

/** Replaces console's methods by ones that write Lambda's records, in the format that the function's settings name. */
export function patchConsole(logFormat) {
  const write = logFormat === 'JSON' ? writeJson : writeText;
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => write(level, values);
  }
}

function writeText(level, values) {
  // CloudWatch splits events at line feeds; Lambda keeps a record in one event by writing carriage returns.
  const message = format(...values).replaceAll('\n', '\r');
  process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${message}\n`);
}

function writeJson(level, values) {
  const record = { timestamp: new Date().toISOString(), level, requestId };
  const [only] = values;
  const isObject =
    values.length === 1 && typeof only === 'object' && only !== null && !(only instanceof Error);
  try {
    process.stdout.write(`${JSON.stringify({ ...record, message: isObject ? only : format(...values) })}\n`);
  } catch {
    process.stdout.write(`${JSON.stringify({ ...record, message: format(...values) })}\n`);
  }
}
