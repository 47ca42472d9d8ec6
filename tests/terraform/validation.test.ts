import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mistake, mistakes } from './mistakes.ts';
import { describeWithTerraform, Workspace } from './workspace.ts';

/** A message as `terraform plan -json` prints it, one on each line. */
interface Printed {
  readonly diagnostic?: { readonly severity: string; readonly detail: string };
}

describeWithTerraform('validation', () => {
  let workspace: Workspace;
  const messages: string[] = [];

  // One plan tells of every broken rule of its stage: rules on one variable, rules on several, preconditions. Calls
  // that were refused are taken out then, so that the next stage is reached.
  beforeAll(async () => {
    workspace = await Workspace.create();
    await workspace.configure(configuration(mistakes));
    let accepted = mistakes;
    for (let before = Infinity; accepted.length > 0 && accepted.length < before; ) {
      before = accepted.length;
      await workspace.write(configuration(accepted));
      messages.push(...(await diagnostics(workspace)));
      accepted = accepted.filter(({ message }) => !messages.some((detail) => detail.includes(message)));
    }
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());

  it.each(mistakes)('says what to do about $mistake', ({ message }) => {
    expect(messages.filter((detail) => detail.includes(message))).not.toEqual([]);
  });

  it('says nothing else', () => {
    const unexpected = messages.filter((detail) => !mistakes.some(({ message }) => detail.includes(message)));

    expect(unexpected).toEqual([]);
  });
});

function configuration(cases: readonly Mistake[]): string {
  const isSchedule = ({ module }: Mistake) => module === 'schedules';
  const calls = cases
    .filter((mistake) => !isSchedule(mistake))
    .map(
      (mistake) =>
        `module "case_${mistakes.indexOf(mistake)}" {\n  source = "./repository${mistake.module}"\n${mistake.settings}\n}`,
    );
  const schedules = cases.filter(isSchedule).map(({ settings }) => settings);
  return [
    'provider "aws" {\n  region = "eu-west-1"\n}',
    ...calls,
    `module "schedules" {\n  source = "./repository"\n  secrets = {\n${schedules.join('\n')}\n  }\n}`,
  ].join('\n');
}

async function diagnostics(workspace: Workspace): Promise<string[]> {
  const { output } = await workspace.terraform('plan', '-input=false', '-json');
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines
    .map((line) => JSON.parse(line) as Printed)
    .flatMap(({ diagnostic }) =>
      diagnostic === undefined ? [] : [diagnostic.detail.replaceAll(/\s+/g, ' ')],
    );
}
