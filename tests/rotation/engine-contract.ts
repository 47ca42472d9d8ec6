import { afterAll, beforeAll, describe } from 'vitest';
import { describeBirth } from './contract/birth.ts';
import { describeCanary } from './contract/canary.ts';
import { describeFailures } from './contract/failures.ts';
import { describeHappyPath } from './contract/happy-path.ts';
import { describeInterference } from './contract/interference.ts';
import { describePins } from './contract/pins.ts';
import { describePreflight } from './contract/preflight.ts';
import { describeRepeats } from './contract/repeats.ts';
import { type Stage, setStage } from './contract/stage.ts';
import type { StrategyUnderTest } from './contract/strategy.ts';
import type { Target } from './target.ts';

export { alternatingUsers, dualPassword, type StrategyUnderTest, singleUser } from './contract/strategy.ts';

/**
 * The suite that every engine passes with each of its strategies: through its committed bundle, deployed on the
 * emulator, against a real server.
 *
 * @param start starts a server; the suite disposes of it
 */
export function describeEngineContract(start: () => Promise<Target>, strategy: StrategyUnderTest): void {
  describe(strategy.name, () => {
    let stage: Stage | undefined;
    const onStage = (): Stage => {
      if (stage === undefined) throw new Error('the server or the emulator did not start; see above');
      return stage;
    };

    beforeAll(async () => {
      stage = await setStage(start, strategy);
    });

    afterAll(() => stage?.[Symbol.asyncDispose]());

    describeHappyPath(onStage, strategy);
    describeRepeats(onStage);
    describePins(onStage);
    describeBirth(onStage, strategy);
    describePreflight(onStage);
    describeInterference(onStage);
    describeFailures(onStage, strategy);
    describeCanary(onStage);
  });
}
