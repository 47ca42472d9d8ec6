import { App, TerraformHclModule, TerraformOutput, TerraformStack, Testing, Token } from 'cdktf';
import { expect, it } from 'vitest';
import { OutputMap } from './output-map.ts';

function synthesised(write: (module: TerraformHclModule) => unknown): unknown {
  const stack = new TerraformStack(new App(), 'stack');
  const module = new TerraformHclModule(stack, 'db', { source: 'somewhere' });
  new TerraformOutput(stack, 'written', { value: write(module) });
  const { output } = JSON.parse(Testing.synth(stack)) as { output: { written: { value: unknown } } };
  return output.written.value;
}

it('is looked up in under any key', () => {
  const valueUnder = (key: string) =>
    synthesised((module) => OutputMap.of(Token.asString)(module.interpolationForOutput('arns')).lookup(key));

  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
  expect(valueUnder('orders')).toBe('${module.db.arns.orders}');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
  expect(valueUnder('orders-db')).toBe('${module.db.arns["orders-db"]}');
});

it('is looked up in twice where its values are maps', () => {
  const nested = (module: TerraformHclModule) =>
    OutputMap.of(OutputMap.of(Token.asString))(module.interpolationForOutput('replicas'));

  const value = synthesised((module) => nested(module).lookup('orders').lookup('eu-west-1'));

  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
  expect(value).toBe('${module.db.replicas.orders["eu-west-1"]}');
});

it('is written as a whole, also into a text', () => {
  const whole = (module: TerraformHclModule) =>
    OutputMap.of(Token.asString)(module.interpolationForOutput('arns'));

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions of Terraform
  expect(synthesised(whole)).toBe('${module.db.arns}');
  expect(synthesised((module) => `all: ${whole(module)}`)).toBe('all: ${module.db.arns}');
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: expressions of Terraform
});
