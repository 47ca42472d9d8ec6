import { Token } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { camelCase } from '../authoring/camel-case.ts';
import { snakeCase } from '../authoring/snake-case.ts';
import type { Type } from '../authoring/types.ts';
import { variables } from '../root/variables.ts';
import { terraformValues } from './terraform-value.ts';

const valuesOf = (properties: object) => terraformValues(properties, variables, 'db');

describe('terraformValues', () => {
  it('writes names of attributes as Terraform does, at every depth', () => {
    const values = valuesOf({
      createKmsKey: true,
      secrets: {
        orders: {
          kmsKeyId: 'key',
          policyStatements: { ReadIt: { principals: [{ type: 'AWS', identifiers: ['*'] }], actions: [] } },
          rotation: { automaticallyAfterDays: 3 },
        },
      },
    });

    expect(values).toEqual({
      create_kms_key: true,
      secrets: {
        orders: {
          kms_key_id: 'key',
          policy_statements: { ReadIt: { principals: [{ type: 'AWS', identifiers: ['*'] }], actions: [] } },
          rotation: { automatically_after_days: 3 },
        },
      },
    });
  });

  it('leaves keys alone that are the caller’s own', () => {
    const own = {
      tags: { costCentre: 'a', cost_centre: 'b' },
      secrets: { ordersDb: { replicas: { 'eu-west-1': {} } } },
      initialValues: { ordersDb: 'value' },
    };

    expect(valuesOf(own)).toEqual({
      tags: own.tags,
      secrets: own.secrets,
      initial_values: { ordersDb: 'value' },
    });
    expect(valuesOf({ rotators: { mine: { environmentVariables: { caBundle: '/opt/ca.pem' } } } })).toEqual({
      rotators: { mine: { environment_variables: { caBundle: '/opt/ca.pem' } } },
    });
  });

  it('leaves out what is undefined, and leaves alone what is known later', () => {
    const later = Token.asAny({ resolve: () => ({ kmsKeyId: 'x' }) });
    const list = Token.asList({ resolve: () => [] });

    const values = valuesOf({ name: undefined, secrets: later, network: { vpcId: 'v', subnetIds: list } });

    expect(values).toEqual({ secrets: later, network: { vpc_id: 'v', subnet_ids: list } });
  });

  it('refuses a property that Terraform would drop, and says where and which there are', () => {
    const misspelt = { secrets: { orders: { rotaton: {} } } };

    expect(() => valuesOf(misspelt)).toThrow(
      /^db\.secrets\.orders has no property rotaton\. It has: .*rotation, /,
    );
    expect(() => valuesOf({ secrets: { orders: { kms_key_id: 'x' } } })).toThrow(
      'no property kms_key_id. It has:',
    );
  });

  it('can name every attribute, back and forth', () => {
    const names = Object.entries(variables).flatMap(([name, { type }]) => [name, ...namesIn(type)]);

    expect(names.length).toBeGreaterThan(80);
    expect(names.map((name) => snakeCase(camelCase(name)))).toEqual(names);
  });
});

function namesIn(type: Type): string[] {
  if (type.kind === 'list' || type.kind === 'map' || type.kind === 'set') return namesIn(type.element);
  if (type.kind !== 'object') return [];
  return Object.entries(type.attributes).flatMap(([name, attribute]) => [name, ...namesIn(attribute.type)]);
}
