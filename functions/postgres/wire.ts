import type { Client } from 'pg';
import type { EnginePhase } from '../core/errors.ts';

/** How the server asked for the password. */
export type Authentication = 'scram' | 'md5' | 'other';

/** How far a connection has come. */
export interface Progress {
  readonly phase: EnginePhase;
  readonly authentication: Authentication;
}

/** What the driver has of its wire, which its types leave out. */
interface Wire {
  readonly stream: NodeJS.ReadWriteStream & { destroy(): void };
  once(
    event: 'connect' | 'sslconnect' | 'authenticationSASL' | 'authenticationMD5Password',
    listener: () => void,
  ): void;
}

/** Cuts the socket: for a server that no longer answers. */
export function cut(client: Client): void {
  wireOf(client).stream.destroy();
}

/** Follows a connection while it is made, to say where it broke off and how the server asked for the password. */
export function watchProgress(client: Client, ssl: boolean): Progress {
  const progress: { -readonly [Key in keyof Progress]: Progress[Key] } = {
    phase: 'connect',
    authentication: 'other',
  };
  const wire = wireOf(client);
  wire.once('connect', () => {
    progress.phase = ssl ? 'tls' : 'startup';
  });
  wire.once('sslconnect', () => {
    wire.stream.once('secureConnect', () => {
      progress.phase = 'startup';
    });
  });
  wire.once('authenticationSASL', () => {
    progress.authentication = 'scram';
  });
  wire.once('authenticationMD5Password', () => {
    progress.authentication = 'md5';
  });
  return progress;
}

function wireOf(client: Client): Wire {
  return Reflect.get(client, 'connection') as Wire;
}
