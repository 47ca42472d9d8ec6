import { describe, expect, it } from 'vitest';
import type { EnginePhase } from './errors.ts';
import { unreachableMessage } from './unreachable-message.ts';

describe('unreachableMessage', () => {
  it.each<[EnginePhase, string]>([
    ['dns', 'does not resolve'],
    ['connect', 'security group'],
    ['tls', 'CA_BUNDLE'],
    ['startup', 'did not finish the login'],
    ['query', 'the retry starts over'],
    ['commit', 'not known'],
  ])('says in the phase %s where it broke off, why, and what to look at', (phase, hint) => {
    const message = unreachableMessage({ host: 'db.example.com', port: 5432 }, phase, 'ECODE');

    expect(message).toContain(`db.example.com:5432 (${phase}: ECODE)`);
    expect(message).toContain(hint);
  });
});
