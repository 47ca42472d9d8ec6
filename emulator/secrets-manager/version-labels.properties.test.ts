import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../service.ts';
import {
  labelsOf,
  moveLabel,
  noVersions,
  putVersion,
  registerPending,
  removeVersion,
  type VersionSet,
} from './version-labels.ts';

type Command =
  | {
      readonly kind: 'put';
      readonly id: string;
      readonly value: string;
      readonly labels: string[] | undefined;
    }
  | {
      readonly kind: 'move';
      readonly label: string;
      readonly moveTo: string | undefined;
      readonly removeFrom: string | undefined;
    }
  | { readonly kind: 'rotate'; readonly id: string }
  | { readonly kind: 'test'; readonly id: string };

interface Change {
  readonly command: Command;
  readonly before: VersionSet;
  readonly after: VersionSet;
}

// Few of each, so that commands meet the same versions and labels again and again.
const id = fc.constantFrom('v1', 'v2', 'v3', 'v4');
const label = fc.constantFrom('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'HOLD', 'BLUE');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const labels = maybe(fc.uniqueArray(label, { minLength: 1, maxLength: 3 }));
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), id, value: fc.constantFrom('a', 'b'), labels }),
  fc.record({ kind: fc.constant('move' as const), label, moveTo: maybe(id), removeFrom: maybe(id) }),
  fc.record({ kind: fc.constant('rotate' as const), id }),
  fc.record({ kind: fc.constant('test' as const), id }),
);

/** What the service does for a command; a refused one changes nothing. */
function apply(set: VersionSet, command: Command): VersionSet {
  const createdAt = new Date(0);
  switch (command.kind) {
    case 'put': {
      const version = { id: command.id, value: { SecretString: command.value }, createdAt };
      const result = putVersion(set, version, command.labels);
      return result.outcome === 'conflict' ? set : result.set;
    }
    case 'move':
      try {
        return moveLabel(set, command);
      } catch (error) {
        if (error instanceof ApiError) return set;
        throw error;
      }
    case 'rotate':
      return set.versions.has(command.id) ? set : registerPending(set, { id: command.id, createdAt });
    case 'test': {
      if (set.versions.has(command.id)) return set;
      const current = set.versions.get(set.holders.get('AWSCURRENT') ?? '');
      const copy = registerPending(set, { ...current, id: command.id, createdAt });
      return removeVersion(copy, command.id);
    }
  }
}

/** Checks a statement about each single change in random histories of a secret. */
function forEachChange(check: (change: Change) => void): void {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
      let before = noVersions;
      for (const command of commands) {
        const after = apply(before, command);
        check({ command, before, after });
        before = after;
      }
    }),
    { numRuns: 2_000 },
  );
}

const holder = (set: VersionSet, name: string) => set.holders.get(name);
const storedValue = (set: VersionSet, version: string | undefined) => set.versions.get(version ?? '')?.value;
const mentions = (command: Command, name: string) =>
  (command.kind === 'put' && command.labels?.includes(name)) ||
  (command.kind === 'move' && command.label === name);

describe('staging labels, whatever happens to a secret', () => {
  test('sit on versions that exist, each on one', () => {
    forEachChange(({ after }) => {
      const shown = [...after.versions.keys()].flatMap((version) => labelsOf(after, version));
      expect(shown.sort()).toEqual([...after.holders.keys()].sort());
      expect(new Set(shown).size).toBe(shown.length);
    });
  });

  test('have AWSCURRENT among them as soon as a value exists, on a version with a value', () => {
    forEachChange(({ after }) => {
      const hasValue = [...after.versions.values()].some(({ value }) => value !== undefined);
      expect(storedValue(after, holder(after, 'AWSCURRENT')) !== undefined).toBe(hasValue);
    });
  });

  test('never see the value of a version change or vanish', () => {
    forEachChange(({ before, after }) => {
      for (const { id, value } of before.versions.values()) {
        if (value !== undefined) expect(storedValue(after, id)).toEqual(value);
      }
    });
  });

  test('are all attached that a put of a new value asks for', () => {
    forEachChange(({ command, before, after }) => {
      if (command.kind !== 'put' || storedValue(before, command.id) !== undefined) return;
      for (const name of command.labels ?? ['AWSCURRENT']) {
        // The version that AWSCURRENT leaves becomes the previous one, even if the put wants that label too.
        if (name === 'AWSPREVIOUS' && holder(before, 'AWSCURRENT') !== holder(after, 'AWSCURRENT')) continue;
        expect(holder(after, name)).toBe(command.id);
      }
    });
  });

  test('do not move when a known value is put again', () => {
    forEachChange(({ command, before, after }) => {
      if (command.kind !== 'put' || storedValue(before, command.id) === undefined) return;
      expect(after).toBe(before);
    });
  });

  test('let AWSPREVIOUS follow AWSCURRENT, and leave it alone otherwise', () => {
    forEachChange(({ command, before, after }) => {
      const [former, current] = [holder(before, 'AWSCURRENT'), holder(after, 'AWSCURRENT')];
      if (former !== undefined && former !== current) expect(holder(after, 'AWSPREVIOUS')).toBe(former);
      else if (!mentions(command, 'AWSPREVIOUS')) {
        expect(holder(after, 'AWSPREVIOUS')).toBe(holder(before, 'AWSPREVIOUS'));
      }
    });
  });

  test('lose AWSPENDING on other versions when a new value becomes current', () => {
    forEachChange(({ command, before, after }) => {
      if (command.kind !== 'put' || storedValue(before, command.id) !== undefined) return;
      if (holder(after, 'AWSCURRENT') !== command.id) return;
      expect([undefined, command.id]).toContain(holder(after, 'AWSPENDING'));
    });
  });

  test('keep AWSPENDING where it is when AWSCURRENT is moved', () => {
    forEachChange(({ command, before, after }) => {
      if (command.kind !== 'move' || command.label !== 'AWSCURRENT') return;
      expect(holder(after, 'AWSPENDING')).toBe(holder(before, 'AWSPENDING'));
    });
  });

  test('move by UpdateSecretVersionStage only when the holder is named', () => {
    forEachChange(({ command, before, after }) => {
      if (command.kind !== 'move') return;
      const former = holder(before, command.label);
      if (former === holder(after, command.label)) return;
      expect(former).toBe(command.removeFrom);
      expect(holder(after, command.label)).toBe(command.moveTo);
    });
  });

  test('of the user stay where they are unless they are asked for', () => {
    forEachChange(({ command, before, after }) => {
      for (const name of ['HOLD', 'BLUE']) {
        if (!mentions(command, name)) expect(holder(after, name)).toBe(holder(before, name));
      }
    });
  });

  test('never leave a version that has neither a value nor a label', () => {
    forEachChange(({ after }) => {
      for (const { id, value } of after.versions.values()) {
        expect(value !== undefined || labelsOf(after, id).length > 0).toBe(true);
      }
    });
  });

  test('put AWSPENDING on what a rotation registers, and change nothing else by a test of it', () => {
    forEachChange(({ command, before, after }) => {
      if (before.versions.has(command.kind === 'rotate' || command.kind === 'test' ? command.id : '')) return;
      if (command.kind === 'rotate') expect(holder(after, 'AWSPENDING')).toBe(command.id);
      if (command.kind === 'test') {
        expect(holder(after, 'AWSPENDING')).toBe(undefined);
        expect(holder(after, 'AWSCURRENT')).toBe(holder(before, 'AWSCURRENT'));
      }
    });
  });
});
