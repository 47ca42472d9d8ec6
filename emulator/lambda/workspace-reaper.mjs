// Runs beside the emulator and outlives it by a moment. Its standard input is a pipe that only the emulator holds: when
// the emulator ends in whatever way, SIGKILL too, the pipe closes, and the reaper kills the process groups that are left
// and removes the temporary folder. One line per change: "+PID" for a new group, "-PID" for one that has ended.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const folder = process.argv[2];
const groups = new Set();

for await (const line of createInterface({ input: process.stdin })) {
  const leader = Number(line.slice(1));
  if (line.startsWith('+')) groups.add(leader);
  else groups.delete(leader);
}

for (const leader of groups) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}
rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
